"""Base serializers and viewsets of the resources."""

from __future__ import annotations

from typing import Any, TypeVar

from django.contrib.auth.models import User
from django.db import models
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet, ModelViewSet

from fullstory_dest.api.base.schema import OBJECT_SCHEMA
from fullstory_dest.did_you_mean import unknown_name
from fullstory_dest.problem import describe
from fullstory_dest.services.row_locks import lock_rows, lock_tree
from fullstory_dest.services.source_changes import source_changes

ModelT = TypeVar("ModelT", bound=models.Model)


@extend_schema_field(OBJECT_SCHEMA)
class ObjectField(serializers.JSONField):
    """A JSON object of any content."""

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        if not isinstance(data, dict):
            raise serializers.ValidationError(f"expected an object, found {describe(data)}")
        return data


class StrictSerializer(serializers.Serializer[Any]):
    """Reject unknown keys. Most keys have defaults, so typos would go unnoticed."""

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, dict) and (unknown := [key for key in data if key not in self.fields]):
            raise serializers.ValidationError(
                {key: [unknown_name("key", key, self.fields)] for key in unknown}
            )
        return super().to_internal_value(data)


class StrictModelSerializer(StrictSerializer, serializers.ModelSerializer[ModelT]):
    """A model's row. The serializer checks shapes and types; the model validates the rest on saving."""

    serializer_field_mapping = {
        **serializers.ModelSerializer.serializer_field_mapping,
        models.JSONField: ObjectField,
    }

    #: The foreign key to the parent. Rows can't be moved to another parent.
    parent_field = "source"

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        name = self.parent_field
        if self.instance and name in attrs and attrs[name] != getattr(self.instance, name):
            raise serializers.ValidationError({name: f"can't be moved to another {name}"})
        return attrs


def validated(serializer: type[serializers.Serializer[Any]], data: Any) -> dict[str, Any]:
    """Return the validated data of a request. Raises ValidationError."""
    sent = serializer(data=data)
    sent.is_valid(raise_exception=True)
    values: dict[str, Any] = sent.validated_data
    return values


def authenticated_user(request: Request) -> User:
    """Return the user of a request that has passed the permission checks."""
    assert isinstance(request.user, User)
    return request.user


class BaseViewSet(GenericViewSet[ModelT]):
    """Base of all resources. ``required_permissions`` applies to actions other than reading and writing rows."""

    required_permissions: tuple[str, ...] | None = None


class ModelResourceViewSet(ModelViewSet[ModelT], BaseViewSet[ModelT]):
    """A resource whose rows can be listed, read, created, changed and deleted.

    Changes lock the row until the transaction ends, so that concurrent changes don't overwrite each other.
    """

    def get_object(self) -> ModelT:
        row: ModelT = super().get_object()
        if self.action not in ("update", "partial_update", "destroy"):
            return row
        (lock_tree if self.action == "destroy" else lock_rows)(type(row), [row.pk])
        return super().get_object()  # read again, now that it's locked

    @source_changes()
    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().create(request, *args, **kwargs)

    @source_changes()
    def update(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().update(request, *args, **kwargs)

    @source_changes()
    def destroy(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().destroy(request, *args, **kwargs)
