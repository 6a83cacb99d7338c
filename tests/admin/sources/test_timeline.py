"""The timelines of a source's environments."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from fullstory_dest.admin.sources.timeline import NARROWEST, WIDTH, draw_timelines, place_times
from fullstory_dest.models import Deployment, Environment, Release

START = datetime(2026, 1, 1, tzinfo=UTC)
STAGING, PRODUCTION = Environment(pk=1, name="Staging"), Environment(pk=2, name="Production")


def deployed(key: int, environment: Environment, hours: int) -> Deployment:
    at = START + timedelta(hours=hours)
    return Deployment(pk=key, environment=environment, release=Release(number=key), created_at=at)


def test_it_places_times_with_a_minimum_distance() -> None:
    times = [START + timedelta(seconds=number**4) for number in (1, 2, 9, 400)]
    places = list(place_times(times).values())
    assert places[0] == 0
    assert places[-1] == pytest.approx(WIDTH)
    assert min(later - earlier for earlier, later in pairwise(places)) >= NARROWEST


def test_it_cuts_spans_at_the_ends_of_a_page() -> None:
    page = [deployed(4, STAGING, 6), deployed(3, STAGING, 4)]
    before = {1: deployed(2, STAGING, 2), 2: deployed(1, PRODUCTION, 0)}
    after = {1: deployed(5, STAGING, 8), 2: deployed(6, PRODUCTION, 9)}
    staging, production = draw_timelines([STAGING, PRODUCTION], page, before, after)
    assert [span.deployment.pk for span in staging.spans] == [3, 4]
    assert [span.width for span in staging.spans] == [500, 500]
    assert staging.spans[-1].until == START + timedelta(hours=8)
    (span,) = production.spans
    assert (span.x, span.width, span.until) == (0, 1000, START + timedelta(hours=9))


def test_it_draws_nothing_without_deployments() -> None:
    assert draw_timelines([STAGING], [], {}, {}) == []
