"""Requests and responses of previews."""

from __future__ import annotations

from typing import Any, Final, Literal

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from fullstory_dest.api.base.environment_names import EnvironmentNameField
from fullstory_dest.api.base.schema import schema_of
from fullstory_dest.api.base.viewsets import ObjectField, StrictSerializer
from fullstory_dest.services.previews.preview import EventResult
from fullstory_dest.services.previews.try_event import MappingTrace

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
    """The result of an event. With `explain`, `traces` has the steps of each enabled mapping."""

    traces: list[MappingTrace]


@extend_schema_field(schema_of(list[ExplainedResult]))
class ResultsField(serializers.JSONField):
    """The result of each event."""


class PreviewSerializer(StrictSerializer):
    """Events as analytics.js creates them, and the drafts or the release to run them through."""

    events = serializers.ListField(child=ObjectField(), max_length=MAXIMUM_EVENTS)
    release = DraftOrReleaseField(default="draft")
    environment = EnvironmentNameField(
        required=False, help_text="The slug or the ID of the environment. The default is the first one."
    )
    explain = serializers.BooleanField(
        default=False,
        help_text="Adds the deciding conditions and the value of each field. Requires a single event.",
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if attrs["explain"] and len(attrs["events"]) != 1:
            raise serializers.ValidationError({"events": "expected a single event with explain"})
        return attrs


class PreviewResultsSerializer(serializers.Serializer[Any]):
    """A result for each event, in the same order."""

    results = ResultsField()
