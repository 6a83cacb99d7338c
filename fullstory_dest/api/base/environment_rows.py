"""The base of what is shown of reviews, scheduled deployments and preview links."""

from __future__ import annotations

from typing import Any, TypeVar

from django.db.models import Model
from rest_framework import serializers

M = TypeVar("M", bound=Model)


class EnvironmentRowSerializer(serializers.ModelSerializer[M]):
    """A row of an environment, with its source, a release if it's about one, and the user who created it."""

    # The parent class has an unused attribute of this name.
    source = serializers.IntegerField(source="environment.source_id", read_only=True)  # type: ignore[assignment]
    release = serializers.IntegerField(
        source="release.number",
        read_only=True,
        default=None,
        allow_null=True,
        help_text="The number of the release, or null if it isn't about one.",
    )
    created_by = serializers.SlugRelatedField[Any](slug_field="username", read_only=True, allow_null=True)
