"""Debugging for web developers: what happens to each event, in the console and in the panel."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.live_server import LiveServer, Site, publish_source
from tests.browser.pictures import keep_picture
from tests.browser.test_installs import html, segment_snippet, tag
from tests.browser.visitor import Visitor
from tests.browser.waiting import pass_time

DEBUG_SCRIPT = "/analytics.js/debug.min.js"
PRESETS = ["Identify User V2", "Track Custom Event V2", "Viewed Page V2"]
QUEUE = "<script>analytics = [['identify', 'user-1'], ['track', 'Menu Opened'], ['page']]</script>"


@pytest.fixture(scope="module", autouse=True)
def sources(server: LiveServer) -> None:
    """A source with the presets, and one with every outcome of an event and debug mode."""
    settings = {"orgId": "o-SHOP-na1", "script": server.stand_in}
    publish_source(server, "shop", settings=settings, presets=PRESETS)
    track = {"action": "trackEventV2"}
    publish_source(
        server,
        "various",
        settings={**settings, "debug": True, "dropRepeatedCalls": True, "tidyPropertyNames": True},
        presets=["Identify User V2"],
        mappings=[
            {
                "name": "Big orders",
                "trigger": 'type = "track" and (properties.revenue > 100 or properties.vip = true)',
                "fields": {"name": "Big order", "properties": {"@path": "$.properties"}},
                **track,
            },
            {
                "name": "Nameless",
                "trigger": 'event = "Menu Opened"',
                "fields": {"name": {"@path": "$.properties.missing"}},
                **track,
            },
            {
                "name": "Nothing",
                "trigger": 'event = "Menu Opened"',
                "fields": {"properties": {"@path": "$.properties.missing"}},
                "action": "viewedPage",
            },
        ],
    )


def open_page(page: Page, site: Site, head: str, path: str = "/") -> None:
    site.pages["/"] = html(head)
    page.goto(site.url + path)
    page.wait_for_function("window.analytics && analytics.initialized")


def told(page: Page) -> list[Any]:
    """The operations that FullStory received after its setup."""
    page.wait_for_function("window.fsCalls")
    return page.evaluate("fsCalls.map((call) => call.args[0]).filter((name) => name !== 'init')")


def titles(visitor: Visitor) -> list[str]:
    """The groups in the console."""
    return [line.partition(": ")[2] for line in visitor.console if line.startswith("startGroupCollapsed")]


def panel(page: Page) -> Any:
    return page.get_by_role("region", name="FullStory debug")


def entry(page: Page, text: str) -> Any:
    """An entry of the panel, expanded."""
    found = panel(page).locator("ol > li").filter(has_text=text).first
    found.locator("summary").first.click()
    return found


def test_it_loads_nothing_without_debugging(
    server: LiveServer, site: Site, page: Page, visitor: Visitor
) -> None:
    open_page(page, site, QUEUE + tag(server, "shop"))
    page.evaluate("analytics.debug(false)")
    told(page)
    assert visitor.paths() == ["/", "/analytics.js/v1/shop/analytics.min.js", "/demo/fs.js"]
    assert titles(visitor) == []


def test_it_shows_the_first_events_in_order(
    server: LiveServer, site: Site, page: Page, visitor: Visitor
) -> None:
    open_page(page, site, QUEUE + tag(server, "shop"), "/?fs_debug=1")
    expect(panel(page).locator("ol > li")).to_have_count(3)
    assert told(page) == ["setIdentity", "trackEvent", "setProperties"]
    assert titles(visitor) == [
        "[FullStory] identify user-1 — 1 call",
        "[FullStory] track Menu Opened — 1 call",
        "[FullStory] page  — 1 call",
    ]
    assert 'log: - Viewed Page V2 did not match: type = "page": it is "track"' in visitor.console
    expect(panel(page).locator("ol > li .name")).to_have_text(["", "Menu Opened", "user-1"])
    opened = entry(page, "Menu Opened")
    expect(opened).to_contain_text('FS("trackEvent", {')
    expect(opened).to_contain_text('type = "identify": it is "track"')


def test_it_debugs_segments_snippet_with_our_host(
    server: LiveServer, site: Site, oracle: Any, page: Page, visitor: Visitor
) -> None:
    snippet = segment_snippet(oracle, server, "shop")
    head = f"<script>{snippet}</script><script>analytics.track('Early')</script>"
    open_page(page, site, head, "/?fs_debug=1")
    expect(panel(page).locator("ol > li .name")).to_have_text(["Early", ""])
    assert told(page) == ["setProperties", "trackEvent"]


def test_it_debugs_another_global(server: LiveServer, site: Site, page: Page) -> None:
    named = tag(server, "shop").replace(" async", ' async data-global-segment-analytics-key="mine"')
    site.pages["/"] = html(f"<script>mine = [['track', 'A']]</script>{named}")
    page.goto(site.url + "/?fs_debug=1")
    expect(panel(page).locator("ol > li .name")).to_have_text(["A"])


def test_it_starts_once_when_included_twice(server: LiveServer, site: Site, page: Page) -> None:
    open_page(page, site, QUEUE + tag(server, "shop") * 2, "/?fs_debug=1")
    expect(panel(page).locator("ol > li")).to_have_count(3)
    pass_time(page, 200)
    assert told(page) == ["setIdentity", "trackEvent", "setProperties"]


def test_it_names_the_ignored_one_of_two_write_keys(
    server: LiveServer, site: Site, visitor: Visitor, page: Page
) -> None:
    open_page(page, site, tag(server, "shop"), "/?fs_debug=1")
    assert not [line for line in visitor.console if "does nothing" in line]
    open_page(page, site, tag(server, "shop").replace("async", "") + tag(server, "various"))
    pass_time(page, 200)
    [line] = [line for line in visitor.console if "does nothing" in line]
    assert line.endswith("The snippet of various does nothing: analytics already belongs to shop.")


def test_it_is_toggled_by_a_method_and_loads_once(
    server: LiveServer, site: Site, page: Page, visitor: Visitor
) -> None:
    open_page(page, site, tag(server, "shop"))
    assert page.evaluate("analytics.debug() === analytics && analytics.debug() === analytics")
    expect(panel(page)).to_be_visible()
    page.evaluate("analytics.debug(); analytics.track('A')")
    assert titles(visitor) == ["[FullStory] track A — 1 call"]
    assert page.evaluate("analytics.debug(false) === analytics")
    expect(panel(page)).to_have_count(0)
    page.evaluate("analytics.track('B')")
    page.evaluate("analytics.debug(); analytics.track('C')")
    expect(panel(page).locator("ol > li .name")).to_have_text(["C"])
    assert len(titles(visitor)) == 2
    assert told(page) == ["trackEvent"] * 3
    assert visitor.paths().count(DEBUG_SCRIPT) == 1


def test_it_stays_off_if_disabled_before_it_loads(server: LiveServer, site: Site, page: Page) -> None:
    open_page(page, site, tag(server, "shop"))
    page.evaluate("analytics.debug(); analytics.debug(false)")
    page.wait_for_function("!!window.fullstoryDebug")
    pass_time(page, 100)
    expect(panel(page)).to_have_count(0)
    assert "fs_debug" not in page.evaluate("document.cookie")


@pytest.mark.parametrize("address", ["/?fs_debug=10", "/?xfs_debug=1", "/fs_debug=1"])
def test_it_starts_only_with_its_query_or_cookie(
    server: LiveServer, site: Site, page: Page, address: str
) -> None:
    site.pages["/fs_debug=1"] = site.pages["/"] = html(tag(server, "shop"))
    page.goto(site.url + "/")
    page.evaluate("document.cookie = 'my-fs_debug=1'; document.cookie = 'fs_debug=12'")
    page.goto(site.url + address)
    page.wait_for_function("window.analytics && analytics.initialized")
    assert page.evaluate("'fullstoryDebug' in window") is False


def test_it_follows_the_visitor_until_it_is_closed(
    server: LiveServer, site: Site, page: Page, visitor: Visitor
) -> None:
    open_page(page, site, QUEUE + tag(server, "shop"), "/?fs_debug=1")
    panel(page).get_by_role("button", name="FullStory debug").click()
    page.goto(site.url + "/")
    expect(panel(page).get_by_role("button", name="FullStory debug")).to_have_attribute(
        "aria-expanded", "false"
    )
    page.goto(site.url + "/?fs_debug=0")
    expect(panel(page)).to_have_count(0)
    page.goto(site.url + "/?fs_debug=1")
    panel(page).get_by_role("button", name="Stop debugging").click()
    expect(panel(page)).to_have_count(0)
    page.goto(site.url + "/")
    page.wait_for_function("analytics.initialized")
    expect(panel(page)).to_have_count(0)


def test_it_reports_a_blocked_script_and_keeps_sending(
    server: LiveServer, site: Site, page: Page, visitor: Visitor
) -> None:
    page.route("**" + DEBUG_SCRIPT, lambda route: route.abort())
    open_page(page, site, QUEUE + tag(server, "shop"), "/?fs_debug=1")
    assert told(page) == ["setIdentity", "trackEvent", "setProperties"]
    assert any(line.startswith("error: Failed to load resource") for line in visitor.console)


def test_it_works_without_session_storage(server: LiveServer, site: Site, page: Page) -> None:
    forbid = "<script>Object.defineProperty(window, 'sessionStorage', {get() { throw Error('no') }})</script>"
    open_page(page, site, forbid + QUEUE + tag(server, "shop"))
    assert told(page) == ["setIdentity", "trackEvent", "setProperties"]
    page.evaluate("analytics.debug()")
    expect(panel(page)).to_be_visible()


def test_it_explains_why_mappings_do_not_run_without_repeats(
    server: LiveServer, site: Site, page: Page, visitor: Visitor
) -> None:
    queue = (
        "[['track', 'Menu Opened', {revenue: '99'}], ['identify', 'u'], ['identify', 'u'], ['identify', 'v']]"
    )
    open_page(page, site, f"<script>analytics = {queue}</script>{tag(server, 'various')}", "/?fs_debug=1")
    expect(panel(page).locator("ol > li")).to_have_count(4)
    assert (
        "log: - Big orders did not match, because of these conditions: "
        'properties.revenue > 100: it is "99", which is text; properties.vip = true: it is absent'
    ) in visitor.console
    assert "warning: ✗ Nameless failed: name is missing" in visitor.console
    assert "log: - Nothing matched, but this event has nothing to send" in visitor.console
    assert "log: - Identify User V2 matched, but repeats an earlier call: dropped" in visitor.console
    assert "warning: ⚠ uid has changed; FullStory starts a new session" in visitor.console
    assert [line for line in visitor.console if line.startswith("debug: [FullStory]")] == []
    entry(page, "Menu Opened")
    page.set_viewport_size({"width": 640, "height": 600})
    keep_picture(page, "debugging", full_page=False)
    # Without the debug script, debug mode logs as usual.
    page.evaluate("analytics.debug(false); analytics.track('Order', {vip: true})")
    assert [line for line in visitor.console if line.startswith("debug: [FullStory] Big orders")]


def test_it_works_on_a_page_without_a_console(server: LiveServer, site: Site, page: Page) -> None:
    taken = "<script>window.console = {log() {}}</script>"
    open_page(page, site, taken + QUEUE + tag(server, "various"))
    assert told(page) == ["setIdentity"]
    open_page(page, site, taken + QUEUE + tag(server, "shop"), "/?fs_debug=1")
    assert told(page) == ["setIdentity", "trackEvent", "setProperties"]
    expect(panel(page).locator("ol > li")).to_have_count(3)


def test_it_shows_the_state_of_fullstory(server: LiveServer, site: Site, page: Page) -> None:
    others = "<script>_fs_namespace = 'FS'; _fs_org = 'o-PAGE-na1'; FS = () => {}; FS._api = 1</script>"
    open_page(page, site, others + tag(server, "shop"), "/?fs_debug=1")
    expect(panel(page)).to_contain_text(
        "FullStory org o-PAGE-na1 was already on this page and receives the events"
    )
    publish_source(
        server,
        "asks-first",
        settings={"orgId": "o-SHOP-na1", "script": server.stand_in},
        presets=PRESETS,
        consent_categories=["C0002"],
    )
    open_page(page, site, tag(server, "asks-first"), "/?fs_debug=1")
    expect(panel(page)).to_contain_text("waiting for consent: C0002")
    page.evaluate("analytics.consent({C0002: true})")
    expect(panel(page)).to_contain_text("FullStory is running")
    page.evaluate("analytics.consent({C0002: false})")
    expect(panel(page)).to_contain_text("stopped: consent was withdrawn")


def test_it_shows_calls_as_they_reach_fullstory(server: LiveServer, site: Site, page: Page) -> None:
    open_page(page, site, tag(server, "various"), "/?fs_debug=1")
    page.evaluate("analytics.track('Order', {vip: true, 'order id': 7})")
    expect(entry(page, "Order")).to_contain_text('"order_id": 7')


def test_it_reports_events_that_never_reach_a_mapping(
    server: LiveServer, site: Site, page: Page, visitor: Visitor
) -> None:
    open_page(page, site, tag(server, "shop"), "/?fs_debug=1")
    page.evaluate("analytics.track('Off', {}, {integrations: {All: false}})")
    page.evaluate(
        "analytics.addSourceMiddleware(({payload, next}) => payload.obj.event !== 'A' && next(payload))"
    )
    page.evaluate(
        "analytics.addDestinationMiddleware('*', ({payload, next}) => payload.obj.event !== 'B' && next(payload))"
    )
    page.evaluate("analytics.track('A'); analytics.track('B'); analytics.track('C')")
    assert [title.split()[-4] for title in titles(visitor)] == ["Off", "A", "B", "C"]
    assert 'info: • Its integrations turn off "Fullstory".' in visitor.console
    assert visitor.console.count("info: • The page's middleware dropped it.") == 2
    assert told(page) == ["trackEvent"]


def test_it_warns_of_fullstorys_limits_and_rates(
    server: LiveServer, site: Site, page: Page, visitor: Visitor
) -> None:
    open_page(page, site, tag(server, "shop"), "/?fs_debug=1")
    page.evaluate("analytics.track('A', {'order id': 1}); for (let i = 0; i < 60; i++) analytics.track('B')")
    assert any("properties.order id has characters in its name" in line for line in visitor.console)
    warned = [line for line in visitor.console if " events in a " in line]
    assert warned[0].endswith("41 events in a second; FullStory accepts 40")
    assert warned[-1].endswith("61 events in a minute on this page; FullStory accepts 60")
    page.evaluate(
        """for (let i = 0; i < 4; i++) {
          analytics.page(Object.fromEntries(Array.from(Array(15), (_, j) => ['p' + i + '_' + j, 1])));
        }"""
    )
    assert any("this page has 65 properties; FullStory keeps 50" in line for line in visitor.console)


def test_it_shows_hostile_content_as_text(server: LiveServer, site: Site, page: Page) -> None:
    open_page(page, site, tag(server, "shop"), "/?fs_debug=1")
    hostile = "<img src=x onerror=\\'window.hit=1\\'>%c%s"
    page.evaluate(f"analytics.track('{hostile}', {{'{hostile}': '{hostile}'}})")
    cyclic = "const a = {}; a.a = a; Object.defineProperty(a, 'b', {enumerable: true, get() { throw Error('no') }})"
    page.evaluate(f"{cyclic}; analytics.track('Cyclic', a)")
    opened = entry(page, "<img")
    expect(opened.locator("pre").first).to_contain_text("onerror='window.hit=1'")
    assert panel(page).locator("img").count() == 0
    assert page.evaluate("window.hit") is None
    expect(panel(page)).to_contain_text("Cyclic")


def test_it_works_under_a_strict_policy_outside_the_layout(
    server: LiveServer, site: Site, page: Page, visitor: Visitor
) -> None:
    site.headers["Content-Security-Policy"] = f"default-src 'none'; script-src {server.url}; img-src data:"
    open_page(page, site, tag(server, "shop"), "/?fs_debug=1")
    expect(panel(page)).to_be_visible()
    assert [line for line in visitor.console if "Content Security Policy" in line] == []
    host = page.locator("fullstory-debug")
    assert host.evaluate("(host) => getComputedStyle(host).position") == "fixed"
    assert page.evaluate("document.body.getBoundingClientRect().height") < 20


def test_it_works_with_a_keyboard_and_on_a_phone(server: LiveServer, site: Site, page: Page) -> None:
    page.set_viewport_size({"width": 375, "height": 700})
    open_page(page, site, QUEUE + tag(server, "shop"), "/?fs_debug=1")
    expect(panel(page).locator("ol > li")).to_have_count(3)
    box = panel(page).bounding_box()
    assert box is not None
    assert (box["x"] >= 0, box["x"] + box["width"] <= 375, box["height"] <= 420) == (True, True, True)
    page.get_by_label("Filter").fill("menu")
    expect(panel(page).locator("ol > li:visible")).to_have_count(1)
    page.keyboard.press("Escape")
    toggle = panel(page).get_by_role("button", name="FullStory debug")
    expect(toggle).to_be_focused()
    expect(toggle).to_have_attribute("aria-expanded", "false")
    page.keyboard.press("Enter")
    expect(panel(page).get_by_role("searchbox")).to_be_visible()


def test_it_shows_that_fullstory_runs_and_keeps_200_events(
    server: LiveServer, site: Site, page: Page
) -> None:
    open_page(page, site, tag(server, "shop"), "/?fs_debug=1")
    expect(panel(page).get_by_role("list", name="Destinations")).to_contain_text("o-SHOP-na1")
    expect(panel(page)).to_contain_text("FullStory is running")
    page.evaluate("for (let i = 0; i < 230; i++) analytics.track('Event ' + i)")
    expect(panel(page).locator("ol > li")).to_have_count(200)
    expect(panel(page).locator("ol > li").first).to_contain_text("Event 229")


def test_it_names_the_destination_and_calls_without_a_mapping(
    server: LiveServer, site: Site, page: Page, visitor: Visitor
) -> None:
    server.manage(
        "shell",
        "-c",
        f"""
from fullstory_dest.catalog import PRESETS
from fullstory_dest.services.publishing.publish import publish
from fullstory_dest.services.drafts.create_destination import create_destination
source = Source(name="two", write_key="two")
source.save()
for org, namespace in (("o-ONE-na1", "FS"), ("o-TWO-na1", "FS2")):
    settings = {{"orgId": org, "namespace": namespace, "script": {server.stand_in!r}, "anonymizeOnReset": True}}
    create_destination(source, settings=settings, presets=PRESETS[:2])
publish(source.production)
""",
    )
    open_page(page, site, tag(server, "two"), "/?fs_debug=1")
    page.evaluate("analytics.track('A'); analytics.reset()")
    pass_time(page, 100)
    ticks = [line for line in visitor.console if line.startswith("log: ✓")]
    assert ticks == [
        "log: ✓ Track Custom Event V2 · o-ONE-na1 (FS) matched",
        "log: ✓ Track Custom Event V2 · o-TWO-na1 (FS2) matched",
        "log: ✓ Without a mapping · o-ONE-na1 (FS) ",
        "log: ✓ Without a mapping · o-TWO-na1 (FS2) ",
    ]
    expect(entry(page, "A")).to_contain_text("o-TWO-na1 (FS2)")


def test_it_reports_permanently_that_fs_js_did_not_load(
    server: LiveServer, site: Site, page: Page, visitor: Visitor
) -> None:
    page.route("**/demo/fs.js*", lambda route: route.abort())
    open_page(page, site, QUEUE + tag(server, "shop"), "/?fs_debug=1")
    expect(panel(page)).to_contain_text("fs.js did not load")
    expect(entry(page, "failure")).to_contain_text("Failed: Error loading")
    page.evaluate("analytics.track('Lost')")
    expect(entry(page, "Lost")).to_contain_text("fs.js did not load, so this call was not sent")
    assert titles(visitor)[-1] == "[FullStory] track Lost — 1 call, 1 warning"


def test_it_names_options_and_fields_without_effect(
    server: LiveServer, site: Site, page: Page, visitor: Visitor
) -> None:
    load = (
        "analytics._loadOptions = {plan: {}, user: {}, "
        "integrations: {'Segment.io': {httpConfig: {}, apiHost: 'api.test'}}}"
    )
    open_page(page, site, f"<script>analytics = []; {load}</script>" + tag(server, "shop"), "/?fs_debug=1")
    page.wait_for_function("analytics.initialized")
    assert page.evaluate("[analytics.queue, analytics.noConflict].every((each) => each === undefined)")
    assert any(
        "Ignored options of analytics.load: plan, user, integrations['Segment.io'].httpConfig, "
        "integrations['Segment.io'].apiHost (set an API host for the source)" in line
        for line in visitor.console
    )
    assert any("Not available: analytics.queue" in line for line in visitor.console)
    assert page.evaluate("analytics.debug(false) && 'queue' in analytics") is False
