"""What goes into a preview and comes out of it."""

from __future__ import annotations

from typing import Any, Final, Literal

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from fullstory_dest.api.base.schema import schema_of
from fullstory_dest.api.base.viewsets import ObjectField, StrictSerializer
from fullstory_dest.services.previews.preview import EventResult, MappingTrace

MAXIMUM_EVENTS: Final = 100


@extend_schema_field({"oneOf": [{"const": "draft"}, {"type": "integer", "minimum": 1}], "default": "draft"})
class DraftOrReleaseField(serializers.Field[Any, Any, Any, Any]):
    """``"draft"``, or the number of a release."""

    def to_internal_value(self, data: Any) -> int | Literal["draft"]:
        if data == "draft":
            return "draft"
        if type(data) is int and data >= 1:
            return data
        raise serializers.ValidationError('expected "draft" or the number of a release')


class ExplainedResult(EventResult, total=False):
    """What one event leads to. ``traces``, with ``explain``: how each enabled mapping comes to that."""

    traces: list[MappingTrace]


@extend_schema_field(schema_of(list[ExplainedResult]))
class ResultsField(serializers.JSONField):
    """What each event leads to."""


class PreviewSerializer(StrictSerializer):
    """Events as analytics.js makes them, and what to run them through: the drafts, or a release."""

    events = serializers.ListField(child=ObjectField(), max_length=MAXIMUM_EVENTS)
    release = DraftOrReleaseField(default="draft")
    explain = serializers.BooleanField(
        default=False,
        help_text="Add to the result of a single event which conditions decided, and what each field comes to.",
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if attrs["explain"] and len(attrs["events"]) != 1:
            raise serializers.ValidationError({"events": "expected one event to explain"})
        return attrs


class PreviewResultsSerializer(serializers.Serializer[Any]):
    """A result per event, in their order."""

    results = ResultsField()
