"""The snippet and the plugin never block a page or leave timers running. These checks are exact, not timed.

``make bench`` measures times.
"""

from __future__ import annotations

import json
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.chromium import layouts_forced_by, trace
from tests.browser.live_server import LiveServer, Site, publish_source
from tests.browser.visitor import Visitor

# Records what blocks a page, and which timers run, by the script that started them.
WATCH = """
window.heldUp = [];
window.running = new Map();
const stack = () => Error().stack;
for (const name of ['write', 'writeln']) {
  const real = document[name];
  document[name] = function (...args) { heldUp.push([name, stack()]); return real.apply(this, args); };
}
const open = XMLHttpRequest.prototype.open;
XMLHttpRequest.prototype.open = function (method, url, later = true, ...rest) {
  if (!later) heldUp.push(['XMLHttpRequest', stack()]);
  return open.call(this, method, url, later, ...rest);
};
for (const [start, stop, again] of [
  ['setTimeout', 'clearTimeout'], ['setInterval', 'clearInterval', true],
  ['requestAnimationFrame', 'cancelAnimationFrame'], ['requestIdleCallback', 'cancelIdleCallback'],
]) {
  const [reallyStart, reallyStop] = [window[start], window[stop]];
  window[start] = (act, ...rest) => {
    const timer = reallyStart((...args) => {
      if (!again) running.delete(start + timer);
      if (typeof act === 'function') act(...args);
    }, ...rest);
    running.set(start + timer, stack());
    return timer;
  };
  window[stop] = (timer) => { running.delete(start + timer); reallyStop(timer); };
}
"""

# Calls of the page, including slow ones: a callback, middleware, a link.
SAYS = """
analytics.page(); analytics.track('A', { a: 1 }, () => {}); analytics.identify('u1', { email: 'a@example.com' });
analytics.addSourceMiddleware(({ payload, next }) => next(payload));
analytics.ready(() => {}); analytics.group('g1'); analytics.alias('u2'); analytics.screen('S');
analytics.setAnonymousId('anon-1');
"""
TRACKS_LINK = "analytics.trackLink(document.querySelector('a'), 'Clicked');"

# A script that must be caught.
CULPRIT = """
document.body.style.width = '5px'; document.body.offsetWidth; document.write('late');
const request = new XMLHttpRequest(); request.open('GET', location.href, false); request.send();
setInterval(() => {}, 9e9); setTimeout(() => {}, 9e9);
requestAnimationFrame(function again() { requestAnimationFrame(again); });
"""

ALL_ON = {"debug": True, "anonymizeOnReset": True, "tidyPropertyNames": True, "dropRepeatedCalls": True}


def html(*scripts: str) -> str:
    return (
        "<!doctype html><title>Shop</title><link rel=icon href=data:,><h1>Shop</h1><a href=#there>There</a>"
        + "".join(scripts)
    )


def queue(says: str) -> str:
    """A page that calls analytics before the script is there. Calls that need the script wait for it."""
    return f"<script>window.analytics = [['use', (analytics) => {{ {says} }}]]</script>"


def blame(page: Page, found: str, script: str) -> list[str]:
    """Entries of ``heldUp`` or ``running`` that the script caused."""
    entries: list[list[str]] = page.evaluate(f"[...{found}]")
    return [name for name, stack in entries if script in stack]


def watched(chromium: Browser, page: Page, url: str, *, calls: int) -> list[dict[str, Any]]:
    """Open the page, click its link, and wait until FullStory has received this many calls."""
    page.add_init_script(WATCH)

    def visit() -> None:
        page.goto(url)
        page.wait_for_function("(count) => (window.fsCalls || []).length >= count", arg=calls)
        page.click("a")
        page.wait_for_timeout(500)

    return trace(chromium, page, visit)


@pytest.mark.parametrize("settings", [{}, ALL_ON], ids=["plain", "everything on"])
def test_it_blocks_nothing_and_leaves_nothing_running(
    server: LiveServer, site: Site, chromium: Browser, page: Page, settings: dict[str, Any]
) -> None:
    key = f"budget{len(settings)}"
    publish_source(
        server,
        key,
        settings={"orgId": "o-DEMO-na1", "script": server.stand_in, **settings},
        presets=["Identify User V2", "Track Custom Event V2", "Viewed Page V2"],
    )
    path = f"/analytics.js/v1/{key}/analytics.min.js"
    site.pages["/"] = html(queue(SAYS + TRACKS_LINK), f"<script async src='{server.url}{path}'></script>")
    events = watched(chromium, page, site.url + "/", calls=4)
    assert layouts_forced_by(events, path) == []
    assert blame(page, "heldUp", path) == []
    assert blame(page, "running", path) == []


def test_it_blocks_nothing_and_leaves_nothing_running_as_plugin(
    server: LiveServer, site: Site, oracle: Any, chromium: Browser, page: Page
) -> None:
    # It loads parts from its own URL instead of Segment's.
    site.folders["/analytics-next/bundles/"] = oracle / "node_modules/@segment/analytics-next/dist/umd"
    load = f"AnalyticsNext.AnalyticsBrowser.load({{writeKey: 'demo', cdnURL: {json.dumps(server.url)}}})"
    site.pages["/"] = html(
        "<script>window.analytics = { _cdn: location.origin }</script>",
        "<script src=/analytics-next/bundles/index.js></script>",
        f"<script>{load}.then(([analytics]) => {{ {SAYS} }})</script>",
    )
    path = "/next-integrations/actions/fullstory/"
    events = watched(chromium, page, site.url + "/", calls=4)
    assert page.evaluate("performance.getEntriesByType('resource').map((each) => each.name).join()").count(
        path
    )
    assert layouts_forced_by(events, path) == []
    assert blame(page, "heldUp", path) == []
    assert blame(page, "running", path) == []


def test_it_catches_a_script_that_blocks_or_keeps_running(
    site: Site, chromium: Browser, page: Page, visitor: Visitor
) -> None:
    site.pages["/culprit.js"] = CULPRIT
    site.pages["/"] = html("<script>fsCalls = []</script><script src=/culprit.js></script>")
    events = watched(chromium, page, site.url + "/", calls=0)
    assert {event["name"] for event in layouts_forced_by(events, "/culprit.js")} == {
        "Layout",
        "UpdateLayoutTree",
    }
    assert blame(page, "heldUp", "/culprit.js") == ["write", "XMLHttpRequest"]
    started = [name.rstrip("0123456789") for name in blame(page, "running", "/culprit.js")]
    assert sorted(started) == ["requestAnimationFrame", "setInterval", "setTimeout"]
