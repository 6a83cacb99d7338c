"""Consent, on a real page: what is loaded and called, and when."""

import json
import subprocess
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import in_firefox_with_all
from tests.browser.consent.shop import GRANT, PATH, REFUSE, Shop, track, tracked
from tests.browser.live_server import LiveServer, Site
from tests.browser.visitor import Visitor

pytestmark = in_firefox_with_all


def test_before_an_answer_nothing_is_loaded_and_events_are_held_in_order(shop: Shop) -> None:
    shop.open(before="analytics.push(['identify', 'u1']);" + track("A"))
    shop.run(track("B"))
    assert not shop.loaded
    shop.run(GRANT + track("C"))
    assert shop.said() == ["setIdentity u1", *tracked("A", "B", "C")]


@pytest.mark.parametrize("before", [GRANT + track("A"), track("A") + GRANT])
def test_granted_before_the_script_is_there_wherever_in_the_queue(shop: Shop, before: str) -> None:
    shop.open(before=before)
    shop.run(track("B"))
    assert shop.said() == tracked("A", "B")


def test_consent_is_also_a_method(shop: Shop) -> None:
    shop.open(before=track("A"))
    shop.run("analytics.consent({C0002: true, C0009: false, constructor: true})")
    assert shop.said() == tracked("A")


def test_segments_snippet_can_push_it(sources: LiveServer, site: Site, page: Page, oracle: Path) -> None:
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


def test_what_the_queue_says_last_counts(shop: Shop) -> None:
    shop.open(before=GRANT + track("A") + REFUSE)
    shop.run(track("B"))
    assert not shop.loaded


def test_of_a_long_queue_the_last_hundred_are_held(shop: Shop) -> None:
    shop.open(before="for (let i = 0; i < 150; i++) analytics.push(['track', 'N' + i]);")
    shop.run(GRANT)
    assert shop.said() == tracked(*(f"N{number}" for number in range(50, 150)))


@pytest.mark.parametrize("console", ["{log() {}}", "undefined"])
def test_a_page_that_has_taken_its_console_away_may_answer(shop: Shop, console: str) -> None:
    shop.open(before=f"window.console = {console};" + track("A"))
    shop.run("analytics.consent({C0002: 1}); analytics.consent({C0002: true})")
    assert shop.said() == tracked("A")


def test_events_are_held_as_they_were(shop: Shop) -> None:
    shop.open()
    shop.run(
        "const cart = {items: [1]}; analytics.track('A', cart); cart.items.push(2); cart.more = 1;" + GRANT
    )
    shop.said()
    assert shop.page.evaluate("fsCalls[1].args[1].properties") == {"items": [1]}


def test_of_too_many_the_oldest_are_dropped(shop: Shop) -> None:
    shop.open()
    names = [f"E{number}" for number in range(105)]
    shop.run(track(*names) + GRANT)
    assert shop.said() == tracked(*names[5:])


def test_who_it_is_is_not_dropped_for_what_they_did(shop: Shop) -> None:
    shop.open()
    names = [f"E{number}" for number in range(105)]
    shop.run("analytics.identify('u1');" + track(*names) + GRANT)
    assert shop.said() == ["setIdentity u1", *tracked(*names[6:])]


def test_none_is_dropped_for_an_answer_that_the_queue_has_behind_it(shop: Shop) -> None:
    names = [f"E{number}" for number in range(105)]
    shop.open(before=track(*names) + GRANT)
    assert shop.said() == tracked(*names)


def test_refused_what_was_held_is_dropped_and_so_is_what_comes(shop: Shop) -> None:
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
def test_what_was_refused_when_an_event_was_made_stays_so_however_slow_a_middleware(
    shop: Shop, first: str, then: str
) -> None:
    shop.open(before=GRANT + track("A"))
    shop.run(SLOW + first + track("B") + then + track("C"))
    shop.page.wait_for_timeout(300)
    shop.run(GRANT)
    assert "trackEvent B" not in shop.said()
    assert ("trackEvent C" in shop.said()) == (then == GRANT)


REBUILDS = """analytics.addSourceMiddleware(async ({payload, next}) => {
    const {type, event, properties} = payload.obj;
    await new Promise((done) => setTimeout(done, 100));
    next({obj: {type, event, properties, context: {}}});
});"""


def test_not_even_when_a_middleware_makes_the_event_anew(shop: Shop) -> None:
    shop.open(before=GRANT + track("A"))
    shop.run(REBUILDS + REFUSE + track("B") + GRANT + track("C"))
    shop.page.wait_for_timeout(300)
    assert shop.said() == ["trackEvent A", "shutdown", "restart", "trackEvent C"]


def test_nor_when_the_refusal_came_while_a_middleware_had_it(shop: Shop) -> None:
    shop.open()
    shop.run(SLOW + track("A") + REFUSE + GRANT + track("B"))
    shop.page.wait_for_timeout(300)
    assert shop.said() == tracked("B")


def test_resets_take_no_place_of_events(shop: Shop) -> None:
    shop.open("asks")
    shop.run("for (let i = 0; i < 150; i++) analytics.reset();" + track("A", "B") + GRANT)
    assert shop.said() == tracked("A", "B")


def test_of_many_resets_one_is_told(shop: Shop) -> None:
    both = "analytics.consent({C0002: true, C0003: true});"
    shop.open("asks-twice")
    shop.run("analytics.identify('u1'); for (let i = 0; i < 150; i++) analytics.reset();" + track("A") + both)
    assert shop.said() == ["setIdentity u1", "setIdentity nobody", *tracked("A")]


def test_events_say_what_was_answered_as_segments_wrappers_say_it(shop: Shop) -> None:
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


def test_withdrawn_fullstory_is_shut_down_and_granted_again_restarted(shop: Shop) -> None:
    shop.open(before=GRANT + track("A"))
    shop.run(GRANT + REFUSE + track("B") + REFUSE + GRANT + track("C"))
    assert shop.said() == [*tracked("A"), "shutdown", "restart", *tracked("C")]


def test_all_categories_have_to_be_granted_in_as_many_calls_as_it_takes(shop: Shop) -> None:
    shop.open("asks-twice", before=track("A") + GRANT)
    assert not shop.loaded
    shop.run("analytics.consent({C0003: true});" + track("B"))
    assert shop.said() == tracked("A", "B")
    shop.run("analytics.consent({C0003: false})")
    assert shop.said() == [*tracked("A", "B"), "shutdown"]


@pytest.mark.parametrize("answer", ["'true'", "1", "null", "undefined", "{}"])
def test_what_is_no_boolean_is_no_answer_and_debug_mode_says_so(
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
def test_rubbish_grants_nothing_and_throws_nothing(shop: Shop, rubbish: str) -> None:
    shop.open("asks-twice")
    shop.run(f"analytics.consent({rubbish})")
    assert not shop.loaded


def test_an_event_that_has_no_end_throws_nothing(shop: Shop) -> None:
    shop.open()
    shop.run("const round = {}; round.round = round; analytics.track('A', round);" + track("B") + GRANT)
    assert shop.said() == tracked("B")


def test_a_reset_loads_nothing_and_the_next_person_is_not_taken_for_the_last(shop: Shop) -> None:
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


def test_a_reset_when_refused_loads_nothing(shop: Shop) -> None:
    shop.open("asks-twice", before=REFUSE)
    shop.run("analytics.reset()")
    assert not shop.loaded


def test_after_a_restart_nothing_counts_as_repeated(shop: Shop) -> None:
    both = "analytics.consent({C0002: true, C0003: true});"
    identify = "analytics.identify('u1', {plan: 'pro'});"
    shop.open("asks-twice")
    shop.run(both + identify + identify + REFUSE + both + identify)
    assert shop.said() == ["setIdentity u1", "shutdown", "restart", "setIdentity u1"]


def test_integrations_turn_a_destination_off_whatever_the_visitor_says(shop: Shop) -> None:
    shop.open(before="analytics._loadOptions = {integrations: {All: false}};" + track("A") + GRANT)
    shop.run(track("B") + REFUSE + GRANT)
    assert not shop.loaded


def test_a_fullstory_of_the_page_is_not_called_either(shop: Shop) -> None:
    shop.open(before="window.told = []; window.FS = (...args) => told.push(args[0]); FS.q = [];" + track("A"))
    assert shop.page.evaluate("told") == []
    shop.run(GRANT + REFUSE)
    assert shop.page.evaluate("told") == ["trackEvent", "shutdown"]


def test_a_destination_that_names_no_category_does_not_wait(
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
publish(source)
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
def test_what_is_wrapped_around_a_waiting_destination_stays_around_it(shop: Shop, wrap: str) -> None:
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


def test_after_withdrawal_no_page_properties_are_sent_again_until_the_next_grant(shop: Shop) -> None:
    shop.open("asks-and-resends", before=GRANT + "analytics.push(['page', 'P']);")
    assert shop.said() == ["setProperties"]
    shop.run(REFUSE + "history.pushState({}, '', '/elsewhere');")
    assert shop.said() == ["setProperties", "shutdown"]
    shop.run(GRANT)
    assert shop.said() == ["setProperties", "shutdown", "restart", "setProperties"]


def test_consent_can_be_said_where_nothing_asks_for_it_and_never_throws(shop: Shop) -> None:
    shop.open("demo")
    shop.run("analytics.consent({C0002: true});")
    shop.open()
    shop.run("analytics.consent({get C0002() { throw Error('no'); }});")
    assert not shop.page.evaluate("'FS' in window")


def test_debugging_sees_what_consent_and_layers_keep_back(shop: Shop, visitor: Visitor) -> None:
    shop.open("asks-twice", before="analytics.push(['debug']);")
    shop.page.wait_for_function("!!window.fullstoryDebug")
    shop.run("analytics.consent({C0002: true, C0003: true});" + track("Seen"))
    shop.run("analytics.consent({C0002: false});" + track("Refused"))
    shop.page.wait_for_timeout(150)
    console = "\n".join(visitor.console)
    assert "did not match" in console
    assert "consent: refused" in console
