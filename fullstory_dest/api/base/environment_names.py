"""Environments by slug or ID, in bodies and in URLs."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from fullstory_dest.models import Environment, Source


@extend_schema_field({"oneOf": [{"type": "string"}, {"type": "integer"}]})
class EnvironmentNameField(serializers.SlugField):
    """The slug of an environment, or its ID."""

    def to_internal_value(self, data: Any) -> Any:
        return data if type(data) is int else super().to_internal_value(data)


def get_environment(source: Source, name: str | int | None) -> Environment:
    """Return the environment of a source with this slug or ID, or the first one. Raises ValidationError."""
    if name is None:
        return source.first_environment
    environment = find_environment(source.environments.select_related("live__release"), name)
    if environment is None:
        slugs = ", ".join(source.environments.values_list("slug", flat=True))
        raise serializers.ValidationError({"environment": f"unknown environment {name!r}; expected {slugs}"})
    return environment


def find_environment(environments: QuerySet[Environment], name: str | int) -> Environment | None:
    """Return the environment with this slug or ID. Digits in text are an ID if no slug is equal to them."""
    if isinstance(name, str):
        if found := environments.filter(slug=name).first():
            return found
        if not (name.isascii() and name.isdigit()):
            return None
    return environments.filter(pk=int(name)).first()
