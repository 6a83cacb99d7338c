"""What the session remembers of a setup: where to resume it, and input that is not saved yet.

What someone chose is in drafts.
"""

from __future__ import annotations

from typing import Any, Final

from django.http import HttpRequest, QueryDict

from fullstory_dest.admin.setup.steps import STEPS, step_url
from fullstory_dest.models import Destination, Source

STEP: Final = "setup_step"
INPUT: Final = "setup_input"
PRESETS_CHOSEN: Final = "setup_presets_chosen"
#: Characters of input to keep: a session is read with every request.
MAXIMUM_INPUT: Final = 20_000


def save_step(
    request: HttpRequest, step: str, source: Source, destination: Destination | None, *, saved: bool = False
) -> None:
    """Remember where to resume. The session is written only if that changed.

    Until something is ``saved`` there is nothing to resume, and a setup of another source stays the one to resume.
    """
    before = _step(request)
    same = before is not None and before["source"] == source.pk
    if before and before.get("saved") and not same and not saved:
        return
    step_now = {
        "source": source.pk,
        "destination": destination.pk if destination else None,
        "step": step,
        "saved": saved or bool(same and before and before.get("saved")),
    }
    if request.session.get(STEP) != step_now:
        request.session[STEP] = step_now


def forget_setup(request: HttpRequest) -> None:
    """Forget where someone was, and their input. The drafts stay."""
    request.session.pop(STEP, None)
    forget_input(request)


def resume_url(request: HttpRequest) -> str | None:
    """The URL of the step that someone left, if they saved anything."""
    step = _step(request)
    return step_url(step["step"], step["source"], step["destination"]) if step and step.get("saved") else None


def resumed_source(request: HttpRequest) -> Source | None:
    """The source that someone was setting up, unless it was deleted or archived."""
    step = _step(request)
    if not step:
        return None
    source = Source.objects.filter(pk=step["source"], archived_at=None).first()
    if source is None:
        request.session.pop(STEP)
    return source


def resumed_destination(request: HttpRequest, source: Source) -> Destination | None:
    """The destination that someone made in this setup: going back leads to it."""
    step = _step(request)
    if not step or step["source"] != source.pk or not step["destination"]:
        return None
    return source.destinations.filter(pk=step["destination"]).first()


def _step(request: HttpRequest) -> dict[str, Any] | None:
    step = request.session.get(STEP)
    return step if isinstance(step, dict) and step.get("step") in STEPS else None


def save_input(request: HttpRequest, source: Source) -> None:
    """Keep what was posted to the settings of a source, so that going back loses nothing."""
    posted = request.POST.copy()
    for name in ("csrfmiddlewaretoken", "back"):
        posted.pop(name, None)
    text = posted.urlencode()
    if len(text) <= MAXIMUM_INPUT:
        request.session[INPUT] = {"source": source.pk, "text": text}


def saved_input(request: HttpRequest, source: Source) -> QueryDict | None:
    """What was kept for the settings of this source, if anything."""
    kept = request.session.get(INPUT)
    if not isinstance(kept, dict) or kept.get("source") != source.pk:
        return None
    return QueryDict(str(kept.get("text", "")))


def forget_input(request: HttpRequest) -> None:
    """Forget what was kept for the settings."""
    request.session.pop(INPUT, None)


def save_presets_chosen(request: HttpRequest, destination: Destination) -> None:
    """Remember that someone chose presets for a destination. No preset is a choice, too."""
    request.session[PRESETS_CHOSEN] = destination.pk


def are_presets_chosen(request: HttpRequest, destination: Destination) -> bool:
    """Whether someone chose presets for a destination."""
    return bool(request.session.get(PRESETS_CHOSEN) == destination.pk)
