"""The publication that waits for its time: finding it, and ending the wait."""

from __future__ import annotations

from django.contrib.auth.models import User
from django.utils import timezone

from fullstory_dest.models import ScheduledPublish, Source

State = ScheduledPublish.State


def scheduled_publish(source: Source) -> ScheduledPublish | None:
    """The publication of a source that waits for its time."""
    return source.scheduled_publishes.filter(state=State.WAITING).select_related("created_by").first()


def end(
    pending: ScheduledPublish, state: ScheduledPublish.State, outcome: str = "", *, by: User | None = None
) -> None:
    """Notes how the wait ended, when, and by whom."""
    pending.state, pending.outcome = state, outcome
    pending.ended_at, pending.ended_by = timezone.now(), by
    pending.save()


def cancel_superseded(
    source: Source, outcome: str, *, by: User | None, besides: ScheduledPublish | None = None
) -> ScheduledPublish | None:
    """Cancels what waits, as something else has become live, and gives it back. To be called with the source locked."""
    pending = scheduled_publish(source)
    if pending is None or pending == besides:
        return None
    end(pending, State.CANCELLED, outcome, by=by)
    return pending
