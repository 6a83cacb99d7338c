"""``deployments/``: what was live where, read-only.

Publish on ``sources/``; promote and roll back on ``environments/``.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin

from fullstory_dest.api.base.filters import DeploymentFilter
from fullstory_dest.api.base.schema import schema_of
from fullstory_dest.api.base.viewsets import BaseViewSet, StrictSerializer
from fullstory_dest.compiler.schema import EnvironmentSpec
from fullstory_dest.models import Deployment
from fullstory_dest.models.release import MAXIMUM_NOTE_LENGTH


@extend_schema_field(schema_of(EnvironmentSpec))
class EnvironmentSpecField(serializers.JSONField):
    """The environment's key, API host and settings at that time."""


class DeploymentSerializer(serializers.ModelSerializer[Deployment]):
    """A release that was put live in an environment."""

    # The parent class has an unused attribute of this name.
    source = serializers.IntegerField(source="release.source_id", read_only=True)  # type: ignore[assignment]
    release = serializers.IntegerField(
        source="release.number", read_only=True, help_text="The number of the release."
    )
    live = serializers.SerializerMethodField(help_text="Whether browsers get this deployment.")
    digest = serializers.CharField(read_only=True, help_text="SHA-256 of the snippet, in hexadecimal.")
    environment_spec = EnvironmentSpecField(read_only=True)
    created_by = serializers.SlugRelatedField[Deployment](
        slug_field="username", read_only=True, allow_null=True
    )

    class Meta:
        model = Deployment
        fields = [
            "id",
            "source",
            "environment",
            "release",
            "kind",
            "live",
            "note",
            "override_reason",
            "restored",
            "digest",
            "environment_spec",
            "created_by",
            "created_at",
        ]
        read_only_fields = fields
        extra_kwargs = {
            "restored": {"help_text": "The ID of the deployment that a rollback restored."},
            "override_reason": {"help_text": "The reason to deploy without the required approvals."},
        }

    def get_live(self, deployment: Deployment) -> bool:
        return deployment.environment.live_id == deployment.pk


class OverrideSerializer(StrictSerializer):
    """The option to deploy without approvals."""

    override_reason = serializers.CharField(
        required=False,
        max_length=MAXIMUM_NOTE_LENGTH,
        help_text="Deploys without the required approvals, in an emergency. Requires permission.",
    )


class ZonedDateTimeField(serializers.DateTimeField):
    """A time with its time zone. Without one, the server can't know which time is meant."""

    def enforce_timezone(self, value: datetime) -> datetime:
        if timezone.is_naive(value):
            raise serializers.ValidationError("expected a time zone, such as Z or +02:00")
        return super().enforce_timezone(value)


class NoteSerializer(StrictSerializer):
    """Options of every deployment of a release."""

    note = serializers.CharField(
        default="",
        allow_blank=True,
        max_length=MAXIMUM_NOTE_LENGTH,
        help_text="A description of the changes, or the reason.",
    )
    at = ZonedDateTimeField(
        required=False,
        help_text="Schedules the deployment for this time, with its time zone, and returns 202. It only runs if what "
        "you deploy is still the same by then.",
    )


class DeploySerializer(NoteSerializer, OverrideSerializer):
    """Options of everything that can require approvals."""

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if "at" in attrs and "override_reason" in attrs:
            raise serializers.ValidationError(
                {"override_reason": "an emergency can't be scheduled; expected this or at, found both"}
            )
        return attrs


class DeploymentViewSet(ListModelMixin, RetrieveModelMixin, BaseViewSet[Deployment]):
    """Deployments, oldest first."""

    queryset = (
        Deployment.objects.select_related("environment", "release", "created_by")
        .defer("release__spec", "release__compiled")
        .order_by("id")
    )
    serializer_class = DeploymentSerializer
    filterset_class = DeploymentFilter
