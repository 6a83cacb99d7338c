"""Session state of the setup wizard: the step to resume, and unsaved input. Saved input is in drafts."""

from __future__ import annotations

from typing import Any, Final

from django.http import HttpRequest, QueryDict

from fullstory_dest.admin.setup.steps import STEPS, step_url
from fullstory_dest.models import Destination, Source

STEP_KEY: Final = "setup_step"
INPUT_KEY: Final = "setup_input"
PRESETS_CHOSEN_KEY: Final = "setup_presets_chosen"
#: Characters of input to keep, limited because each request reads the session.
MAXIMUM_INPUT: Final = 20_000


def save_step(
    request: HttpRequest, step: str, source: Source, destination: Destination | None, *, saved: bool = False
) -> None:
    """Remember the step to resume. Writes the session only on changes.

    A setup can be resumed once something is ``saved``. Until then, it doesn't replace a saved setup of another source.
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
    if request.session.get(STEP_KEY) != step_now:
        request.session[STEP_KEY] = step_now


def forget_setup(request: HttpRequest) -> None:
    """Forget the step and the unsaved input. Drafts are kept."""
    request.session.pop(STEP_KEY, None)
    forget_input(request)


def resume_url(request: HttpRequest) -> str | None:
    """The URL of the step to resume; None if nothing was saved."""
    step = _step(request)
    return step_url(step["step"], step["source"], step["destination"]) if step and step.get("saved") else None


def resumed_source(request: HttpRequest) -> Source | None:
    """The source of the setup to resume; None if it was deleted or archived."""
    step = _step(request)
    if not step:
        return None
    source = Source.objects.filter(pk=step["source"], archived_at=None).first()
    if source is None:
        request.session.pop(STEP_KEY)
    return source


def resumed_destination(request: HttpRequest, source: Source) -> Destination | None:
    """The destination that was created in this setup, for going back to its settings."""
    step = _step(request)
    if not step or step["source"] != source.pk or not step["destination"]:
        return None
    return source.destinations.filter(pk=step["destination"]).first()


def _step(request: HttpRequest) -> dict[str, Any] | None:
    step = request.session.get(STEP_KEY)
    return step if isinstance(step, dict) and step.get("step") in STEPS else None


def save_input(request: HttpRequest, source: Source) -> None:
    """Keep posted settings of a source, so that going back doesn't lose them."""
    posted = request.POST.copy()
    for name in ("csrfmiddlewaretoken", "back"):
        posted.pop(name, None)
    text = posted.urlencode()
    if len(text) <= MAXIMUM_INPUT:
        request.session[INPUT_KEY] = {"source": source.pk, "text": text}


def saved_input(request: HttpRequest, source: Source) -> QueryDict | None:
    """The kept settings of this source; None without any."""
    kept = request.session.get(INPUT_KEY)
    if not isinstance(kept, dict) or kept.get("source") != source.pk:
        return None
    return QueryDict(str(kept.get("text", "")))


def forget_input(request: HttpRequest) -> None:
    """Forget kept settings."""
    request.session.pop(INPUT_KEY, None)


def save_presets_chosen(request: HttpRequest, destination: Destination) -> None:
    """Remember that the user chose presets for a destination, even if they chose none."""
    request.session[PRESETS_CHOSEN_KEY] = destination.pk


def are_presets_chosen(request: HttpRequest, destination: Destination) -> bool:
    """Whether the user has chosen presets for a destination."""
    return bool(request.session.get(PRESETS_CHOSEN_KEY) == destination.pk)
