"""What the resources have in common."""

from __future__ import annotations

from typing import Any, TypeVar

from django.contrib.auth.models import User
from django.db import models, transaction
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet, ModelViewSet

from fullstory_dest.api.base.schema import OBJECT_SCHEMA
from fullstory_dest.did_you_mean import unknown_name
from fullstory_dest.problem import describe
from fullstory_dest.services.row_locks import lock_rows, lock_tree

ModelT = TypeVar("ModelT", bound=models.Model)


@extend_schema_field(OBJECT_SCHEMA)
class ObjectField(serializers.JSONField):
    """A JSON object, kept as it is."""

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        if not isinstance(data, dict):
            raise serializers.ValidationError(f"expected an object, found {describe(data)}")
        return data


class StrictSerializer(serializers.Serializer[Any]):
    """Refuses keys that it does not have: where most have a default, a misspelt one would go unnoticed."""

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, dict) and (unknown := [key for key in data if key not in self.fields]):
            raise serializers.ValidationError(
                {key: [unknown_name("key", key, self.fields)] for key in unknown}
            )
        return super().to_internal_value(data)


class StrictModelSerializer(StrictSerializer, serializers.ModelSerializer[ModelT]):
    """A row. The model checks it on saving; only shapes and types are checked here."""

    serializer_field_mapping = {
        **serializers.ModelSerializer.serializer_field_mapping,
        models.JSONField: ObjectField,
    }

    #: The foreign key to the row that this one is a part of. Rows do not move to another.
    parent_field = "source"

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        name = self.parent_field
        if self.instance and name in attrs and attrs[name] != getattr(self.instance, name):
            raise serializers.ValidationError({name: f"cannot be moved to another {name}"})
        return attrs


def validated(serializer: type[serializers.Serializer[Any]], data: Any) -> dict[str, Any]:
    """Return what was sent, as a serializer reads it. Raises ValidationError."""
    sent = serializer(data=data)
    sent.is_valid(raise_exception=True)
    values: dict[str, Any] = sent.validated_data
    return values


def authenticated_user(request: Request) -> User:
    """Who sent a request that has come past the permissions."""
    assert isinstance(request.user, User)
    return request.user


class BaseViewSet(GenericViewSet[ModelT]):
    """Base of every resource; ``required_permissions`` is for actions beyond reading and writing rows."""

    required_permissions: tuple[str, ...] | None = None


class ModelResourceViewSet(ModelViewSet[ModelT], BaseViewSet[ModelT]):
    """Rows that can be listed, read, created, changed and deleted.

    A change holds the row until it is done, so of two that meet neither undoes the other's.
    """

    def get_object(self) -> ModelT:
        row: ModelT = super().get_object()
        if self.action not in ("update", "partial_update", "destroy"):
            return row
        (lock_tree if self.action == "destroy" else lock_rows)(type(row), [row.pk])
        return super().get_object()  # as it is now that it is held

    @transaction.atomic
    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().create(request, *args, **kwargs)

    @transaction.atomic
    def update(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().update(request, *args, **kwargs)

    @transaction.atomic
    def destroy(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().destroy(request, *args, **kwargs)
