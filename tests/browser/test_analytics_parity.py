"""Our analytics behaves like @segment/analytics-next, event for event.

``make test`` compares it with a recording; ``make test-all`` also plays the packages, and everything in Firefox.
"""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from tests.browser.analytics_scenarios import MOVING, QUEUED
from tests.browser.firefox import Firefox
from tests.browser.parity import play
from tests.browser.recording import SCENARIOS, brief, recorded, theirs

pytestmark = pytest.mark.usefixtures("oracle")


#: Scenarios that depend on the engine: cookies, storage, links, forms, URLs, time zones and errors.
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
def test_it_tracks_like_analytics_js(browser: Browser | Firefox, name: str) -> None:
    ours = play(browser, SCENARIOS[name], ours=True, ordered=name not in QUEUED)
    assert brief(ours) == recorded(browser, name)
    assert ours.errors == []


@pytest.mark.long
@in_browsers
def test_it_plays_analytics_js_as_recorded(browser: Browser | Firefox, name: str) -> None:
    assert theirs(browser, name) == recorded(browser, name)


@pytest.mark.parametrize("moves", [(False, True, False, True, False), (True, False, True, False, True)])
@pytest.mark.parametrize(
    "browser", ["chromium", pytest.param("firefox", marks=pytest.mark.long)], indirect=True
)
def test_it_keeps_visitors_when_a_site_switches_scripts(
    browser: Browser | Firefox, moves: tuple[bool, ...]
) -> None:
    moving = play(browser, MOVING, ours=moves, ordered=True)
    assert brief(moving) == recorded(browser, "moving")
