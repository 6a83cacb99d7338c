"""How lists are narrowed: ``?source=1&enabled=true``."""

# mypy: allow-subclassing-any
# django-filter has no types.

from __future__ import annotations

from django import forms
from django_filters.filters import BooleanFilter  # type: ignore[import-untyped]
from django_filters.rest_framework import FilterSet  # type: ignore[import-untyped]

from fullstory_dest.models import ClassicDestination, Destination, Mapping, Release, Source, TestCase


class _TrueOrFalse(forms.Field):
    def to_python(self, value: str | None) -> bool | None:
        if not value:
            return None
        if value.lower() not in ("true", "false"):
            raise forms.ValidationError("expected true or false")
        return value.lower() == "true"


class TrueOrFalse(BooleanFilter):
    """Refuses what is neither; django-filter's own would ignore it, and list everything."""

    field_class = _TrueOrFalse


class SourceFilter(FilterSet):
    enabled = TrueOrFalse()

    class Meta:
        model = Source
        fields = ["enabled", "slug", "write_key"]


class DestinationFilter(FilterSet):
    enabled = TrueOrFalse()

    class Meta:
        model = Destination
        fields = ["source", "enabled"]


class MappingFilter(FilterSet):
    enabled = TrueOrFalse()

    class Meta:
        model = Mapping
        fields = ["destination", "enabled"]


class ReleaseFilter(FilterSet):
    class Meta:
        model = Release
        fields = ["source"]


class TestCaseFilter(FilterSet):
    class Meta:
        model = TestCase
        fields = ["source", "name"]


class ClassicDestinationFilter(FilterSet):
    enabled = TrueOrFalse()

    class Meta:
        model = ClassicDestination
        fields = ["source", "enabled"]
