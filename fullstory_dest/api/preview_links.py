"""``preview-links/``: links with which one browser gets drafts, or a release, on the site's own pages."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from fullstory_dest.api.base.environment_rows import EnvironmentRowSerializer
from fullstory_dest.api.base.filters import PreviewLinkFilter
from fullstory_dest.api.base.viewsets import BaseViewSet, StrictSerializer, authenticated_user, validated
from fullstory_dest.api.releases import get_release
from fullstory_dest.models import Environment, PreviewLink
from fullstory_dest.models.preview_link import MAXIMUM_URL_LENGTH
from fullstory_dest.services.accounts.permissions import VIEW_DRAFTS
from fullstory_dest.services.previews.preview_link import (
    DEFAULT_LIFETIME,
    MAXIMUM_LIFETIME,
    create_preview_link,
    preview_url,
    revoke_preview_link,
)

MINUTE = timedelta(minutes=1)


class PreviewLinkSerializer(EnvironmentRowSerializer[PreviewLink]):
    """A preview link. Its URL works until it expires or is revoked."""

    url = serializers.SerializerMethodField(help_text="The page with the token. Open it in a browser.")

    class Meta:
        model = PreviewLink
        fields = [
            "id",
            "source",
            "environment",
            "release",
            "page_url",
            "url",
            "sends_calls",
            "created_by",
            "created_at",
            "expires_at",
            "revoked_at",
        ]
        read_only_fields = fields

    def get_url(self, link: PreviewLink) -> str:
        return preview_url(link)


class NewPreviewLinkSerializer(StrictSerializer):
    """A link to create."""

    page_url = serializers.URLField(
        max_length=MAXIMUM_URL_LENGTH, help_text="The page of your site that the link opens."
    )
    release = serializers.IntegerField(
        required=False, min_value=1, help_text="The number of a release. The default is the drafts."
    )
    minutes = serializers.IntegerField(
        default=DEFAULT_LIFETIME // MINUTE,
        min_value=1,
        max_value=MAXIMUM_LIFETIME // MINUTE,
        help_text="The time until the link expires.",
    )
    sends_calls = serializers.BooleanField(
        default=False, help_text="Sends calls to FullStory. Otherwise, only the debug panel shows them."
    )


class PreviewLinkViewSet(ListModelMixin, RetrieveModelMixin, BaseViewSet[PreviewLink]):
    """Preview links, oldest first. Create them on `environments/`."""

    queryset = PreviewLink.objects.select_related("environment", "release", "created_by").order_by("id")
    serializer_class = PreviewLinkSerializer
    filterset_class = PreviewLinkFilter
    required_permissions = VIEW_DRAFTS

    @extend_schema(request=None, responses=PreviewLinkSerializer)
    @action(detail=True, methods=["post"])
    def revoke(self, request: Request, pk: str) -> Response:
        """End a link. Pages that are open keep their preview until they are reloaded."""
        revoke_preview_link(self.get_object(), by=authenticated_user(request))
        return Response(self.get_serializer(self.get_object()).data)


def created_preview_link(request: Request, environment: Environment) -> Response:
    """Create the link of a request, and return the response."""
    sent: dict[str, Any] = validated(NewPreviewLinkSerializer, request.data)
    link = create_preview_link(
        environment,
        by=authenticated_user(request),
        page_url=sent["page_url"],
        release=get_release(environment.source, sent["release"]) if "release" in sent else None,
        sends_calls=sent["sends_calls"],
        lifetime=sent["minutes"] * MINUTE,
    )
    return Response(PreviewLinkSerializer(link).data, status.HTTP_201_CREATED)
