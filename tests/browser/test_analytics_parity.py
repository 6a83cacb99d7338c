"""Ours does what @segment/analytics-next does, event for event, on the same page, in both browsers."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from tests.browser.analytics_scenarios import MOVING, ORDERED, QUEUED
from tests.browser.firefox import Firefox
from tests.browser.parity import Visit, play

pytestmark = pytest.mark.usefixtures("oracle")


@pytest.fixture(scope="module", params=["chromium", "firefox"])
def browser(request: pytest.FixtureRequest) -> Browser | Firefox:
    found: Browser | Firefox = request.getfixturevalue(request.param)
    return found


def compare(browser: Browser | Firefox, visits: tuple[Visit, ...], *, ordered: bool) -> None:
    ours = play(browser, visits, ours=True, ordered=ordered)
    assert ours == play(browser, visits, ours=False, ordered=ordered)
    assert ours.errors == []


@pytest.mark.parametrize("name", ORDERED)
def test_it_does_as_analytics_js(browser: Browser | Firefox, name: str) -> None:
    compare(browser, ORDERED[name], ordered=True)


@pytest.mark.parametrize("name", QUEUED)
def test_it_replays_as_analytics_js(browser: Browser | Firefox, name: str) -> None:
    compare(browser, (QUEUED[name],), ordered=False)


@pytest.mark.parametrize("moves", [(False, True, False, True, False), (True, False, True, False, True)])
def test_visitors_stay_who_they_are_when_a_site_moves_to_ours_and_back(
    browser: Browser | Firefox, moves: tuple[bool, ...]
) -> None:
    moving = play(browser, MOVING, ours=moves, ordered=True)
    assert moving == play(browser, MOVING, ours=False, ordered=True)
