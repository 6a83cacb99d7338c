"""``releases/``: what was written, read-only. ``deployments/`` says what was live."""

from __future__ import annotations

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin

from fullstory_dest.api.base.filters import ReleaseFilter
from fullstory_dest.api.base.schema import schema_of
from fullstory_dest.api.base.viewsets import BaseViewSet
from fullstory_dest.compiler.schema import CompiledSource, SourceSpec
from fullstory_dest.models import Release, Source


@extend_schema_field(schema_of(SourceSpec), component_name="Spec")
class SpecField(serializers.JSONField):
    """The source with its destinations and mappings, as they were published."""


@extend_schema_field(schema_of(CompiledSource), component_name="CompiledSource")
class CompiledField(serializers.JSONField):
    """The compiled mappings, which are the same in all environments."""


class ReleaseSummarySerializer(serializers.ModelSerializer[Release]):
    """A release without its `spec` and `compiled`, which are large."""

    created_by = serializers.SlugRelatedField[Release](slug_field="username", read_only=True, allow_null=True)

    class Meta:
        model = Release
        fields = [
            "id",
            "source",
            "number",
            "note",
            "created_by",
            "created_at",
        ]
        read_only_fields = fields


class ReleaseSerializer(ReleaseSummarySerializer):
    spec = SpecField(read_only=True)
    compiled = CompiledField(read_only=True)

    class Meta(ReleaseSummarySerializer.Meta):
        fields = [*ReleaseSummarySerializer.Meta.fields, "spec", "compiled"]
        read_only_fields = fields


class ReleaseViewSet(ListModelMixin, RetrieveModelMixin, BaseViewSet[Release]):
    """Releases, oldest first."""

    queryset = Release.objects.select_related("created_by").order_by("id")
    filterset_class = ReleaseFilter

    def get_queryset(self) -> QuerySet[Release]:
        releases: QuerySet[Release] = super().get_queryset()
        return releases.defer("spec", "compiled") if self.action == "list" else releases

    def get_serializer_class(self) -> type[ReleaseSummarySerializer]:
        return ReleaseSummarySerializer if self.action == "list" else ReleaseSerializer


def get_release(source: Source, number: int) -> Release:
    """Return a source's release by its number. Raises ValidationError."""
    release = source.releases.filter(number=number).first()
    if release is None:
        raise serializers.ValidationError({"release": f"release {number} of this source was not found"})
    return release
