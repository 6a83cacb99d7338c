"""Filters of lists, such as ``?source=1&enabled=true``."""

from __future__ import annotations

from django import forms
from django.db.models import QuerySet
from django_filters.filters import BooleanFilter, CharFilter, ModelChoiceFilter
from django_filters.rest_framework import FilterSet

from fullstory_dest.models import (
    ClassicDestination,
    Deployment,
    Destination,
    Environment,
    Mapping,
    PreviewLink,
    Release,
    Review,
    ScheduledDeployment,
    Source,
    TestCase,
)
from fullstory_dest.services.sources.search import source_search_q


class _StrictBooleanField(forms.Field):
    def to_python(self, value: str | None) -> bool | None:
        if not value:
            return None
        if value.lower() not in ("true", "false"):
            raise forms.ValidationError("expected true or false")
        return value.lower() == "true"


class StrictBooleanFilter(BooleanFilter):
    """Reject other values than true and false. django-filter ignores them, and lists everything."""

    field_class = _StrictBooleanField


def _of_source(path: str) -> ModelChoiceFilter:
    """A filter by the ID of a source, which is at this path from the row."""
    return ModelChoiceFilter(field_name=path, queryset=Source.objects.all(), help_text="The ID of a source.")


class SourceFilter(FilterSet):
    enabled = StrictBooleanFilter()
    write_key = CharFilter(field_name="environments__write_key", help_text="The write key of an environment.")
    search = CharFilter(
        method="search_sources",
        help_text="Part of the name or slug, or the start of a current or previous write key.",
    )

    class Meta:
        model = Source
        fields = ["enabled", "slug"]

    def search_sources(self, sources: QuerySet[Source], _name: str, term: str) -> QuerySet[Source]:
        return sources.filter(source_search_q(term))


class DestinationFilter(FilterSet):
    enabled = StrictBooleanFilter()

    class Meta:
        model = Destination
        fields = ["source", "enabled"]


class MappingFilter(FilterSet):
    enabled = StrictBooleanFilter()

    class Meta:
        model = Mapping
        fields = ["destination", "enabled"]


class EnvironmentFilter(FilterSet):
    class Meta:
        model = Environment
        fields = ["source", "slug", "write_key"]


class ReleaseFilter(FilterSet):
    class Meta:
        model = Release
        fields = ["source"]


class DeploymentFilter(FilterSet):
    source = _of_source("release__source")

    class Meta:
        model = Deployment
        fields = ["environment", "kind"]


class ScheduledDeploymentFilter(FilterSet):
    source = _of_source("environment__source")

    class Meta:
        model = ScheduledDeployment
        fields = ["environment", "state"]


class PreviewLinkFilter(FilterSet):
    source = _of_source("environment__source")

    class Meta:
        model = PreviewLink
        fields = ["environment"]


class ReviewFilter(FilterSet):
    source = _of_source("environment__source")

    class Meta:
        model = Review
        fields = ["environment", "state"]


class TestCaseFilter(FilterSet):
    class Meta:
        model = TestCase
        fields = ["source", "name"]


class ClassicDestinationFilter(FilterSet):
    enabled = StrictBooleanFilter()

    class Meta:
        model = ClassicDestination
        fields = ["source", "enabled"]
