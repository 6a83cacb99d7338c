"""``destinations/``: FullStory setups on sources."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from fullstory_dest.api.base.filters import DestinationFilter
from fullstory_dest.api.base.schema import CONSENT_CATEGORIES_SCHEMA, SETTINGS_SCHEMA
from fullstory_dest.api.base.viewsets import ModelResourceViewSet, ObjectField, StrictModelSerializer
from fullstory_dest.models import Destination


@extend_schema_field(SETTINGS_SCHEMA)
class SettingsField(ObjectField):
    """The settings of a destination, by the catalog's keys."""


@extend_schema_field(CONSENT_CATEGORIES_SCHEMA)
class CategoriesField(serializers.JSONField):
    """The consent categories of a destination. The model validates them."""


class DestinationSerializer(StrictModelSerializer[Destination]):
    """A FullStory configuration of a source."""

    settings = SettingsField()
    consent_categories = CategoriesField(
        required=False, help_text=Destination._meta.get_field("consent_categories").help_text
    )

    class Meta:
        model = Destination
        fields = [
            "id",
            "source",
            "name",
            "enabled",
            "settings",
            "consent_categories",
            "created_at",
            "updated_at",
        ]


class DestinationViewSet(ModelResourceViewSet[Destination]):
    """Destinations are FullStory setups on a source. Settings with default values are left out of responses."""

    queryset = Destination.objects.order_by("id")
    serializer_class = DestinationSerializer
    filterset_class = DestinationFilter
