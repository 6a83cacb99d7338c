"""``activity/``: recent changes to all sources."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final, TypedDict

from django.contrib.auth.base_user import AbstractBaseUser
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import PermissionDenied
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from fullstory_dest.api.base.schema import schema_of
from fullstory_dest.api.base.viewsets import StrictSerializer, validated
from fullstory_dest.services.activity.item import ActivityItem, Kind, Verb
from fullstory_dest.services.activity.recent import recent_activity, viewable_models

MAXIMUM_LIMIT: Final = 200


class ActivityEntry(TypedDict):
    """A change to an object, a deployment, or what happened to a review.

    `kind` and `id` identify the object, which might be deleted by now. `name` is its name at the time. `fields` are the
    changed fields. `channel` is `admin`, `api` or `command`, and empty for deployments and reviews. `by` is null for
    changes without a login. `reason` is why a review was declined, or why there was a deployment without approvals.
    """

    at: datetime
    by: str | None
    channel: str
    verb: Verb
    kind: Kind
    id: int
    name: str
    exists: bool
    fields: list[str]
    source: int | None
    destination: int | None
    environment: int | None
    reason: str


class ActivityList(TypedDict):
    """The latest entries, newest first."""

    results: list[ActivityEntry]


class ActivityQuery(StrictSerializer):
    """The query parameters of ``activity/``."""

    limit = serializers.IntegerField(default=50, min_value=1, max_value=MAXIMUM_LIMIT)


class ActivityView(APIView):
    permission_classes = [IsAuthenticated]

    @extend_schema(parameters=[ActivityQuery], responses={200: schema_of(ActivityList)})
    def get(self, request: Request) -> Response:
        """List recent changes, deployments and events of reviews that you can view."""
        query = validated(ActivityQuery, request.query_params.dict())
        if not viewable_models(request.user):
            raise PermissionDenied
        items = recent_activity(request.user, limit=query["limit"])
        return Response({"results": [_entry(item) for item in items]})


def _entry(item: ActivityItem) -> dict[str, Any]:
    by: AbstractBaseUser | None = item.by
    return {
        "at": item.at,
        "by": by.get_username() if by else None,
        "channel": item.channel,
        "verb": item.verb,
        "kind": item.kind,
        "id": item.id,
        "name": item.name,
        "exists": item.exists,
        "fields": list(item.fields),
        "source": item.source.pk if item.source else None,
        "destination": item.destination.pk if item.destination else None,
        "environment": item.environment.pk if item.environment else None,
        "reason": item.reason,
    }
