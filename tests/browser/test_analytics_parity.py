"""Ours does what @segment/analytics-next does, event for event, on the same page.

Here "does" is as recorded; ``make test-all`` plays the real one, too, and everything in Firefox.
"""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from tests.browser.analytics_scenarios import MOVING, QUEUED
from tests.browser.firefox import Firefox
from tests.browser.parity import play
from tests.browser.recording import SCENARIOS, brief, recorded, theirs

pytestmark = pytest.mark.usefixtures("oracle")


#: Scenarios that depend on the browser's engine: cookies and storage, links and forms, addresses, time zones, errors.
ENGINE = (
    "a user who comes back",
    "an id that cookies cannot hold as it is",
    "canonical link",
    "cleared cookies are filled from localStorage",
    "identify id, traits, options",
    "ids stored as numbers",
    "localStorage is refused",
    "query string calls",
    "queued calls are replayed",
    "the time zone can be read, changed, copied and listed",
    "track without a name rejects",
    "trackForm tracks, then submits",
    "trackLink tracks, then follows the link",
    "moving",
)
FIREFOX = [
    pytest.param("firefox", name, marks=() if name in ENGINE else pytest.mark.long) for name in SCENARIOS
]
in_browsers = pytest.mark.parametrize(
    ("browser", "name"), [*(("chromium", name) for name in SCENARIOS), *FIREFOX], indirect=["browser"]
)


@pytest.fixture
def browser(request: pytest.FixtureRequest) -> Browser | Firefox:
    found: Browser | Firefox = request.getfixturevalue(request.param)
    return found


@in_browsers
def test_it_does_as_analytics_js(browser: Browser | Firefox, name: str) -> None:
    ours = play(browser, SCENARIOS[name], ours=True, ordered=name not in QUEUED)
    assert brief(ours) == recorded(browser, name)
    assert ours.errors == []


@pytest.mark.long
@in_browsers
def test_analytics_js_does_as_recorded(browser: Browser | Firefox, name: str) -> None:
    assert theirs(browser, name) == recorded(browser, name)


@pytest.mark.parametrize("moves", [(False, True, False, True, False), (True, False, True, False, True)])
@pytest.mark.parametrize(
    "browser", ["chromium", pytest.param("firefox", marks=pytest.mark.long)], indirect=True
)
def test_visitors_stay_who_they_are_when_a_site_moves_to_ours_and_back(
    browser: Browser | Firefox, moves: tuple[bool, ...]
) -> None:
    moving = play(browser, MOVING, ours=moves, ordered=True)
    assert brief(moving) == recorded(browser, "moving")
