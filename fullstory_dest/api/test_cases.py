"""``test-cases/``: events of a source that are kept, and what FullStory has to get of them."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from fullstory_dest.api.base.filters import TestCaseFilter
from fullstory_dest.api.base.viewsets import ModelResourceViewSet, StrictModelSerializer
from fullstory_dest.models import Source, TestCase
from fullstory_dest.services.row_locks import lock_rows

#: A list of calls, or null.
EXPECTED_SCHEMA: dict[str, Any] = {
    "type": "array",
    "items": {
        "type": "object",
        "properties": {"method": {"type": "string"}, "args": {"type": "array", "items": {}}},
        "required": ["method", "args"],
        "additionalProperties": False,
    },
    "default": None,
}


@extend_schema_field(EXPECTED_SCHEMA)
class ExpectedField(serializers.JSONField):
    """The calls that are expected. The model checks them."""


class TestCaseSerializer(StrictModelSerializer[TestCase]):
    expected = ExpectedField(
        required=False, allow_null=True, help_text=TestCase._meta.get_field("expected").help_text
    )

    class Meta:
        model = TestCase
        fields = ["id", "source", "name", "event", "expected", "created_at", "updated_at"]
        validators: list[Any] = []  # the model's constraints are checked by the model

    def create(self, validated_data: dict[str, Any]) -> TestCase:
        # Held until the transaction ends, so that of two new test cases neither is one too many.
        lock_rows(Source, [validated_data["source"].pk])
        return super().create(validated_data)


class TestCaseViewSet(ModelResourceViewSet[TestCase]):
    """Test cases. They are run before each publication; one whose calls are not those expected fails."""

    queryset: QuerySet[TestCase] = TestCase.objects.order_by("id")
    serializer_class = TestCaseSerializer
    filterset_class = TestCaseFilter
