"""Consent on a page: what is loaded and called, and when."""

import json
import subprocess
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import in_firefox_with_all
from tests.browser.consent.shop import GRANT, PATH, REFUSE, Shop, track, tracked
from tests.browser.live_server import LiveServer, Site
from tests.browser.visitor import Visitor
from tests.browser.waiting import pass_time

pytestmark = in_firefox_with_all


def test_it_holds_events_in_order_until_an_answer(shop: Shop) -> None:
    shop.open(before="analytics.push(['identify', 'u1']);" + track("A"))
    shop.run(track("B"))
    assert not shop.loaded
    shop.run(GRANT + track("C"))
    assert shop.said() == ["setIdentity u1", *tracked("A", "B", "C")]


@pytest.mark.parametrize("before", [GRANT + track("A"), track("A") + GRANT])
def test_it_accepts_a_grant_anywhere_in_the_queue(shop: Shop, before: str) -> None:
    shop.open(before=before)
    shop.run(track("B"))
    assert shop.said() == tracked("A", "B")


def test_it_accepts_consent_as_a_method(shop: Shop) -> None:
    shop.open(before=track("A"))
    shop.run("analytics.consent({C0002: true, C0009: false, constructor: true})")
    assert shop.said() == tracked("A")


def test_it_accepts_consent_from_segments_snippet(
    sources: LiveServer, site: Site, page: Page, oracle: Path
) -> None:
    options = {"apiKey": "asks", "host": sources.host, "page": False}
    command = f"process.stdout.write(require('@segment/snippet').min({json.dumps(options)}))"
    rendered = subprocess.run(["node", "-e", command], cwd=oracle, capture_output=True, text=True, check=True)
    snippet = rendered.stdout.replace("https://", "http://")
    site.pages[PATH] = (
        f"<!doctype html><link rel=icon href='data:,'><script>{snippet}</script>"
        f"<script>analytics.track('A');{GRANT}</script>"
    )
    page.goto(site.url + PATH)
    page.wait_for_function("(window.fsCalls || []).length == 2")
    assert page.evaluate("fsCalls[1].args[1].name") == "A"


def test_it_follows_the_last_answer_in_the_queue(shop: Shop) -> None:
    shop.open(before=GRANT + track("A") + REFUSE)
    shop.run(track("B"))
    assert not shop.loaded


def test_it_holds_the_last_hundred_events_of_a_long_queue(shop: Shop) -> None:
    shop.open(before="for (let i = 0; i < 150; i++) analytics.push(['track', 'N' + i]);")
    shop.run(GRANT)
    assert shop.said() == tracked(*(f"N{number}" for number in range(50, 150)))


@pytest.mark.parametrize("console", ["{log() {}}", "undefined"])
def test_it_works_on_a_page_without_a_console(shop: Shop, console: str) -> None:
    shop.open(before=f"window.console = {console};" + track("A"))
    shop.run("analytics.consent({C0002: 1}); analytics.consent({C0002: true})")
    assert shop.said() == tracked("A")


def test_it_holds_events_as_they_were(shop: Shop) -> None:
    shop.open()
    shop.run(
        "const cart = {items: [1]}; analytics.track('A', cart); cart.items.push(2); cart.more = 1;" + GRANT
    )
    shop.said()
    assert shop.page.evaluate("fsCalls[1].args[1].properties") == {"items": [1]}


def test_it_drops_the_oldest_held_events(shop: Shop) -> None:
    shop.open()
    names = [f"E{number}" for number in range(105)]
    shop.run(track(*names) + GRANT)
    assert shop.said() == tracked(*names[5:])


def test_it_keeps_identify_when_it_drops_events(shop: Shop) -> None:
    shop.open()
    names = [f"E{number}" for number in range(105)]
    shop.run("analytics.identify('u1');" + track(*names) + GRANT)
    assert shop.said() == ["setIdentity u1", *tracked(*names[6:])]


def test_it_drops_nothing_if_the_queue_has_an_answer(shop: Shop) -> None:
    names = [f"E{number}" for number in range(105)]
    shop.open(before=track(*names) + GRANT)
    assert shop.said() == tracked(*names)


def test_it_drops_held_and_new_events_after_a_refusal(shop: Shop) -> None:
    shop.open(before=track("A"))
    shop.run(REFUSE + track("B"))
    assert not shop.loaded
    shop.run(GRANT + track("C"))
    assert shop.said() == tracked("C")


SLOW = (
    "analytics.addSourceMiddleware(({payload, next}) => "
    "new Promise((done) => setTimeout(done, 100)).then(() => next(payload)));"
)


@pytest.mark.parametrize(("first", "then"), [(REFUSE, GRANT), (GRANT, REFUSE)])
def test_it_drops_refused_events_despite_slow_middleware(shop: Shop, first: str, then: str) -> None:
    shop.open(before=GRANT + track("A"))
    shop.run(SLOW + first + track("B") + then + track("C"))
    pass_time(shop.page, 300)
    shop.run(GRANT)
    assert "trackEvent B" not in shop.said()
    assert ("trackEvent C" in shop.said()) == (then == GRANT)


REBUILDS = """analytics.addSourceMiddleware(async ({payload, next}) => {
    const {type, event, properties} = payload.obj;
    await new Promise((done) => setTimeout(done, 100));
    next({obj: {type, event, properties, context: {}}});
});"""


def test_it_drops_refused_events_that_middleware_rebuilds(shop: Shop) -> None:
    shop.open(before=GRANT + track("A"))
    shop.run(REBUILDS + REFUSE + track("B") + GRANT + track("C"))
    pass_time(shop.page, 300)
    assert shop.said() == ["trackEvent A", "shutdown", "restart", "trackEvent C"]


def test_it_drops_events_refused_while_in_middleware(shop: Shop) -> None:
    shop.open()
    shop.run(SLOW + track("A") + REFUSE + GRANT + track("B"))
    pass_time(shop.page, 300)
    assert shop.said() == tracked("B")


def test_it_holds_no_resets_in_place_of_events(shop: Shop) -> None:
    shop.open("asks")
    shop.run("for (let i = 0; i < 150; i++) analytics.reset();" + track("A", "B") + GRANT)
    assert shop.said() == tracked("A", "B")


def test_it_sends_one_of_many_resets(shop: Shop) -> None:
    both = "analytics.consent({C0002: true, C0003: true});"
    shop.open("asks-twice")
    shop.run("analytics.identify('u1'); for (let i = 0; i < 150; i++) analytics.reset();" + track("A") + both)
    assert shop.said() == ["setIdentity u1", "setIdentity nobody", *tracked("A")]


def test_it_adds_answers_to_events_like_segments_wrappers(shop: Shop) -> None:
    shop.open(before=GRANT)
    shop.run("""
        window.made = [];
        analytics.addSourceMiddleware(({payload, next}) => { made.push(payload.obj.context.consent); next(payload); });
        analytics.consent({C0003: false, C0004: 'no'});
        analytics.track('A');
        analytics.track('B', {}, {context: {consent: {from: 'banner'}}});
    """)
    preferences = {"categoryPreferences": {"C0002": True, "C0003": False}}
    assert shop.page.evaluate("made") == [preferences, {"from": "banner", **preferences}]


def test_it_shuts_down_on_withdrawal_and_restarts_on_a_grant(shop: Shop) -> None:
    shop.open(before=GRANT + track("A"))
    shop.run(GRANT + REFUSE + track("B") + REFUSE + GRANT + track("C"))
    assert shop.said() == [*tracked("A"), "shutdown", "restart", *tracked("C")]


def test_it_waits_for_a_grant_of_every_category(shop: Shop) -> None:
    shop.open("asks-twice", before=track("A") + GRANT)
    assert not shop.loaded
    shop.run("analytics.consent({C0003: true});" + track("B"))
    assert shop.said() == tracked("A", "B")
    shop.run("analytics.consent({C0003: false})")
    assert shop.said() == [*tracked("A", "B"), "shutdown"]


@pytest.mark.parametrize("answer", ["'true'", "1", "null", "undefined", "{}"])
def test_it_ignores_answers_that_are_not_booleans_and_logs_them(
    shop: Shop, visitor: Visitor, answer: str
) -> None:
    shop.open("asks-twice", before=f"analytics.push(['consent', {{C0002: {answer}, C0003: true}}]);")
    shop.run(track("A"))
    assert not shop.loaded
    assert [line for line in visitor.console if "C0002" in line and "neither true nor false" in line]
    assert [line for line in visitor.console if "all mappings consent: waiting" in line]
    shop.run(GRANT)
    assert shop.said() == tracked("A")
    shop.run(f"analytics.consent({{C0002: {answer}}});" + track("B") + GRANT)
    assert shop.said() == [*tracked("A"), "shutdown", "restart", *tracked("B")]


@pytest.mark.parametrize("rubbish", ["", "null", "'C0002'", "['C0002']", "true"])
def test_it_ignores_invalid_answers(shop: Shop, rubbish: str) -> None:
    shop.open("asks-twice")
    shop.run(f"analytics.consent({rubbish})")
    assert not shop.loaded


def test_it_drops_a_circular_event_without_an_error(shop: Shop) -> None:
    shop.open()
    shop.run("const round = {}; round.round = round; analytics.track('A', round);" + track("B") + GRANT)
    assert shop.said() == tracked("B")


def test_it_loads_nothing_on_reset_and_separates_visitors(shop: Shop) -> None:
    both = "analytics.consent({C0002: true, C0003: true});"
    identify = "analytics.push(['identify', 'u1']);"
    shop.open("asks-twice", before=identify)
    shop.run("analytics.reset();" + track("A"))
    assert not shop.loaded
    shop.run(both)
    first = ["setIdentity u1", "setIdentity nobody", *tracked("A")]
    assert shop.said() == first
    shop.run(REFUSE + "analytics.reset();" + track("B") + both + track("C"))
    assert shop.said() == [*first, "shutdown", "restart", "setIdentity nobody", *tracked("C")]


def test_it_loads_nothing_on_reset_after_a_refusal(shop: Shop) -> None:
    shop.open("asks-twice", before=REFUSE)
    shop.run("analytics.reset()")
    assert not shop.loaded


def test_it_forgets_repeated_calls_after_a_restart(shop: Shop) -> None:
    both = "analytics.consent({C0002: true, C0003: true});"
    identify = "analytics.identify('u1', {plan: 'pro'});"
    shop.open("asks-twice")
    shop.run(both + identify + identify + REFUSE + both + identify)
    assert shop.said() == ["setIdentity u1", "shutdown", "restart", "setIdentity u1"]


def test_it_respects_integrations_with_any_consent(shop: Shop) -> None:
    shop.open(before="analytics._loadOptions = {integrations: {All: false}};" + track("A") + GRANT)
    shop.run(track("B") + REFUSE + GRANT)
    assert not shop.loaded


def test_it_withholds_calls_from_fullstory_on_the_page(shop: Shop) -> None:
    shop.open(before="window.told = []; window.FS = (...args) => told.push(args[0]); FS.q = [];" + track("A"))
    assert shop.page.evaluate("told") == []
    shop.run(GRANT + REFUSE)
    assert shop.page.evaluate("told") == ["trackEvent", "shutdown"]


def test_it_calls_a_destination_without_categories_immediately(
    shop: Shop, sources: LiveServer, request: pytest.FixtureRequest
) -> None:
    write_key = f"mixed-{request.node.callspec.id}"
    sources.manage(
        "shell",
        "-c",
        f"""
from fullstory_dest.services.publishing.publish import publish
from fullstory_dest.services.drafts.create_destination import create_destination
source = Source(name={write_key!r}, write_key={write_key!r})
source.save()
create_destination(source, settings={{"orgId": "o-1", "script": {sources.stand_in!r}}})
asking = create_destination(source, settings={{"orgId": "o-2", "script": {sources.stand_in!r}, "namespace": "FS2"}})
asking.consent_categories = ["C0002"]
asking.save()
publish(source.production)
""",
    )
    shop.open(write_key, before=track("A"))
    assert shop.said() == tracked("A")
    assert shop.page.evaluate("'FS2' in window") is False
    shop.run(GRANT)
    shop.page.wait_for_function("fsCalls.filter(({args}) => args[1] && args[1].name == 'A').length == 2")


@pytest.mark.parametrize(
    "wrap",
    [
        "gate.outlet = {call(...args) { heard.push('call'); outlet.call(...args); }, "
        "skip(mapping, reason) { heard.push(reason); outlet.skip(mapping, reason); }, fail: outlet.fail}",
        "const {call, skip} = outlet; outlet.call = (...args) => { heard.push('call'); call(...args); };"
        "outlet.skip = (mapping, reason) => { heard.push(reason); skip(mapping, reason); }",
    ],
    ids=["another outlet", "other methods"],
)
def test_it_keeps_wrappers_around_a_waiting_destination(shop: Shop, wrap: str) -> None:
    shop.open()
    shop.run(f"""
        window.heard = [];
        const [gate] = analytics.destinations, {{outlet, send}} = gate;
        gate.send = (event) => {{ heard.push('send ' + event.event); send(event); }};
        {wrap};
        {track("A")} {GRANT} {track("B")} {REFUSE} {track("C")}
    """)
    assert [entry for entry in shop.page.evaluate("heard") if entry != "trigger"] == [
        "send A",
        "consent: waiting",
        "send A",
        "call",
        "send B",
        "call",
        "call",
        "send C",
        "consent: refused",
    ]
    assert shop.page.evaluate(
        "[analytics.destinations[0].name, analytics.destinations[0].config.consent]"
    ) == [
        "Fullstory",
        ["C0002"],
    ]


def test_it_sends_no_page_properties_again_after_a_withdrawal(shop: Shop) -> None:
    shop.open("asks-and-resends", before=GRANT + "analytics.push(['page', 'P']);")
    assert shop.said() == ["setProperties"]
    shop.run(REFUSE + "history.pushState({}, '', '/elsewhere');")
    assert shop.said() == ["setProperties", "shutdown"]
    shop.run(GRANT)
    assert shop.said() == ["setProperties", "shutdown", "restart", "setProperties"]


def test_it_accepts_consent_on_a_source_without_categories(shop: Shop) -> None:
    shop.open("demo")
    shop.run("analytics.consent({C0002: true});")
    shop.open()
    shop.run("analytics.consent({get C0002() { throw Error('no'); }});")
    assert not shop.page.evaluate("'FS' in window")


def test_it_debugs_events_that_consent_and_settings_withhold(shop: Shop, visitor: Visitor) -> None:
    shop.open("asks-twice", before="analytics.push(['debug']);")
    shop.page.wait_for_function("!!window.fullstoryDebug")
    shop.run("analytics.consent({C0002: true, C0003: true});" + track("Seen"))
    shop.run("analytics.consent({C0002: false});" + track("Refused"))
    pass_time(shop.page, 150)
    console = "\n".join(visitor.console)
    assert "did not match" in console
    assert "consent: refused" in console
