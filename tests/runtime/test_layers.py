"""What settings do to the calls of a destination: debug mode, dropping repeats, tidying."""

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


def test_repeated_calls_are_made_unless_they_are_to_be_dropped():
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
def test_the_same_call_is_made_once(event):
    page = quiet()
    assert [page.send(**event) for _ in range(3)] == [True, False, False]


@pytest.mark.parametrize("action", ["trackEventV2", "trackEvent"])
def test_events_are_never_dropped(action):
    page = quiet()
    assert [page.send(action, event="Paid", properties={"a": 1}) for _ in range(3)] == [True] * 3


def test_another_call_is_made():
    page = quiet()
    assert page.identify(plan="pro")
    assert page.identify(plan="pro", age=3)
    assert page.identify(plan="team", age=3)
    assert page.identify(plan=["team"], age=3)
    assert page.page(path="/")
    assert page.page("Other", path="/")


def test_what_another_call_has_changed_since_is_said_again():
    page = quiet()
    assert [page.page(plan=plan) for plan in ("a", "b", "a", "a")] == [True, True, True, False]


def test_calls_in_turns_that_set_different_properties_are_repetitions():
    page = quiet()
    turns = [page.send("viewedPageV2", properties={key: 1}) for key in "ababab"]
    assert turns == [True, True, False, False, False, False]


def test_a_user_and_a_page_may_have_a_property_of_one_name():
    page = quiet()
    assert page.send("identifyUserV2", traits={"a": 1})
    assert page.send("viewedPageV2", properties={"a": 2})
    assert not page.send("identifyUserV2", traits={"a": 1})
    assert not page.send("viewedPageV2", properties={"a": 2})


def test_another_path_or_host_begins_anew():
    page = quiet()
    assert [page.page(), page.page()] == [True, False]
    page.go("/other")
    assert [page.page(), page.page()] == [True, False]
    page.go("/other", host="www.e.test")
    assert [page.page(), page.identify(), page.page(), page.identify()] == [True, True, True, False]
    page.go("/")
    assert page.page()


def test_a_change_of_query_or_hash_does_not():
    page = quiet()
    page.page()
    page.run("location.search = '?a'; location.hash = '#b'")
    assert not page.page()


def test_another_identity_begins_anew():
    page = quiet()
    assert page.page()
    assert page.identify("u1", plan="pro")
    assert page.page(), "the session may be another one"
    assert not page.identify("u1", plan="pro")
    assert page.identify("u2", plan="pro")
    assert [page.page(), page.page()] == [True, False]
    assert page.identify("u1", plan="pro")


def test_the_same_identity_in_another_api_is_no_other_identity():
    page = quiet()
    assert page.identify("u1")
    assert page.page()
    assert page.identify("u1", action="identifyUser", plan="pro")
    assert not page.page()


def test_a_reset_that_makes_anonymous_begins_anew():
    page = quiet(anonymizeOnReset=True)
    for _ in range(2):
        assert [page.identify(), page.identify(), page.page(), page.page()] == [True, False, True, False]
        page.run("heard.reset(); heard.reset()")
    resets = [call for call in page.said if call[1:] == ["setIdentity", {"anonymous": True}, SRC]]
    assert len(resets) == 4


def test_a_reset_that_fullstory_does_not_hear_of_changes_nothing():
    page = quiet()
    assert page.identify()
    page.run("heard.reset()")
    assert not page.identify()


def test_a_user_variable_that_identifies_begins_anew():
    page = quiet()
    page.identify("u1")
    assert page.send("identifyUser", traits={"uid": "u2"})
    assert page.identify("u1")


def test_a_call_that_fails_is_made_again():
    page = quiet()
    page.run("globalThis.good = FS.setVars; FS.setVars = () => { throw Error('no') }")
    page.page(action="viewedPage")
    page.run("FS.setVars = good")
    assert page.page(action="viewedPage")
    assert not page.page(action="viewedPage")


@pytest.mark.parametrize("value", ["10n", "{toJSON() { throw Error('no') }}", "new Map()"])
def test_what_is_not_json_does_no_harm(value):
    page = quiet()
    page.run(
        f"plugin.track({{ event: {{ type: 'viewedPageV2', name: 'a', properties: {{ a: {value} }} }} }})"
    )
    assert page.run("return said.length") == 1
    assert page.page()


def test_what_is_dropped_is_told_in_debug_mode():
    page = quiet(debug=True)
    page.identify()
    page.identify()
    assert page.logged[-1] == ["warn", "[FullStory]", "identifyUserV2", "repeated"]


def test_tidied_calls_are_what_is_compared_and_told():
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
def test_names_are_tidied_whatever_the_action(event, said):
    page = Page(tidyPropertyNames=True)
    page.send(**event)
    assert page.said == [said]


#: A browser's history, and a clock that only moves when it is told to.


def test_debug_mode_warns_of_what_fullstory_would_reject_or_change():
    page = Page(debug=True)
    page.send("trackEventV2", event="x" * 251, properties={"a b": None})
    called, *warned = page.logged
    assert called[:3] == ["debug", "[FullStory]", "trackEventV2"]
    assert [line[:3] for line in warned] == [["warn", "[FullStory]", "trackEventV2"]] * 3
    assert [line[3].split(" ")[0] for line in warned] == ["name", "properties.a", "properties.a"]
    assert len(page.said) == 1, "it is sent all the same"


def test_debug_mode_tells_of_a_reset():
    page = Page(debug=True, anonymizeOnReset=True)
    page.run("heard.reset()")
    assert page.logged == [["debug", "[FullStory]", "reset", "FS", ["setIdentity", {"anonymous": True}, SRC]]]


def test_a_page_that_has_extended_every_object_is_no_problem():
    page = quiet(before="Object.prototype.extended = () => { throw Error('no') };")
    assert [page.identify(), page.identify()] == [True, False]
    assert Page(before="Object.prototype.extended = () => { throw Error('no') };").identify()


def test_a_script_carries_the_code_of_the_settings_that_are_on():
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


def test_without_such_settings_nothing_of_theirs_is_carried():
    """The table is empty: what reads it is all there is of it."""
    script = bundle("plugin.js", "definePlugin()", used_instructions(compile_source(presets_spec()))).encode()
    for word in (b"properties.", b"uid-placeholder", b"pageName'", b"kB", b"undefined|null"):
        assert word not in script
