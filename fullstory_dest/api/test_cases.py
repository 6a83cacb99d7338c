"""``test-cases/``: saved events of a source, and the calls to FullStory that they should lead to."""

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
    """The expected calls. The model validates them."""


class TestCaseSerializer(StrictModelSerializer[TestCase]):
    """An event, with the calls that you expect for it."""

    expected = ExpectedField(
        required=False, allow_null=True, help_text=TestCase._meta.get_field("expected").help_text
    )

    class Meta:
        model = TestCase
        fields = ["id", "source", "name", "event", "expected", "created_at", "updated_at"]
        validators: list[Any] = []  # the model checks its constraints

    def create(self, validated_data: dict[str, Any]) -> TestCase:
        # Locked until the transaction ends, so that concurrent requests can't exceed the limit.
        lock_rows(Source, [validated_data["source"].pk])
        return super().create(validated_data)


class TestCaseViewSet(ModelResourceViewSet[TestCase]):
    """Test cases run before each publish. A test case fails if its event leads to other calls than expected."""

    queryset: QuerySet[TestCase] = TestCase.objects.order_by("id")
    serializer_class = TestCaseSerializer
    filterset_class = TestCaseFilter
