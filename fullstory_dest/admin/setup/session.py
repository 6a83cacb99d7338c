"""What somebody typed in the set-up and is not saved: kept in the session, so that going back loses nothing."""

from __future__ import annotations

from typing import Final

from django.http import HttpRequest, QueryDict

from fullstory_dest.models import Destination, Source

TYPED: Final = "set_up_typed"
CHOSEN: Final = "set_up_chosen"
#: A session is read with every request.
LONGEST_KEPT: Final = 20_000


def save_input(request: HttpRequest, step: str, source: Source) -> None:
    """Keeps what was sent for a step, instead of what was kept before."""
    typed = request.POST.copy()
    for name in ("csrfmiddlewaretoken", "back"):
        typed.pop(name, None)
    text = typed.urlencode()
    if len(text) <= LONGEST_KEPT:
        request.session[TYPED] = {"step": step, "source": source.pk, "text": text}


def kept_typed(request: HttpRequest, step: str, source: Source) -> QueryDict | None:
    """What was kept for a step of this source, if anything was."""
    kept = request.session.get(TYPED)
    if not isinstance(kept, dict) or (kept.get("step"), kept.get("source")) != (step, source.pk):
        return None
    return QueryDict(str(kept.get("text", "")))


def forget_typed(request: HttpRequest) -> None:
    request.session.pop(TYPED, None)


def note_choice(request: HttpRequest, destination: Destination) -> None:
    """Notes that presets were chosen for a destination: no preset is then a choice, too."""
    request.session[CHOSEN] = destination.pk


def has_chosen(request: HttpRequest, destination: Destination) -> bool:
    return bool(request.session.get(CHOSEN) == destination.pk)
