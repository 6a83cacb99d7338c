"""``mappings/``: when, what and with what."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from fullstory_dest.api.filters import MappingFilter
from fullstory_dest.api.viewsets import ModelResourceViewSet, RowSerializer
from fullstory_dest.catalog import ACTIONS_BY_KEY, MAXIMUM_MAPPINGS
from fullstory_dest.compiler.check import differs_in_segment
from fullstory_dest.models import Destination, Mapping
from fullstory_dest.services.row_locks import lock_rows


class MappingSerializer(RowSerializer[Mapping]):
    differs_in_segment = serializers.SerializerMethodField(
        help_text="What Segment's own client does otherwise with the trigger as it is written, in sentences. "
        "Ours does what the trigger says."
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
            # Not trimmed: positions of mistakes count from what was sent. The parser says what is wrong with any text.
            "trigger": {
                "required": False,
                "trim_whitespace": False,
                "allow_blank": True,
                "max_length": None,
                "help_text": "FQL. The action's default when left out of a new mapping.",
            },
            "fields": {
                "help_text": "A template per field. The action's defaults when left out of a new mapping."
            },
            "position": {"min_value": 0, "max_value": MAXIMUM_MAPPINGS - 1},
        }
        validators: list[Any] = []  # the model's constraints are checked by the model; see validate

    def get_differs_in_segment(self, mapping: Mapping) -> list[str]:
        return differs_in_segment(mapping.trigger)

    def validate_destination(self, destination: Destination) -> Destination:
        self.keep("destination", destination)
        return destination

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if "position" in attrs:
            destination = attrs["destination"] if self.instance is None else self.instance.destination
            other = destination.mappings.filter(position=attrs["position"]).first()
            if other and other != self.instance:
                raise serializers.ValidationError({"position": f'"{other.name}" has this position'})
        return attrs

    def create(self, validated_data: dict[str, Any]) -> Mapping:
        # Held until the transaction ends, so that of two new mappings each gets a position of its own.
        lock_rows(Destination, [validated_data["destination"].pk])
        action = ACTIONS_BY_KEY[validated_data["action"]]
        defaults = {"trigger": action.default_trigger, "fields": action.default_fields}
        return super().create({**defaults, **validated_data})


class MappingViewSet(ModelResourceViewSet[Mapping]):
    """Mappings. New ones are disabled unless they say otherwise. They run in the order of ``position``."""

    queryset = Mapping.objects.order_by("id")
    serializer_class = MappingSerializer
    filterset_class = MappingFilter
