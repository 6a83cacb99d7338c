"""Events are posted to the source's API host like analytics.js does, and nowhere else."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from fullstory_dest.compiler.artifacts import build_snippet
from fullstory_dest.compiler.check import check_source
from fullstory_dest.compiler.compile import compile_checked, compile_source
from fullstory_dest.compiler.settings_document import build_settings_document
from tests.browser.api_host import ApiHost, running_api_host
from tests.browser.live_server import Site
from tests.browser.parity import comparable, number_ids
from tests.browser.visitor import Visitor
from tests.browser.waiting import pass_time
from tests.factories import ORG, destination_spec, presets_spec, source_spec

SCRIPT = "/analytics.js/v1/key/analytics.min.js"

#: Calls of every kind, with everything that the two clients could read differently.
SAID = """
    await analytics.page();
    await analytics.track('A', {plan: 'pro', nested: {list: [1, {a: null}, '2020-01-01'], none: undefined}});
    await analytics.track('Dates', {
      day: '2020-01-31', space: '2020-01-31 10:20:30', date: new Date(0), NaN, function: () => 1, nothing: null});
    await analytics.track('B', {}, {
      context: {ip: '0.0.0.0'}, extra: {deep: 1}, messageId: 'mine', timestamp: '2020-01-01', options: {a: 1}});
    await analytics.track('C', {}, {timestamp: 1577836800, anonymousId: 'anon-1'});
    await analytics.track('D', {}, {timestamp: 'whenever'});
    await analytics.alias('new');
    await analytics.alias('new', 'old');
    await analytics.identify({free: 'traits'});
    await analytics.identify('u1', {a: 1, born: '2000-02-03'}, {extra: 1});
    await analytics.alias('third');
    await analytics.track('H', {}, {integrations: {All: false}});
    await analytics.track('I', {}, {integrations: {All: false, 'Fullstory (Actions)': {setting: 1}}});
    await analytics.track('J', {}, {integrations: {'Segment.io': false}});
    await analytics.track('K', {}, {integrations: {'Segment.io': null, Other: false}});
    await analytics.track('L', {}, {integrations: {'Fullstory (Actions)': false}});
    await analytics.group('g1', {size: 5});
    await analytics.screen('Category', 'Main', {a: 1});
    await analytics.page('Docs', 'Intro', {a: 1});
    await analytics.addSourceMiddleware(({payload, next}) => {
      if (payload.obj.event === 'Drop') return;
      payload.obj.options = {gone: 1};
      payload.obj.traits = {gone: 'but of an identify'};
      next(payload);
    });
    await analytics.addDestinationMiddleware('Fullstory (Actions)', ({payload, next}) => {
      payload.obj.context.here = true; next(payload);
    });
    await analytics.track('M');
    await analytics.track('Drop');
    await analytics.identify('u1', {b: 1});
    await analytics.page();
"""

Open = Callable[..., Page]


@pytest.fixture
def api() -> Iterator[ApiHost]:
    with running_api_host() as running:
        yield running


@pytest.fixture
def open_page(site: Site, api: ApiHost, page: Page) -> Open:
    """Open a page with our tag, for a source with an API host. It waits 0.1 seconds to fill a batch."""

    def open_page(
        integrations: str = "{}",
        batching: str = "{timeout: 100}",
        *,
        options: str = "{}",
        before: str = "",
        has_host: bool = True,
        debug: bool = False,
    ) -> Page:
        site.pages["/s/fs.js"] = ""
        spec = spec_of(site, api.name if has_host else "", debug=debug)
        site.pages[SCRIPT] = build_snippet(compile_source(spec)).body.decode()
        load = f"""{{...{options}, integrations: {{
            'Segment.io': {{protocol: 'http', deliveryStrategy: {{config: {batching}}}}}, ...{integrations}}}}}"""
        site.pages["/"] = html(
            f"""<script>{before}; window.analytics = []; analytics._loadOptions = {load}</script>
            <script src="{SCRIPT}"></script>"""
        )
        site.pages["/next"] = html("")
        page.goto(site.url)
        return page

    return open_page


def html(head: str) -> str:
    return f'<!doctype html><title>Shop</title><link rel="icon" href="data:,">{head}'


def spec_of(site: Site, api_host: str, **settings: Any) -> Any:
    mappings = presets_spec()["destinations"][0]["mappings"]
    settings = {"orgId": ORG, "script": f"{site.url}/s/fs.js", **settings}
    return source_spec(destination_spec(*mappings, settings=settings), api_host=api_host)


def names(events: list[dict[str, Any]]) -> list[str]:
    return [event.get("event") or event["type"] for event in events]


def track(page: Page, *events: str) -> None:
    """Track these events in one task."""
    page.evaluate("(events) => { for (const event of events) analytics.track(event) }", list(events))


def test_it_posts_like_analytics_js(
    open_page: Open, site: Site, api: ApiHost, page: Page, oracle: Path
) -> None:
    site.folders["/ajs/"] = oracle / "node_modules/@segment/analytics-next/dist/umd"
    spec = {**spec_of(site, api.name), "destinations": []}
    document = build_settings_document(spec, compile_checked(check_source(spec)), "", "https://cdn.test")
    site.pages["/v1/projects/key/settings"] = json.dumps(document)
    # Without that destination, its middleware does not run.
    plugin = "{name: 'Fullstory (Actions)', type: 'destination', isLoaded: () => true, load: async () => {}}"

    def posted_by_analytics_js(strategy: str) -> list[Any]:
        site.pages["/"] = html(
            f"""<script src="/ajs/index.js"></script><script>
            ready = AnalyticsNext.AnalyticsBrowser.load(
              {{ writeKey: 'key', cdnURL: '{site.url}', plugins: [{plugin}] }},
              {{ integrations: {{'Segment.io': {{protocol: 'http', deliveryStrategy: {strategy}}}}} }},
            ).then(([loaded]) => {{ window.analytics = loaded }});
            </script>"""
        )
        forget(page, site)
        page.goto(site.url)
        page.evaluate("ready")
        return posted(page, api)

    one_by_one = posted_by_analytics_js("{}")
    assert {post.path for post in api.posts} == {f"/v1/{letter}" for letter in "tpigas"}
    batched = posted_by_analytics_js("{strategy: 'batching', config: {timeout: 2000, size: 50}}")
    [theirs] = api.posts
    forget(page, site)
    open_page(batching="{timeout: 2000, size: 50}")
    ours = posted(page, api)
    [post] = api.posts
    assert ours == batched
    assert post.json.keys() == theirs.json.keys()
    assert [post.json["writeKey"], theirs.path, post.path] == ["key", "/v1/b", "/v1/batch"]
    for event in one_by_one:
        del event["sentAt"]
    assert ours == one_by_one
    assert len(ours) == 21


def forget(page: Page, site: Site) -> None:
    page.goto(f"{site.url}/nothing")
    page.evaluate("localStorage.clear()")
    page.context.clear_cookies()


def posted(page: Page, api: ApiHost) -> list[Any]:
    """The posts for SAID, without parts that differ between any two pages."""
    api.posts.clear()
    page.evaluate(f"(async () => {{ {SAID} }})()")
    api.wait_for_events(21)
    pass_time(page, 500)
    found = []
    for event in (event for post in api.posts for event in post.events):
        explicit = event["timestamp"] if (event.get("event") or "x") in "BCD" else None
        made = comparable(event)
        found.append({**made, "timestamp": explicit or made["timestamp"]})
    events: list[Any] = number_ids({"events": found})["events"]
    return events


def test_it_batches_events_without_a_preflight(open_page: Open, api: ApiHost) -> None:
    page = open_page()
    track(page, "A", "B", "C")
    [post] = api.wait_for(1)
    pass_time(page, 300)
    assert len(api.posts) == 1
    assert names(post.events) == ["A", "B", "C"]
    assert post.path == "/v1/batch"
    assert post.headers["content-type"].startswith("text/plain")
    assert "authorization" not in post.headers
    assert api.preflights == []


def test_it_posts_a_full_batch_immediately(open_page: Open, api: ApiHost) -> None:
    page = open_page(batching="{timeout: 60000, size: 3}")
    track(page, "A", "B")
    pass_time(page, 200)
    assert api.posts == []
    track(page, "C")
    [post] = api.wait_for(1)
    assert names(post.events) == ["A", "B", "C"]


def test_it_posts_events_during_a_post_in_the_next_one(open_page: Open, api: ApiHost) -> None:
    page = open_page(batching="{timeout: 60000, size: 3}")
    track(page, *"ABCDEFG")
    posts = api.wait_for(2)
    assert [names(post.events) for post in posts] == [["A", "B", "C"], ["D", "E", "F", "G"]]


def test_it_posts_an_event_as_of_the_call(open_page: Open, api: ApiHost) -> None:
    page = open_page()
    page.evaluate("said = {a: 1}; analytics.track('A', said); said.a = 2")
    assert api.wait_for_events(1)[0]["properties"] == {"a": 1}


def test_it_posts_waiting_events_on_leaving(open_page: Open, site: Site, api: ApiHost) -> None:
    page = open_page(batching="{timeout: 60000}")
    track(page, "A", "B")
    page.goto(f"{site.url}/next")
    [post] = api.wait_for(1)
    assert post.is_beacon
    assert names(post.events) == ["A", "B"]
    assert post.headers["content-type"].startswith("text/plain")


def test_it_posts_events_sent_while_leaving(open_page: Open, site: Site, api: ApiHost) -> None:
    page = open_page(batching="{timeout: 60000}")
    page.evaluate("addEventListener('pagehide', () => analytics.track('Left'))")
    page.goto(f"{site.url}/next")
    assert names(api.wait_for_events(1)) == ["Left"]


@pytest.mark.parametrize("refuse", ["() => false", "undefined"])
def test_it_posts_with_keepalive_without_beacons(
    open_page: Open, site: Site, api: ApiHost, refuse: str
) -> None:
    page = open_page(batching="{timeout: 60000}")
    page.evaluate(f"Object.defineProperty(navigator, 'sendBeacon', {{value: {refuse}}})")
    track(page, "A", "B")
    page.goto(f"{site.url}/next")
    [post] = api.wait_for(1)
    assert not post.is_beacon
    assert names(post.events) == ["A", "B"]


def test_it_posts_immediately_from_a_hidden_page(open_page: Open, api: ApiHost) -> None:
    page = open_page(batching="{timeout: 60000}")
    track(page, "A")
    page.evaluate("""() => {
        Object.defineProperty(document, 'visibilityState', {value: 'hidden'});
        document.dispatchEvent(new Event('visibilitychange'));
        analytics.track('B');
    }""")
    assert [names(post.events) for post in api.wait_for(2)] == [["A"], ["B"]]


@pytest.mark.parametrize("status", [500, 503, 429, 0])
def test_it_retries_failed_posts_in_order(open_page: Open, api: ApiHost, status: int) -> None:
    api.answers += [(status, {}), (status, {})]
    page = open_page()
    track(page, "A", "B")
    api.wait_for(1)
    track(page, "C")
    first, second, third = api.wait_for(3)
    assert [event["messageId"] for event in second.events[:2]] == [each["messageId"] for each in first.events]
    assert names(third.events) == ["A", "B", "C"]
    assert 0.2 < second.time - first.time < 2
    assert 0.45 < third.time - second.time < 3
    pass_time(page, 300)
    assert len(api.posts) == 3


def test_it_retries_when_the_server_says(open_page: Open, api: ApiHost) -> None:
    api.answers.append((429, {"Retry-After": "2"}))
    page = open_page()
    track(page, "A")
    first, second = api.wait_for(2)
    assert 1.9 < second.time - first.time < 4
    assert names(second.events) == ["A"]


@pytest.mark.parametrize("status", [400, 401, 404, 413])
def test_it_drops_refused_events_and_logs_them(
    open_page: Open, api: ApiHost, visitor: Visitor, status: int
) -> None:
    api.answers.append((status, {}))
    page = open_page(debug=True)
    track(page, "A")
    api.wait_for(1)
    pass_time(page, 600)
    assert len(api.posts) == 1
    track(page, "B")
    assert names(api.wait_for(2)[1].events) == ["B"]
    assert any(f"/v1/batch, status {status}; dropped events: 1" in line for line in visitor.console)


def test_it_gives_up_after_ten_attempts(open_page: Open, api: ApiHost, page: Page) -> None:
    page.clock.install()
    api.answers += [(500, {})] * 10
    open_page()
    track(page, "A")
    for _ in range(100):
        page.clock.fast_forward(60_000)
        page.wait_for_timeout(50)
        if not api.answers:
            break
    page.clock.fast_forward(600_000)
    page.wait_for_timeout(200)
    assert len(api.posts) == 10
    track(page, "B")
    page.clock.fast_forward(60_000)
    assert names(api.wait_for(11)[10].events) == ["B"]


def test_it_holds_at_most_a_hundred_events(open_page: Open, api: ApiHost, visitor: Visitor) -> None:
    page = open_page(debug=True)
    page.context.set_offline(True)
    track(page, *(str(number) for number in range(130)))
    page.context.set_offline(False)
    assert names(api.wait_for_events(100)) == [str(number) for number in range(30, 130)]
    assert any("too many events are waiting" in line for line in visitor.console)


def test_it_limits_a_post_to_the_size_of_a_beacon(open_page: Open, site: Site, api: ApiHost) -> None:
    page = open_page(batching="{timeout: 500, size: 1000}")
    page.evaluate("for (let i = 0; i < 20; i++) analytics.track('N' + i, {text: 'é'.repeat(5000)})")
    page.evaluate("analytics.track('Big', {text: 'x'.repeat(100000)}); analytics.track('Small')")
    assert names(api.wait_for_events(22)) == [f"N{number}" for number in range(20)] + ["Big", "Small"]
    assert [names(post.events) for post in api.posts if len(post.body) > 60_500] == [["Big"]]


def test_it_loses_nothing_when_a_beacon_throws(open_page: Open, site: Site, api: ApiHost) -> None:
    page = open_page(
        batching="{timeout: 60000}", before="navigator.sendBeacon = () => { throw Error('no beacon') }"
    )
    track(page, "A")
    page.goto(f"{site.url}/next")
    assert names(api.wait_for_events(1)) == ["A"]


def test_it_waits_for_a_network(open_page: Open, api: ApiHost) -> None:
    page = open_page()
    page.context.set_offline(True)
    track(page, "A")
    pass_time(page, 400)
    page.context.set_offline(False)
    assert names(api.wait_for_events(1)) == ["A"]
    pass_time(page, 200)
    assert len(api.posts) == 1


def test_it_runs_no_timer_while_nothing_waits(open_page: Open, api: ApiHost) -> None:
    page = open_page(
        before="""window.timers = new Set(); const set = setTimeout; const clear = clearTimeout;
        window.setTimeout = (act, wait) => {
          const timer = set(() => { timers.delete(timer); act() }, wait); timers.add(timer); return timer; };
        window.clearTimeout = (timer) => { timers.delete(timer); clear(timer) };
        window.setInterval = () => { throw Error('an interval') }"""
    )
    assert page.evaluate("timers.size") == 0
    # The next task reads the visitor's IDs. The remaining timer waits to fill the batch.
    tracked = "analytics.track('A'); new Promise((done) => set(() => done(timers.size)))"
    assert page.evaluate(tracked) == 1
    api.wait_for(1)
    page.wait_for_function("timers.size === 0")
    pass_time(page, 200)
    assert page.evaluate("timers.size") == 0
    assert len(api.posts) == 1


@pytest.mark.parametrize(
    ("integrations", "posts"),
    [
        ("{'Segment.io': false}", False),
        ("{All: false, 'Segment.io': undefined}", False),
        ("{'Fullstory (Actions)': false}", True),
        ("{All: false}", True),
    ],
)
def test_it_lets_the_page_disable_posting(
    open_page: Open, api: ApiHost, visitor: Visitor, integrations: str, posts: bool
) -> None:
    page = open_page(integrations)
    track(page, "A")
    api.wait_for(1 if posts else 0)
    pass_time(page, 400)
    assert [names(post.events) for post in api.posts] == ([["A"]] if posts else [])


@pytest.mark.parametrize("disable", ["true", "() => true"])
def test_it_posts_nothing_when_disabled(open_page: Open, site: Site, api: ApiHost, disable: str) -> None:
    page = open_page(options=f"{{disable: {disable}}}")
    track(page, "A")
    pass_time(page, 300)
    page.goto(f"{site.url}/next")
    pass_time(page, 300)
    assert api.posts == []


@pytest.mark.parametrize("chosen", ["undefined", "true", "{}", "{protocol: 'http'}", "{apiHost: 'api.test'}"])
def test_it_posts_nothing_without_an_api_host(
    open_page: Open, site: Site, api: ApiHost, visitor: Visitor, chosen: str
) -> None:
    page = open_page(f"{{'Segment.io': {chosen}}}", has_host=False)
    assert "sendBeacon" not in site.pages[SCRIPT]
    track(page, "A")
    pass_time(page, 300)
    page.goto(f"{site.url}/next")
    pass_time(page, 300)
    assert api.posts == []
    assert {request.method for request in visitor.requests} == {"GET"}


def test_it_posts_one_by_one_if_the_page_asks(open_page: Open, api: ApiHost) -> None:
    page = open_page(
        """{'Segment.io': {protocol: 'http', deliveryStrategy: {
            strategy: 'standard', config: {headers: () => ({'X-Mine': '1'})}}}}"""
    )
    page.evaluate("analytics.track('A'); analytics.page('B'); analytics.identify('u1')")
    posts = api.wait_for(3)
    assert [post.path for post in posts] == ["/v1/t", "/v1/p", "/v1/i"]
    assert [post.json["writeKey"] for post in posts] == ["key"] * 3
    assert {post.headers["x-mine"] for post in posts} == {"1"}
    assert all(post.json["sentAt"] for post in posts)


def test_it_retries_as_often_as_the_page_says(open_page: Open, api: ApiHost) -> None:
    api.answers += [(500, {})] * 3
    page = open_page(batching="{timeout: 50, maxRetries: 1}")
    track(page, "A")
    api.wait_for(2)
    pass_time(page, 2500)
    assert len(api.posts) == 2


def test_it_posts_to_a_host_set_by_the_page(open_page: Open, api: ApiHost) -> None:
    with running_api_host() as other:
        page = open_page(
            f"""{{'Segment.io': {{
                apiHost: '{other.name}', protocol: 'http', deliveryStrategy: {{config: {{timeout: 50}}}}}}}}"""
        )
        track(page, "A")
        assert names(other.wait_for_events(1)) == ["A"]
    assert api.posts == []


def test_it_posts_over_https_unless_the_page_says_otherwise(
    open_page: Open, api: ApiHost, visitor: Visitor
) -> None:
    page = open_page("{'Segment.io': {deliveryStrategy: {config: {size: 1}}}}")
    with page.expect_request("**/batch") as sent:
        track(page, "A")
    assert sent.value.url == f"https://{api.name}/batch"


@pytest.mark.parametrize("odd", ["10n", "cycle"])
def test_it_drops_only_an_event_that_is_not_json_and_logs_it(
    open_page: Open, api: ApiHost, visitor: Visitor, odd: str
) -> None:
    page = open_page(debug=True)
    page.evaluate(f"""() => {{
        const cycle = {{}}; cycle.cycle = cycle;
        analytics.track('A'); analytics.track('Odd', {{odd: {odd}}}); analytics.track('B');
    }}""")
    assert names(api.wait_for_events(2)) == ["A", "B"]
    assert any("TypeError" in line for line in visitor.console)
