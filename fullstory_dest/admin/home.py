"""The landing page: what to do next."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from fullstory_dest.admin.state import SourceState, source_states
from fullstory_dest.models import Release, Source

SOURCES_SHOWN = 12
RELEASES_SHOWN = 6


def home(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """Adds to the landing page's context what a person may see: sources with their next step, and the last releases."""
    may_see = request.user.has_perm("fullstory_dest.view_source")
    sources = (
        list(Source.objects.filter(archived_at=None).order_by("-updated_at", "-id")[: SOURCES_SHOWN + 1])
        if may_see
        else []
    )
    states = source_states(sources[:SOURCES_SHOWN])
    # The newest by id: numbers count per source.
    releases = Release.objects.defer("spec", "config").select_related("source", "created_by").order_by("-id")
    context |= {
        "title": _("Home"),
        "may_see": may_see,
        "states": states,
        "more": len(sources) > SOURCES_SHOWN,
        "releases": releases[:RELEASES_SHOWN] if request.user.has_perm("fullstory_dest.view_release") else [],
        "steps": first_steps(states),
        "may_add_source": request.user.has_perm("fullstory_dest.add_source"),
        "may_add_destination": request.user.has_perm("fullstory_dest.add_destination"),
        "may_publish": request.user.has_perm("fullstory_dest.publish_source"),
    }
    return context


def first_steps(states: list[SourceState]) -> list[dict[str, Any]]:
    """The path of a first run, until the first release: connect, add a destination, publish and install."""
    if any(state.live for state in states):
        return []
    source = states[0].source if states else None
    reached = 0 if source is None else 1 if not states[0].destinations else 2
    return [
        {
            "number": number,
            "key": key,
            "done": number - 1 < reached,
            "current": number - 1 == reached,
            "source": source,
        }
        for number, key in enumerate(("source", "destination", "publish"), 1)
    ]
