"""Effects of settings on the calls of a destination: debug mode, repeated calls, tidying."""

from typing import Any

import pytest

from fullstory_dest.compiler.artifacts import build_plugin, build_snippet
from fullstory_dest.compiler.bundle import bundle
from fullstory_dest.compiler.compile import compile_source
from fullstory_dest.compiler.used_instructions import used_instructions
from tests.factories import presets_spec
from tests.runtime.destination_page import SRC, Page


def quiet(**settings: Any) -> Page:
    return Page(dropRepeatedCalls=True, **settings)


def test_it_makes_repeated_calls_by_default():
    page = Page()
    assert [page.identify(), page.identify(), page.page(), page.page()] == [True] * 4


@pytest.mark.parametrize(
    "event",
    [
        {"type": "identifyUserV2", "userId": "u1", "traits": {"plan": "pro"}},
        {"type": "identifyUserV2", "userId": "u1"},
        {"type": "identifyUserV2", "traits": {"plan": "pro"}},
        {"type": "identifyUserV2"},
        {"type": "identifyUser", "userId": "u1", "traits": {"plan": "pro"}},
        {"type": "identifyUser", "traits": {"plan": "pro"}},
        {"type": "viewedPageV2", "name": "Home", "properties": {"path": "/"}},
        {"type": "viewedPage", "name": "Home", "properties": {"path": "/"}},
        {"type": "viewedPageV2", "properties": {}},
    ],
    ids=str,
)
def test_it_drops_a_repeated_call(event):
    page = quiet()
    assert [page.send(**event) for _ in range(3)] == [True, False, False]


@pytest.mark.parametrize("action", ["trackEventV2", "trackEvent"])
def test_it_never_drops_events(action):
    page = quiet()
    assert [page.send(action, event="Paid", properties={"a": 1}) for _ in range(3)] == [True] * 3


def test_it_makes_different_calls():
    page = quiet()
    assert page.identify(plan="pro")
    assert page.identify(plan="pro", age=3)
    assert page.identify(plan="team", age=3)
    assert page.identify(plan=["team"], age=3)
    assert page.page(path="/")
    assert page.page("Other", path="/")


def test_it_makes_a_call_that_restores_earlier_values():
    page = quiet()
    assert [page.page(plan=plan) for plan in ("a", "b", "a", "a")] == [True, True, True, False]


def test_it_drops_alternating_calls_with_different_properties():
    page = quiet()
    turns = [page.send("viewedPageV2", properties={key: 1}) for key in "ababab"]
    assert turns == [True, True, False, False, False, False]


def test_it_tracks_properties_of_users_and_pages_separately():
    page = quiet()
    assert page.send("identifyUserV2", traits={"a": 1})
    assert page.send("viewedPageV2", properties={"a": 2})
    assert not page.send("identifyUserV2", traits={"a": 1})
    assert not page.send("viewedPageV2", properties={"a": 2})


def test_it_forgets_calls_on_another_path_or_host():
    page = quiet()
    assert [page.page(), page.page()] == [True, False]
    page.go("/other")
    assert [page.page(), page.page()] == [True, False]
    page.go("/other", host="www.e.test")
    assert [page.page(), page.identify(), page.page(), page.identify()] == [True, True, True, False]
    page.go("/")
    assert page.page()


def test_it_remembers_calls_if_only_query_or_hash_changes():
    page = quiet()
    page.page()
    page.run("location.search = '?a'; location.hash = '#b'")
    assert not page.page()


def test_it_forgets_calls_of_another_identity():
    page = quiet()
    assert page.page()
    assert page.identify("u1", plan="pro")
    assert page.page(), "the session may be another one"
    assert not page.identify("u1", plan="pro")
    assert page.identify("u2", plan="pro")
    assert [page.page(), page.page()] == [True, False]
    assert page.identify("u1", plan="pro")


def test_it_recognizes_the_same_identity_in_the_other_api():
    page = quiet()
    assert page.identify("u1")
    assert page.page()
    assert page.identify("u1", action="identifyUser", plan="pro")
    assert not page.page()


def test_it_forgets_calls_on_a_reset_that_makes_anonymous():
    page = quiet(anonymizeOnReset=True)
    for _ in range(2):
        assert [page.identify(), page.identify(), page.page(), page.page()] == [True, False, True, False]
        page.run("heard.reset(); heard.reset()")
    resets = [call for call in page.said if call[1:] == ["setIdentity", {"anonymous": True}, SRC]]
    assert len(resets) == 4


def test_it_remembers_calls_on_a_reset_without_effect():
    page = quiet()
    assert page.identify()
    page.run("heard.reset()")
    assert not page.identify()


def test_it_forgets_calls_on_a_user_variable_that_identifies():
    page = quiet()
    page.identify("u1")
    assert page.send("identifyUser", traits={"uid": "u2"})
    assert page.identify("u1")


def test_it_repeats_a_failed_call():
    page = quiet()
    page.run("globalThis.good = FS.setVars; FS.setVars = () => { throw Error('no') }")
    page.page(action="viewedPage")
    page.run("FS.setVars = good")
    assert page.page(action="viewedPage")
    assert not page.page(action="viewedPage")


@pytest.mark.parametrize("value", ["10n", "{toJSON() { throw Error('no') }}", "new Map()"])
def test_it_makes_calls_with_values_that_are_not_json(value):
    page = quiet()
    page.run(
        f"plugin.track({{ event: {{ type: 'viewedPageV2', name: 'a', properties: {{ a: {value} }} }} }})"
    )
    assert page.run("return said.length") == 1
    assert page.page()


def test_it_logs_dropped_calls_in_debug_mode():
    page = quiet(debug=True)
    page.identify()
    page.identify()
    assert page.logged[-1] == ["warn", "[FullStory]", "identifyUserV2", "repeated"]


def test_it_compares_and_logs_tidied_calls():
    page = quiet(debug=True, tidyPropertyNames=True)
    assert [page.page(**{"a b": 1}), page.page(**{"a.b": 1}), page.page(a_b=1)] == [True, False, False]
    assert page.logged[0][4][1]["properties"] == {"pageName": "Home", "a_b": 1}


@pytest.mark.parametrize(
    ("event", "said"),
    [
        (
            {"type": "identifyUserV2", "userId": "u", "traits": {"a b": {"c d": 1}}},
            ["FS", "setIdentity", {"uid": "u", "properties": {"a_b": {"c_d": 1}}}, SRC],
        ),
        (
            {"type": "identifyUserV2", "traits": {"a b": 1}},
            ["FS", "setProperties", {"type": "user", "properties": {"a_b": 1}}, SRC],
        ),
        (
            {"type": "trackEventV2", "event": "a b", "properties": {"a b": "c d"}},
            ["FS", "trackEvent", {"name": "a b", "properties": {"a_b": "c d"}}, SRC],
        ),
        (
            {"type": "viewedPageV2", "name": "a b", "properties": {"a b": 1}},
            ["FS", "setProperties", {"type": "page", "properties": {"pageName": "a b", "a_b": 1}}, SRC],
        ),
        (
            {"type": "identifyUser", "userId": "u", "traits": {"a b_str": {"c d": 1}}},
            ["identify", "u", {"aB_str": {"c_d": 1}}, SRC],
        ),
        ({"type": "identifyUser", "traits": {"用": 1}}, ["setUserVars", {"u7528": 1}, SRC]),
        (
            {"type": "trackEvent", "event": "a", "properties": {"b c_int": 1}},
            ["event", "a", {"b_c_int": 1}, SRC],
        ),
        ({"type": "viewedPage", "properties": {"b c_int": 1}}, ["setVars", "page", {"b_c_int": 1}, SRC]),
        ({"type": "trackEvent", "event": "a", "properties": "text"}, ["event", "a", "text", SRC]),
    ],
    ids=lambda value: str(value)[:60],
)
def test_it_tidies_names_for_every_action(event, said):
    page = Page(tidyPropertyNames=True)
    page.send(**event)
    assert page.said == [said]


#: A browser's history, and a clock that moves only on request.


def test_it_warns_in_debug_mode_of_calls_that_break_rules():
    page = Page(debug=True)
    page.send("trackEventV2", event="x" * 251, properties={"a b": None})
    called, *warned = page.logged
    assert called[:3] == ["debug", "[FullStory]", "trackEventV2"]
    assert [line[:3] for line in warned] == [["warn", "[FullStory]", "trackEventV2"]] * 3
    assert [line[3].split(" ")[0] for line in warned] == ["name", "properties.a", "properties.a"]
    assert len(page.said) == 1, "it is sent all the same"


def test_it_logs_a_reset_in_debug_mode():
    page = Page(debug=True, anonymizeOnReset=True)
    page.run("heard.reset()")
    assert page.logged == [["debug", "[FullStory]", "reset", "FS", ["setIdentity", {"anonymous": True}, SRC]]]


def test_it_ignores_extensions_of_object_prototype():
    page = quiet(before="Object.prototype.extended = () => { throw Error('no') };")
    assert [page.identify(), page.identify()] == [True, False]
    assert Page(before="Object.prototype.extended = () => { throw Error('no') };").identify()


def test_it_bundles_only_the_code_of_enabled_settings():
    def spec(**settings):
        spec = presets_spec()
        spec["destinations"][0]["settings"] |= settings
        return compile_source(spec)

    marks = {
        "debug": b"[FullStory]",
        "dropRepeatedCalls": b"repeated",
        "resendPageProperties": b"popstate",
        "tidyPropertyNames": b"NFKD",
    }
    for chosen in [(), *((name,) for name in marks), tuple(marks)]:
        config = spec(**dict.fromkeys(chosen, True))
        assert used_instructions(config).layers == set(chosen)
        for name, mark in marks.items():
            carried = [mark in script.body for script in (build_snippet(config), build_plugin(config))]
            assert carried == [name in chosen] * 2


def test_it_bundles_no_code_of_rules_without_debug_mode():
    """The table is empty, and only the code that reads it remains."""
    script = bundle("plugin.js", "definePlugin()", used_instructions(compile_source(presets_spec()))).encode()
    for word in (b"properties.", b"uid-placeholder", b"pageName'", b"kB", b"undefined|null"):
        assert word not in script
