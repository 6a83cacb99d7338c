"""``mappings/``: the mappings of destinations, and validation of unsaved ones."""

from __future__ import annotations

from typing import Any, Literal, TypedDict

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from fullstory_dest.api.base.filters import MappingFilter
from fullstory_dest.api.base.problems import ProblemError, problem_error
from fullstory_dest.api.base.schema import schema_of
from fullstory_dest.api.base.viewsets import (
    ModelResourceViewSet,
    ObjectField,
    StrictModelSerializer,
    StrictSerializer,
    validated,
)
from fullstory_dest.catalog import ACTIONS_BY_KEY, MAXIMUM_MAPPINGS
from fullstory_dest.compiler.check import differs_in_segment
from fullstory_dest.models import Destination, Mapping
from fullstory_dest.services.accounts.permissions import VIEW_DRAFTS
from fullstory_dest.services.drafts.validate_draft import find_overlapping, validate_draft
from fullstory_dest.services.row_locks import lock_rows


class MappingSerializer(StrictModelSerializer[Mapping]):
    """A trigger, an action and fields."""

    parent_field = "destination"
    differs_in_segment = serializers.SerializerMethodField(
        help_text="How Segment's client reads the trigger differently from this project's, in sentences."
    )

    class Meta:
        model = Mapping
        fields = [
            "id",
            "destination",
            "name",
            "enabled",
            "action",
            "trigger",
            "fields",
            "position",
            "differs_in_segment",
            "created_at",
            "updated_at",
        ]
        extra_kwargs = {
            # Not trimmed or limited: the parser reports all errors, at positions in the text that was sent.
            "trigger": {
                "required": False,
                "trim_whitespace": False,
                "allow_blank": True,
                "max_length": None,
                "help_text": "FQL. New mappings default to the action's trigger.",
            },
            "fields": {
                "help_text": "A template for each field. New mappings default to the action's templates."
            },
            "position": {"min_value": 0, "max_value": MAXIMUM_MAPPINGS - 1},
        }
        validators: list[Any] = []  # the model checks its constraints; see validate

    def get_differs_in_segment(self, mapping: Mapping) -> list[str]:
        return differs_in_segment(mapping.trigger)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        attrs = super().validate(attrs)
        if "position" in attrs:
            destination = attrs["destination"] if self.instance is None else self.instance.destination
            other = destination.mappings.filter(position=attrs["position"]).first()
            if other and other != self.instance:
                raise serializers.ValidationError({"position": f'mapping "{other.name}" has this position'})
        return attrs

    def create(self, validated_data: dict[str, Any]) -> Mapping:
        # Locked until the transaction ends, so that concurrent requests get different positions.
        lock_rows(Destination, [validated_data["destination"].pk])
        definition = ACTIONS_BY_KEY[validated_data["action"]]
        defaults = {"trigger": definition.default_trigger, "fields": definition.default_fields}
        return super().create({**defaults, **validated_data})


class DraftSerializer(StrictSerializer):
    """An unsaved mapping. Only the fields that are sent are validated."""

    action = serializers.CharField(required=False, allow_blank=True)
    trigger = serializers.CharField(required=False, allow_blank=True, trim_whitespace=False, help_text="FQL.")
    fields = ObjectField(required=False, help_text="A template for each field.")  # type: ignore[assignment]
    destination = serializers.PrimaryKeyRelatedField[Destination](
        queryset=Destination.objects.all(),
        required=False,
        help_text="The mapping's destination. Validation uses its settings, and compares its other mappings.",
    )
    mapping = serializers.IntegerField(
        required=False, min_value=1, help_text="The ID of the mapping that this draft changes, if any."
    )


class DraftValidationResult(TypedDict):
    """The result of validating a draft. Pointers start at `action`, `trigger` or `fields`.

    `errors` prevent saving; `warnings` don't. `inactive_reason` is the reason why no event matches the trigger.
    `overlaps` has the IDs of enabled mappings with the same action that match some of the same events. `trigger` is the
    text as it would be saved, and `rows` its conditions as a tree; both are null if the trigger has errors.
    """

    valid: bool
    errors: list[ProblemError]
    warnings: list[ProblemError]
    differs_in_segment: list[str]
    inactive_reason: Literal["contradiction", "type"] | None
    overlaps: list[int]
    trigger: str | None
    rows: dict[str, Any] | None


class MappingViewSet(ModelResourceViewSet[Mapping]):
    """Mappings run in the order of `position`. New mappings are disabled by default."""

    queryset = Mapping.objects.order_by("id")
    serializer_class = MappingSerializer
    filterset_class = MappingFilter

    @extend_schema(request=DraftSerializer, responses={200: schema_of(DraftValidationResult)})
    @action(detail=False, methods=["post"], required_permissions=VIEW_DRAFTS)
    def validate(self, request: Request) -> Response:
        """Validate a mapping without saving it. Reports errors, warnings, and overlapping mappings."""
        draft = validated(DraftSerializer, request.data)
        destination: Destination | None = draft.get("destination")
        found = validate_draft(draft, destination.settings if destination else None)
        overlapping: list[Mapping] = []
        if destination and found.trigger is not None and "action" in draft:
            overlapping = find_overlapping(
                draft["action"], found.trigger, destination, exclude_id=draft.get("mapping", 0)
            )
        return Response(
            {
                "valid": not found.problems,
                "errors": [problem_error(problem) for problem in found.problems],
                "warnings": [problem_error(problem) for problem in found.warnings],
                "differs_in_segment": found.differences,
                "inactive_reason": found.inactive_reason,
                "overlaps": [mapping.pk for mapping in overlapping],
                "trigger": found.trigger,
                "rows": found.rows,
            }
        )
