"""Segment's two names for the destination, in our script and in analytics.js 2 with our plugin."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import in_firefox_with_all
from tests.browser.live_server import LiveServer, Site
from tests.browser.visitor import Visitor
from tests.browser.waiting import pass_time

pytestmark = in_firefox_with_all

PATH = "/names/"
NAMES = ["Fullstory", "Fullstory (Actions)"]


class Shop:
    """A page with our script or with Segment's package, and the events that FullStory receives."""

    def __init__(self, install: str, server: LiveServer, site: Site, page: Page) -> None:
        self._install, self._server, self._site, self.page = install, server, site, page

    def open(self, integrations: dict[str, Any] | None = None, options: str = "") -> None:
        """Open the page. ``options`` are more of those of the load, as JavaScript."""
        options = f"{{ integrations: {json.dumps(integrations or {})}, {options} }}"
        url = self._server.url
        if self._install == "package":
            script = f"""<script>window.analytics = {{ _cdn: location.origin }}</script>
              <script src="/analytics-next/bundles/index.js"></script>
              <script>analytics = AnalyticsNext.AnalyticsBrowser.load(
                {{ writeKey: 'demo', cdnURL: '{url}' }}, {options});</script>"""
        else:
            script = f"""<script>analytics = []; analytics._loadOptions = {options};</script>
              <script src="{url}/analytics.js/v1/demo/analytics.min.js"></script>"""
        self._site.pages[PATH] = f'<!doctype html><link rel="icon" href="data:,">{script}'
        self.page.goto(self._site.url + PATH)

    def track(self, *integrations: dict[str, Any] | None, before: str = "") -> list[str]:
        """The indexes of the `integrations` with which FullStory receives a call."""
        events = [[str(index), {}, {"integrations": each}] for index, each in enumerate(integrations)]
        self.page.evaluate(
            f"""async (events) => {{
              {before}
              for (const event of events) await analytics.track(...event);
            }}""",
            events,
        )
        pass_time(self.page, 150)
        return self.page.evaluate(
            "(window.fsCalls || []).filter(({args}) => args[0] == 'trackEvent').map(({args}) => args[1].name)"
        )


@pytest.fixture(params=["tag", "package"])
def shop(
    request: pytest.FixtureRequest, server: LiveServer, site: Site, page: Page, oracle: Path, visitor: Visitor
) -> Shop:
    site.folders["/analytics-next/bundles/"] = oracle / "node_modules/@segment/analytics-next/dist/umd"
    return Shop(request.param, server, site, page)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    ("value", "all_on", "sends"),
    [
        (False, True, False),
        (True, False, True),
        ({}, False, True),
        (False, False, False),
        (None, True, False),
    ],
)
def test_it_reads_either_name_on_load(
    shop: Shop, visitor: Visitor, name: str, value: Any, all_on: bool, sends: bool
) -> None:
    shop.open({name: value, **({} if all_on else {"All": False})})
    assert shop.track(None) == (["0"] if sends else [])
    if value is False:
        assert not shop.page.evaluate("'FS' in window")
        assert "/demo/fs.js" not in visitor.paths()


def test_it_loads_nothing_if_one_name_refuses(shop: Shop, visitor: Visitor) -> None:
    for one, other in (NAMES, NAMES[::-1]):
        shop.open({one: True, other: False})
        assert shop.track(None) == []
        assert "/demo/fs.js" not in visitor.paths()


def test_it_reads_either_name_on_calls(shop: Shop) -> None:
    shop.open()
    calls = [
        {**chosen, **others}
        for name in NAMES
        for chosen in ({name: False}, {name: True}, {name: {"a": 1}}, {name: None}, {name: 0})
        for others in ({}, {"All": False}, {"All": True})
    ]
    calls += [{NAMES[0]: first, NAMES[1]: second} for first in (True, False) for second in (True, False)]
    calls += [{}, {"All": False}, {"fullstory": False}, {"FullStory": False}]
    heard = set(shop.track(*calls))

    def is_on(call: dict[str, Any]) -> bool:
        """As analytics.js decides."""
        values = [value for name in NAMES if (value := call.get(name)) is not None]
        return bool(values[0]) if values else call.get("All") is not False

    assert heard == {str(index) for index, call in enumerate(calls) if is_on(call)}


@pytest.mark.parametrize(
    ("name", "runs"),
    [
        *((name, 1) for name in NAMES),
        ("FULLSTORY", 1),
        ("fullstory (actions)", 1),
        ("*", 1),
        ("FullStory Device Mode", 0),
        ("Full", 0),
    ],
)
def test_it_runs_middleware_of_either_name(shop: Shop, name: str, runs: int) -> None:
    shop.open()
    add = f"""
      window.seen = [];
      await analytics.addDestinationMiddleware({json.dumps(name)}, ({{ payload, next, integration }}) => {{
        seen.push([payload.obj.event, integration]);
        if (payload.obj.event == '1') return;
        payload.obj.event = 'Changed';
        next(payload);
      }});"""
    assert shop.track({}, {}, before=add) == (["Changed"] if runs else ["0", "1"])
    assert shop.page.evaluate("seen") == [["0", "Fullstory"], ["1", "Fullstory"]][: 2 * runs]


#: Middleware that a second run of an event would change. The other one after it passes on the first and third event.
STATEFUL = """({ payload, next }) => {
    const id = payload.obj.messageId;
    if (ids.has(id)) return;
    ids.add(id);
    next(payload);
  }, ({ payload, next }) => { if (count++ % 2 == 0) next(payload); }"""


@pytest.mark.parametrize(
    ("name", "options"),
    [*((name, "") for name in [*NAMES, "*"]), *((name, "updateCDNSettings: (all) => all") for name in NAMES)],
)
def test_it_runs_stateful_middleware_once(shop: Shop, name: str, options: str) -> None:
    """With consent in the events, and with a consent wrapper."""
    shop.open(options=options)
    add = f"""
      window.ids = new Set(); window.count = 0;
      await analytics.addSourceMiddleware(({{ payload, next }}) => {{
        payload.obj.context.consent = {{ categoryPreferences: {{ C1: true }} }};
        next(payload);
      }});
      await analytics.addDestinationMiddleware({json.dumps(name)}, {STATEFUL});"""
    assert shop.track({}, {}, {}, before=add) == ["0", "2"]
    assert shop.page.evaluate("[count, ids.size]") == [3, 3]


def test_it_runs_wrapper_middleware_for_each_name(shop: Shop) -> None:
    shop.open(options="updateCDNSettings: (all) => all")
    add = """
      window.seen = [];
      await analytics.addDestinationMiddleware('*', ({ payload, next, integration }) => {
        seen.push([payload.obj.event, integration]);
        if (payload.obj.event == '1' && integration == 'Fullstory (Actions)') return;
        next(payload);
      });"""
    assert shop.track({}, {}, before=add) == ["0"]
    assert shop.page.evaluate("seen") == [["0", NAMES[1]], ["0", NAMES[0]], ["1", NAMES[1]]]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("shop", ["package"], indirect=True)
def test_it_is_removed_by_either_name(shop: Shop, name: str) -> None:
    shop.open()
    assert shop.track({}) == ["0"]
    shop.page.evaluate("(name) => analytics.deregister(name)", name)
    assert shop.track({}) == ["0"]
