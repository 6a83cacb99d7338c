"""Requests of the editor's scripts: run an event, validate the input, convert a trigger. Nothing is saved."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_POST

from fullstory_dest.admin.base.posted_inputs import parse_ids
from fullstory_dest.admin.mappings.event_run import run_for_panel
from fullstory_dest.admin.mappings.validation import (
    EditorRequestError,
    describe_draft,
    describe_trigger,
    read_request,
)
from fullstory_dest.models import Destination, Mapping
from fullstory_dest.services.accounts.permissions import VIEW_DRAFTS

view_mapping = permission_required("fullstory_dest.view_mapping", raise_exception=True)


@require_POST
@permission_required(VIEW_DRAFTS, raise_exception=True)
def run_event(request: HttpRequest) -> HttpResponse:
    """Run an event through the mapping in the form."""
    saved = _mapping(request.POST.get("mapping"))
    return JsonResponse(run_for_panel(request.POST, saved.destination.source if saved else None, saved))


@require_POST
@view_mapping
def check(request: HttpRequest) -> HttpResponse:
    """Validate the input with ``validation.describe_draft``."""
    try:
        posted = read_request(request.body)
    except EditorRequestError as error:
        return JsonResponse({"message": str(error)}, status=400)
    return JsonResponse(describe_draft(posted, _settings(posted)))


@require_POST
@view_mapping
def trigger(request: HttpRequest) -> HttpResponse:
    """Convert a trigger with ``validation.describe_trigger``."""
    try:
        return JsonResponse(describe_trigger(read_request(request.body)))
    except EditorRequestError as error:
        return JsonResponse({"message": str(error)}, status=400)


def _mapping(key: object) -> Mapping | None:
    return Mapping.objects.select_related("destination__source").filter(pk__in=parse_ids([key])).first()


def _settings(posted: dict[str, Any]) -> dict[str, Any]:
    """The settings of the mapping's destination, or of the one chosen for a new mapping."""
    if saved := _mapping(posted.get("mapping")):
        return dict(saved.destination.settings)
    chosen = parse_ids([posted.get("destination")])
    return Destination.objects.filter(pk__in=chosen).values_list("settings", flat=True).first() or {}
