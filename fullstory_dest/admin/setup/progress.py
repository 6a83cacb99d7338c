"""Where somebody is in setting a source up. The session remembers no more than that: what they chose is in drafts."""

from __future__ import annotations

from typing import Any, Final

from django.http import HttpRequest

from fullstory_dest.admin.setup.steps import STEPS, step_url
from fullstory_dest.models import Destination, Source

SESSION_KEY: Final = "set_up"


def keep_step(
    request: HttpRequest, step: str, source: Source, destination: Destination | None, *, saved: bool = False
) -> None:
    """Remembers where the flow is resumed. A session that says so already is not written.

    Until something is ``saved`` there is nothing to resume, and a setup of another source stays the one to resume.
    """
    before = _kept_step(request)
    same = before is not None and before["source"] == source.pk
    if before and before.get("saved") and not same and not saved:
        return
    kept = {
        "source": source.pk,
        "destination": destination.pk if destination else None,
        "step": step,
        "saved": saved or bool(same and before and before.get("saved")),
    }
    if request.session.get(SESSION_KEY) != kept:
        request.session[SESSION_KEY] = kept


def forget_step(request: HttpRequest) -> None:
    request.session.pop(SESSION_KEY, None)


def resume_url(request: HttpRequest) -> str | None:
    """Where somebody left the flow, if they saved anything in it."""
    kept = _kept_step(request)
    if not kept or not kept.get("saved"):
        return None
    return step_url(kept["step"], kept["source"], kept["destination"])


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
