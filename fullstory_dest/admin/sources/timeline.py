"""The timelines of a source: which release was live when in each environment, on one time axis."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from django.utils import timezone

from fullstory_dest.models import Deployment, Environment

WIDTH = 1000.0
#: Two pixels and a border on a phone.
NARROWEST = 10.0
LABELED = 34.0


@dataclass(frozen=True, slots=True)
class Span:
    """The time that a deployment was live. ``x`` and ``width`` place it in the timeline, which is 1000 units wide.

    ``until`` is None for the live one.
    """

    deployment: Deployment
    since: datetime
    until: datetime | None
    x: float
    width: float

    @property
    def is_labeled(self) -> bool:
        return self.width >= LABELED

    @property
    def middle(self) -> float:
        return self.x + self.width / 2


@dataclass(frozen=True, slots=True)
class Timeline:
    """The spans of an environment, oldest first, and the ends of the axis. ``end`` is None for now."""

    environment: Environment
    spans: list[Span]
    start: datetime
    end: datetime | None


def draw_timelines(
    environments: Sequence[Environment],
    page: Sequence[Deployment],
    before: Mapping[int, Deployment],
    after: Mapping[int, Deployment],
) -> list[Timeline]:
    """Draw a page of deployments, newest first. ``before`` and ``after`` have the next ones of each environment.

    The axis ends with the first deployment after the page, or now.
    """
    if not page:
        return []
    start: datetime = page[-1].created_at
    end = min((each.created_at for each in after.values()), default=None)
    places = place_times([start, *(each.created_at for each in reversed(page)), end or timezone.now()])
    timelines = []
    for environment in environments:
        shown = [each for each in reversed(page) if each.environment_id == environment.pk]
        earlier = before.get(environment.pk)
        if earlier and environment.pk != page[-1].environment_id:
            shown.insert(0, earlier)
        if shown:
            next_one = after.get(environment.pk)
            until = [*(each.created_at for each in shown[1:]), next_one.created_at if next_one else None]
            spans = [_span(each, ended, places, start, end) for each, ended in zip(shown, until, strict=True)]
            timelines.append(Timeline(environment, spans, start, end))
    return timelines


def _span(
    deployment: Deployment,
    until: datetime | None,
    places: Mapping[datetime, float],
    start: datetime,
    end: datetime | None,
) -> Span:
    x = places[max(deployment.created_at, start)]
    # A deployment after the page can end a span later than the axis.
    ended = until if until in places else end
    right = WIDTH if ended is None else places.get(ended, WIDTH)
    return Span(deployment, deployment.created_at, until, round(x, 1), round(right - x, 1))


def place_times(times: Sequence[datetime]) -> dict[datetime, float]:
    """Place times, earliest first, on the axis. Distances are proportional, but at least ``NARROWEST``."""
    ordered = sorted(set(times))
    seconds = [(later - earlier).total_seconds() for earlier, later in pairwise(ordered)]
    room, whole = WIDTH - NARROWEST * len(seconds), sum(seconds) or 1.0
    places, x = {ordered[0]: 0.0}, 0.0
    for time, each in zip(ordered[1:], seconds, strict=True):
        x += NARROWEST + room * each / whole
        places[time] = x
    return places
