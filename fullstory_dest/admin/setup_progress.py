"""Where somebody is in setting a source up. The session remembers no more than that: what they chose is in drafts."""

from __future__ import annotations

from typing import Any, Final

from django.http import HttpRequest

from fullstory_dest.admin.setup_steps import STEPS, step_url
from fullstory_dest.models import Destination, Source

SESSION_KEY: Final = "set_up"


def keep_step(request: HttpRequest, step: str, source: Source, destination: Destination | None) -> None:
    """Remembers where the flow is resumed. A session that says so already is not written."""
    kept = {"source": source.pk, "destination": destination.pk if destination else None, "step": step}
    if request.session.get(SESSION_KEY) != kept:
        request.session[SESSION_KEY] = kept


def forget_step(request: HttpRequest) -> None:
    request.session.pop(SESSION_KEY, None)


def resume_url(request: HttpRequest) -> str | None:
    """Where somebody left the flow, if they did."""
    kept = _kept_step(request)
    return step_url(kept["step"], kept["source"], kept["destination"]) if kept else None


def begun_set_up(request: HttpRequest) -> Source | None:
    """The source that somebody was setting up. One that is gone is forgotten."""
    kept = _kept_step(request)
    if not kept:
        return None
    source = Source.objects.filter(pk=kept["source"], archived_at=None).first()
    if source is None:
        forget_step(request)
    return source


def _kept_step(request: HttpRequest) -> dict[str, Any] | None:
    kept = request.session.get(SESSION_KEY)
    return kept if isinstance(kept, dict) and kept.get("step") in STEPS else None


def begun_destination(request: HttpRequest, source: Source) -> Destination | None:
    """The destination that somebody made in this flow, which is not published yet: going back leads to it."""
    kept = _kept_step(request)
    if not kept or kept["source"] != source.pk or not kept["destination"]:
        return None
    return source.destinations.filter(pk=kept["destination"]).first()
