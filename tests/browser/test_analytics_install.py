"""Ways to load analytics on a page, and guarantees beyond those of analytics.js."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.browser.parity import CDN, RECORDER, SITE, faked_site

SCRIPT = f"{CDN}/analytics.js/v1/demo/analytics.min.js"
TAG = f'<script src="{SCRIPT}"></script>'

Open = Callable[..., Page]


@pytest.fixture
def open_page(chromium: Browser) -> Iterator[Open]:
    """Open a page of this HTML, with the recorder in its head. The test fails if the page throws."""
    documents: dict[str, str] = {}
    errors: list[str] = []
    with faked_site(chromium, ours=True, pages=documents) as context:

        def open_page(html: str, path: str = "/") -> Page:
            documents[path] = f"<!doctype html><title>Shop</title><script>{RECORDER}</script>{html}"
            page = _only_page(context)
            page.on("pageerror", lambda error: errors.append(error.message))
            page.goto(SITE + path)
            return page

        yield open_page
    assert errors == []


def _only_page(context: BrowserContext) -> Page:
    return context.pages[0] if context.pages else context.new_page()


def events(page: Page) -> list[dict[str, Any]]:
    return json.loads(page.evaluate("sessionStorage.getItem('events') || '[]'"))


def names(page: Page) -> list[str]:
    return [event.get("event") or event["type"] for event in events(page)]


def notes(page: Page) -> list[Any]:
    return json.loads(page.evaluate("sessionStorage.getItem('notes') || '[]'"))


def test_it_starts_with_one_bare_tag(open_page: Open) -> None:
    page = open_page(f"{TAG}<script>analytics.track('A')</script>")
    assert names(page) == ["A"], "and there is no page call that nobody made"
    assert page.evaluate("analytics.initialized")


def test_it_delivers_before_the_call_returns(open_page: Open) -> None:
    page = open_page(TAG)
    delivered = "analytics.{0}; JSON.parse(sessionStorage.getItem('events')).pop().type"
    for call in ("track('A')", "page()", "identify('u')", "group('g')", "alias('a')", "screen()"):
        assert page.evaluate(delivered.format(call)) == call.split("(")[0]


def test_it_delivers_before_return_with_synchronous_middleware(open_page: Open) -> None:
    page = open_page(TAG)
    page.evaluate("analytics.addSourceMiddleware(({payload, next}) => next(payload))")
    page.evaluate("analytics.addDestinationMiddleware('*', ({payload, next}) => next(payload))")
    assert (
        page.evaluate("analytics.track('A'); JSON.parse(sessionStorage.getItem('events')).pop().event") == "A"
    )


def test_it_replays_the_queue_of_the_page_in_order(open_page: Open) -> None:
    calls = "['track', 'A'], ['page'], ['identify', 'u'], ['track', 'B'], ['page'], ['reset'], ['track', 'C']"
    page = open_page(f"<script>window.analytics = [{calls}]</script>{TAG}")
    assert names(page) == ["A", "page", "identify", "B", "page", "C"]
    assert [event.get("userId") for event in events(page)] == [None, None, "u", "u", "u", None]


def test_it_accepts_calls_on_the_replaced_queue(open_page: Open) -> None:
    page = open_page(
        f"<script>var queue = window.analytics = []</script>{TAG}<script>queue.push(['track', 'A'])</script>"
    )
    assert names(page) == ["A"]


def test_it_ignores_invalid_items_in_the_queue(open_page: Open) -> None:
    rubbish = (
        "null, undefined, 5, 'text', {}, [], [null], [{}], ['nothing'], ['track'], ['use'], ['constructor']"
    )
    page = open_page(f"<script>window.analytics = [{rubbish}, ['track', 'A']]</script>{TAG}")
    assert names(page) == ["A"]


def test_it_replays_arguments_objects_in_the_queue(open_page: Open) -> None:
    stub = "window.analytics = []; (function () { analytics.push(arguments) })('track', 'A', {a: 1})"
    page = open_page(f"<script>{stub}</script>{TAG}")
    assert names(page) == ["A"]


def test_it_starts_once_when_included_twice(open_page: Open) -> None:
    page = open_page(f"{TAG}<script>window.first = analytics; analytics.track('A')</script>{TAG}")
    assert names(page) == ["A"]
    assert page.evaluate("first === analytics")


def test_it_uses_the_queue_of_another_global(open_page: Open) -> None:
    tag = f'<script src="{SCRIPT}" data-global-segment-analytics-key="mine"></script>'
    page = open_page(f"<script>window.mine = [['track', 'A']]; window.analytics = 'theirs'</script>{tag}")
    assert names(page) == ["A"]
    assert page.evaluate("[typeof mine.track, analytics]") == ["function", "theirs"]


def test_it_ignores_an_element_named_analytics(open_page: Open) -> None:
    page = open_page(f"<div id=analytics></div>{TAG}<script>analytics.track('A')</script>")
    assert names(page) == ["A"]


def test_it_stops_segments_snippet_after_it(open_page: Open) -> None:
    page = open_page(f"{TAG}<script>analytics.initialize || document.write('late')</script>")
    assert page.evaluate("document.body.textContent") == ""


@pytest.mark.parametrize("disable", ["true", "() => true", "async () => false"])
def test_it_sends_and_stores_nothing_when_disabled(open_page: Open, disable: str) -> None:
    queue = "window.analytics = [['identify', 'u', {a: 1}], ['page']]"
    page = open_page(f"<script>{queue}; analytics._loadOptions = {{disable: {disable}}}</script>{TAG}")
    page.evaluate("analytics.track('A')")
    assert names(page) == []
    assert page.evaluate("[document.cookie, localStorage.length]") == ["", 0]


def test_it_lets_a_function_decide_not_to_disable(open_page: Open) -> None:
    decide = (
        "window.analytics = []; analytics._loadOptions = {disable: (settings) => settings.integrations.X}"
    )
    page = open_page(f"<script>{decide}</script>{TAG}<script>analytics.track('A')</script>")
    assert names(page) == ["A"]


def test_it_loses_no_event_without_cookies(open_page: Open) -> None:
    refuse = "{get() { throw Error('denied') }, set() { throw Error('denied') }}"
    page = open_page(f"<script>Object.defineProperty(document, 'cookie', {refuse})</script>{TAG}")
    page.evaluate("analytics.identify('u').then(() => analytics.track('A'))")
    assert [(event["type"], event["userId"]) for event in events(page)] == [("identify", "u"), ("track", "u")]
    assert len({event["anonymousId"] for event in events(page)}) == 1


def test_it_keeps_one_identity_per_page_without_storage(open_page: Open) -> None:
    refuse = "{get() { throw Error('denied') }, set() { throw Error('denied') }}"
    page = open_page(
        f"<script>Object.defineProperty(document, 'cookie', {refuse});"
        f"Object.defineProperty(window, 'localStorage', {refuse})</script>{TAG}"
    )
    page.evaluate("analytics.identify('u', {a: 1}); analytics.identify('u', {b: 1})")
    assert [event["traits"] for event in events(page)] == [{"a": 1}, {"a": 1, "b": 1}]
    assert len({event["anonymousId"] for event in events(page)}) == 1


@pytest.mark.parametrize("fail", ["() => { throw Error('no') }", "async () => { throw Error('no') }"])
@pytest.mark.parametrize("add", ["addSourceMiddleware({})", "addDestinationMiddleware('*', {})"])
def test_it_drops_only_the_event_of_failing_middleware(open_page: Open, add: str, fail: str) -> None:
    page = open_page(TAG)
    middleware = f"(args) => args.payload.obj.event === 'A' ? ({fail})() : args.next(args.payload)"
    page.evaluate(f"analytics.{add.format(middleware)}")
    page.evaluate(
        "analytics.track('A').then(({event}) => note(event.event)).then(() => analytics.track('B'))"
    )
    assert names(page) == ["B"]
    assert notes(page) == [["A"]]


def test_it_follows_a_link_although_middleware_hangs(open_page: Open) -> None:
    page = open_page(f"<a id=a href='/next'>Next</a>{TAG}")
    page.evaluate("analytics.addSourceMiddleware(() => new Promise(() => {}))")
    page.evaluate("analytics.trackLink(a, 'Clicked')")
    page.click("#a")
    page.wait_for_url(SITE + "/next")


def test_it_submits_a_form_with_a_control_named_submit(open_page: Open) -> None:
    page = open_page(f"<form id=f action='/sent'><button id=b name=submit>Send</button></form>{TAG}")
    page.evaluate("analytics.trackForm(f, 'Sent')")
    page.click("#b")
    page.wait_for_url(SITE + "/sent*")
    assert names(page) == ["Sent"]


def test_it_works_with_detached_methods(open_page: Open) -> None:
    page = open_page(TAG)
    page.evaluate("""(async () => {
        const {track, on, once, off, user, reset} = analytics;
        on('track', note); once('track', note); await track('A');
        off('track', note); await track('B'); reset();
    })()""")
    assert names(page) == ["A", "B"]
    assert notes(page) == [["A", {}], ["A", {}]]


def test_it_leaves_the_pages_options_unchanged(open_page: Open) -> None:
    page = open_page(TAG)
    given = page.evaluate("""() => {
        const options = {context: {a: 1}, integrations: {X: true}};
        analytics.page('N', {}, options);
        return options;
    }""")
    assert given == {"context": {"a": 1}, "integrations": {"X": True}}


def test_it_keeps_the_digits_of_long_numeric_ids(open_page: Open) -> None:
    page = open_page(f"<script>document.cookie = 'ajs_user_id=12345678901234567890'</script>{TAG}")
    page.evaluate("analytics.track('A')")
    assert events(page)[0]["userId"] == "12345678901234567890"


def test_it_reads_ids_late_but_as_of_the_call(open_page: Open) -> None:
    """No mapping reads IDs if the destination is off. Events still have the IDs of the call."""
    page = open_page(TAG)
    made = page.evaluate("""(async () => {
        const off = {integrations: {All: false}};
        analytics.identify('u1', {}, off);
        const first = analytics.track('A', {}, off);
        analytics.identify('u2', {}, off);
        const second = analytics.track('B', {}, off);
        analytics.reset();
        const third = analytics.track('C', {}, {...off, anonymousId: 'anon-3'});
        const events = [await first, await second, await third].map((ctx) => ctx.event);
        return events.map((event) => [event.userId, event.anonymousId, Object.keys(event).includes('userId')]);
    })()""")
    assert [(user, known) for user, _anonymous, known in made] == [("u1", True), ("u2", True), (None, False)]
    first, second, third = (anonymous for _user, anonymous, _known in made)
    assert len({first, second, third}) == 3
    assert third == "anon-3"


def test_it_keeps_ids_and_time_zone_set_by_middleware(open_page: Open) -> None:
    page = open_page(TAG)
    page.evaluate("""
        analytics.addSourceMiddleware(({payload: {obj}, next}) => {
          Object.assign(obj, {userId: 'mine', anonymousId: 'anon'});
          obj.context.timezone = 'Mars/Olympus';
          delete obj.messageId;
          next({obj});
        });
        analytics.track('A');
    """)
    [event] = events(page)
    assert [event["userId"], event["anonymousId"], event["context"]["timezone"]] == [
        "mine",
        "anon",
        "Mars/Olympus",
    ]
