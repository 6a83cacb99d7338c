"""FullStory's rules on both sides of each limit. ``docs/fullstory-rules.md`` has the sources."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from py_mini_racer import MiniRacer

from fullstory_dest.compiler.bundle import bundle
from fullstory_dest.compiler.es_modules import RUNTIME

SRC = "segment-browser-actions"
DOCS = Path(__file__).parent.parent.parent / "docs/fullstory-rules.md"


class Rules:
    """``findingsOf`` of the runtime."""

    def __init__(self) -> None:
        self._engine = MiniRacer()
        self._engine.eval(bundle("core/rules.js", "globalThis.findingsOf = findingsOf"))

    def run(self, method: str, args: str) -> list[dict[str, Any]]:
        """``args`` is a JavaScript expression, for values that JSON can't represent."""
        return json.loads(self._engine.eval(f"JSON.stringify(findingsOf({json.dumps(method)}, {args}))"))

    def __call__(self, method: str, *args: Any) -> list[dict[str, Any]]:
        return self.run(method, json.dumps([*args, SRC]))

    def track(self, name: Any = "Paid", properties: Any = None) -> list[dict[str, Any]]:
        return self("FS", "trackEvent", {"name": name, "properties": properties or {}})

    def user(self, **properties: Any) -> list[dict[str, Any]]:
        return self("FS", "setProperties", {"type": "user", "properties": properties})

    def page(self, **properties: Any) -> list[dict[str, Any]]:
        return self("FS", "setProperties", {"type": "page", "properties": properties})

    def identify(self, uid: Any, **properties: Any) -> list[dict[str, Any]]:
        return self("FS", "setIdentity", {"uid": uid, "properties": properties})

    def value(self, expression: str, *, name: str = "p", legacy: bool = False) -> list[tuple[str, str]]:
        """The findings for one property, whose value is a JavaScript expression."""
        properties = f"{{{json.dumps(name)}: {expression}}}"
        if legacy:
            found = self.run("FS.event", f"['Paid', {properties}, 'src']")
        else:
            found = self.run("FS", f"['trackEvent', {{name: 'Paid', properties: {properties}}}, 'src']")
        return [(".".join(map(str, each["path"])), each["rule"]) for each in found]


@pytest.fixture(scope="module")
def rules() -> Rules:
    return Rules()


def places(findings: list[dict[str, Any]]) -> list[tuple[str, str]]:
    return [(".".join(map(str, finding["path"])), finding["rule"]) for finding in findings]


EVENT_NAMES = [
    ("a", False),
    (" ", False),
    ("a" * 250, False),
    ("😀" * 250, False),
    ("", True),
    ("a" * 251, True),
    ("😀" * 251, True),
    (0, True),
    (None, True),
    (True, True),
    ({}, True),
    (["a"], True),
]


@pytest.mark.parametrize(("name", "found"), EVENT_NAMES, ids=lambda value: str(value)[:20])
def test_it_limits_an_event_name_to_1_to_250_characters(rules, name, found):
    expected = [("name", "event-name")] if found else []
    assert places(rules.track(name)) == places(rules("FS.event", name, {})) == expected


UIDS = [
    ("u1", []),
    ("a" * 256, []),
    ("0a", []),
    ("10", []),
    ("undefined-1", []),
    ("a" * 257, ["uid"]),
    (" ", ["uid"]),
    (7, ["uid"]),
    (True, ["uid", "uid-placeholder"]),
    ({"a": 1}, ["uid"]),
    (["u1"], ["uid"]),
    ("undefined", ["uid-placeholder"]),
    ("null", ["uid-placeholder"]),
    ("0", ["uid-placeholder"]),
    ("-1", ["uid-placeholder"]),
    ("NaN", ["uid-placeholder"]),
    (" Guest ", ["uid-placeholder"]),
    ("[object Object]", ["uid-placeholder"]),
    ("00000000-0000-0000-0000-000000000000", ["uid-placeholder"]),
]


@pytest.mark.parametrize(("uid", "found"), UIDS, ids=lambda value: str(value)[:20])
def test_it_limits_an_id_to_256_characters_and_no_placeholder(rules, uid, found):
    expected = [("uid", rule) for rule in found]
    assert places(rules.identify(uid)) == places(rules("FS.identify", uid, {})) == expected


NAMES = [
    ("a", False),
    ("Z9_-", False),
    ("a" * 512, False),
    ("constructor", False),
    ("a" * 513, True),
    ("", True),
    ("9a", True),
    ("_a", True),
    ("-a", True),
    ("a b", True),
    ("a.b", True),
    ("a$", True),
    ("a\n", True),
    ("é", True),
    ("naïve", True),
    ("用户", True),
    ("😀", True),
]


@pytest.mark.parametrize(("name", "found"), NAMES, ids=lambda value: str(value)[:20])
def test_it_limits_the_characters_of_a_property_name(rules, name, found):
    def expected(*path):
        return [(".".join(path), "property-name")] if found else []

    assert places(rules.track(properties={name: "x"})) == expected("properties", name)
    assert places(rules.track(properties={"in": {name: "x"}})) == expected("properties", "in", name)
    assert places(rules.user(**{name: "x"})) == expected("properties", name)
    assert places(rules.page(**{name: "x"})) == expected("properties", name)
    assert places(rules.identify("u", **{name: "x"})) == expected("properties", name)
    legacy = [place for place in places(rules("FS.setUserVars", {name: "x"})) if place[1] != "type-suffix"]
    assert legacy == expected("properties", name)


LEGACY = [
    ("a_str", '"x"', True), ("a_str", "1", False), ("a_str", "['x']", False),
    ("a_strs", "['x']", True), ("a_strs", "[]", True), ("a_strs", '"x"', False),
    ("a_int", "1", True), ("a_int", "-1", True), ("a_int", "1.5", False), ("a_int", '"1"', False),
    ("a_ints", "[1, 2]", True), ("a_ints", "[1, 2.5]", False),
    ("a_real", "1.5", True), ("a_real", "1", True), ("a_real", '"1"', False),
    ("a_reals", "[1, 2.5]", True), ("a_reals", "['1']", False),
    ("a_bool", "false", True), ("a_bool", "1", False), ("a_bool", '"true"', False),
    ("a_bools", "[true]", True), ("a_bools", "[1]", False),
    ("a_date", "new Date(0)", True), ("a_date", '"2014-03-11T13:19:23Z"', True),
    ("a_date", '"2014-03-11"', True), ("a_date", '"2014-03-11T13:19:23.123+01:00"', True),
    ("a_date", '"11 March 2014"', False), ("a_date", "0", False), ("a_date", '"1394543963000"', False),
    ("a_dates", "[new Date(0), new Date(1)]", True), ("a_dates", "['2014-03-11']", True),
    ("a_dates", "['soon']", False),
    ("a", '"x"', False), ("a", "1", False), ("a", "true", False), ("a", "new Date(0)", False),
    ("a", "['x']", False), ("a_string", '"x"', False), ("a_STR", '"x"', False), ("str", '"x"', False),
    ("a", "{}", True), ("a_obj", "{}", True), ("a", "{b_str: 'x'}", True), ("a", "[]", True),
]  # fmt: skip


@pytest.mark.parametrize(("name", "value", "fits"), LEGACY, ids=str)
def test_it_requires_a_type_suffix_in_the_legacy_api(rules, name, value, fits):
    expected = [] if fits else [(f"properties.{name}", "type-suffix")]
    assert rules.value(value, name=name, legacy=True) == expected


def test_it_suggests_the_suffix_that_fullstory_adds(rules):
    [finding] = rules("FS.event", "Paid", {"total": [1, 2]})
    assert finding["message"].endswith("FullStory renames it to total_reals")
    assert places(rules("FS.event", "Paid", {"in": {"total": 1}})) == [("properties.in.total", "type-suffix")]


@pytest.mark.parametrize("suffix", ["str", "ints", "date", "bool", "reals"])
def test_it_warns_of_a_type_suffix_in_the_current_api(rules, suffix):
    assert rules.value('"x"', name=f"a_{suffix}") == [(f"properties.a_{suffix}", "type-suffix")]
    assert rules.value('"x"', name=f"a_{suffix}_b") == rules.value('"x"', name=f"a{suffix}") == []


VALUES = [
    ('"x"', None), ('""', None), ("1", None), ("-1.5", None), ("false", None), ("{}", None), ("[]", None),
    ("{a: {b: {c: [1]}}}", None), ("new Date(0)", None), ("['a', '']", None), ("[1, 2.5]", None),
    ("[true, false]", None), ("[new Date(0), new Date(1)]", None),
    ("NaN", "number"), ("Infinity", "number"), ("-Infinity", "number"),
    ("new Date(NaN)", "date"),
    ("null", "value"), ("undefined", "value"), ("() => 1", "value"), ("Symbol('a')", "value"),
    ("new Map()", "value"), ("/a/", "value"), ("new Error('a')", "value"), ("new String('a')", "value"),
    ("[{}]", "array-of-objects"), ("[{a: 1}, {b: 2}]", "array-of-objects"), ("[[1], [2]]", "array-of-objects"),
    ("[1, 'a']", "mixed-array"), ("[1, null]", "mixed-array"), ("[{}, 1]", "mixed-array"),
    ("[true, 'a']", "mixed-array"), ("[, 1]", "mixed-array"),
]  # fmt: skip


@pytest.mark.parametrize(("value", "rule"), VALUES, ids=str)
def test_it_allows_values_of_supported_types(rules, value, rule):
    assert rules.value(value) == ([("properties.p", rule)] if rule else [])
    assert rules.value(f"{{q: {value}}}") == ([("properties.p.q", rule)] if rule else [])


@pytest.mark.parametrize(
    ("value", "place", "rule"),
    [
        ("[1, NaN, 2]", "properties.p.1", "number"),
        ("[new Date(0), new Date(NaN)]", "properties.p.1", "date"),
        ("[null, null]", "properties.p.0", "value"),
        ("[() => 1]", "properties.p.0", "value"),
    ],
)
def test_it_locates_an_item_of_a_list(rules, value, place, rule):
    assert rules.value(value) == [(place, rule)]


def test_it_allows_lists_of_objects_only_in_order_completed(rules):
    products = {"products": [{"sku": "1"}, {"list price": 2}]}
    assert places(rules.track("Order Completed", products)) == [
        ("properties.products.1.list price", "property-name")
    ]
    assert places(rules.track("Order Cancelled", products)) == [("properties.products", "array-of-objects")]
    assert places(rules.user(**products)) == [("properties.products", "array-of-objects")]


@pytest.mark.parametrize("count", [50, 51])
def test_it_limits_a_page_to_50_properties_besides_its_name(rules, count):
    properties = {f"p{number}": "x" for number in range(count)}
    expected = [("properties", "page-properties")] if count > 50 else []
    assert places(rules.page(pageName="Home", **properties)) == expected
    assert places(rules.user(**properties)) == []


SPECIAL = [
    ("Ann", False),
    ("", False),
    (1, True),
    (None, True),
    (["Ann"], True),
    ({"first": "Ann"}, True),
]


@pytest.mark.parametrize(("value", "found"), SPECIAL, ids=str)
def test_it_requires_text_in_special_properties(rules, value, found):
    for name in ("displayName", "email"):
        expected = [(f"properties.{name}", "special-property")] if found else []
        assert places(rules.user(**{name: value})) == expected
        assert places(rules.identify("u", **{name: value})) == expected
        assert places(rules("FS.setUserVars", {name: value})) == expected
    expected = [("properties.pageName", "special-property")] if found else []
    assert places(rules.page(pageName=value)) == expected
    assert places(rules("FS.setVars", "page", {"pageName": value})) == expected


def test_it_treats_names_as_special_only_at_their_place(rules):
    assert places(rules.track(properties={"email": 1, "displayName": 1, "pageName": 1, "uid": 1})) == []
    assert places(rules.user(address={"email": 1}, pageName=1, uid="u")) == []


def test_it_warns_of_a_user_variable_named_uid(rules):
    expected = [("properties.uid", "special-property")]
    assert places(rules("FS.setUserVars", {"uid": "u"})) == expected
    assert places(rules("FS.identify", "u", {"uid": "u"})) == expected


# {"name":"Paid","properties":{"p":""}}: the space that remains for the value.
ROOM = 512 * 1024 - len('{"name":"Paid","properties":{"p":""}}')


@pytest.mark.parametrize(
    ("value", "found"),
    [
        (f"'a'.repeat({ROOM})", False),
        (f"'a'.repeat({ROOM + 1})", True),
        (f"'é'.repeat({ROOM // 2})", False),
        (f"'é'.repeat({ROOM // 2 + 1})", True),
        (f"'用'.repeat({ROOM // 3})", False),
        (f"'用'.repeat({ROOM // 3 + 1})", True),
        (f"'😀'.repeat({ROOM // 4})", False),
        (f"'😀'.repeat({ROOM // 4 + 1})", True),
        (f"'\"'.repeat({ROOM // 2 + 1})", True),
    ],
)
def test_it_limits_a_call_to_512_kb_of_json_in_utf_8(rules, value, found):
    assert rules.value(value) == ([("", "payload-size")] if found else [])


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("null", "null"),
        ("5n", "a bigint"),
        ("new Map()", "a Map"),
        ("new Error('a')", "an Error"),
        ("() => 1", "a function"),
        ("[1]", "a list"),
    ],
)
def test_it_names_the_type_of_a_value_with_an_article(rules, value, words):
    finding, *_ = rules.run("FS", f"['trackEvent', {{name: 'Paid', properties: {value}}}]")
    assert finding["message"] == f"is {words}; FullStory expects an object"


@pytest.mark.parametrize("properties", ["null", "'text'", "[1]", "7", "new Map()"])
def test_it_requires_an_object_as_properties(rules, properties):
    found = rules.run("FS", f"['trackEvent', {{name: 'Paid', properties: {properties}}}]")
    assert places(found) == [("properties", "payload")]


def test_it_accepts_a_call_that_makes_the_visitor_anonymous(rules):
    assert rules("FS", "setIdentity", {"anonymous": True}) == []


def test_it_accepts_valid_calls(rules):
    assert rules.identify("u1", displayName="Ann", email="a@x.io", plan="pro", age=31, tags=["a"]) == []
    assert rules("FS.identify", "u1", {"displayName": "Ann", "plan_str": "pro", "tags_strs": ["a"]}) == []
    assert rules.page(pageName="Home", path="/", deep={"er": 1}) == []
    assert rules("FS.setVars", "page", {"pageName": "Home", "path_str": "/"}) == []


CYCLE = "(() => { const a = {}; a.a = a; return a })()"
DEEP = "(() => { let a = {}; for (let n = 0; n < 1e5; n++) a = {a}; return a })()"
REVOKED = "(() => { const { proxy, revoke } = Proxy.revocable({}, {}); revoke(); return proxy })()"
HOSTILE = [
    "[]",
    "[undefined]",
    "[null, null]",
    "['trackEvent']",
    "['trackEvent', null]",
    "['trackEvent', 7]",
    "['setProperties', {type: 'page'}]",
    "['no such operation', {properties: {a: null}}]",
    "['trackEvent', {get name() { throw Error('no') }}]",
    "['trackEvent', {name: 'a', properties: {get a() { throw Error('no') }}}]",
    "['trackEvent', {name: 'a', properties: {a: 10n}}]",
    "['trackEvent', {name: 'a', properties: {toJSON() { throw Error('no') }}}]",
    f"['trackEvent', {{name: 'a', properties: {CYCLE}}}]",
    f"['trackEvent', {{name: 'a', properties: {DEEP}}}]",
    f"['trackEvent', {{name: 'a', properties: {REVOKED}}}]",
    f"['trackEvent', {{name: {REVOKED}, properties: {{a: {REVOKED}}}}}]",
    "['trackEvent', {name: Object.create(null), properties: Object.create(null)}]",
    "['setIdentity', {uid: Object.create(null), properties: {['__proto__']: 1}}]",
    "['setIdentity', {uid: Symbol('a'), properties: {[Symbol('b')]: 1, [Symbol.toStringTag]: 'Date'}}]",
    "['trackEvent', {name: 'a', properties: {a: {get [Symbol.toStringTag]() { throw Error('no') }}}}]",
    "['trackEvent', {name: '\\ud800', properties: {'\\udfff': '\\ud800'}}]",
    "['trackEvent', {name: 'a', properties: Object.fromEntries(Array.from({length: 1e5}, (_, n) => [n, n]))}]",
]


@pytest.mark.parametrize("args", HOSTILE, ids=lambda args: args[:60])
@pytest.mark.parametrize(
    "method", ["FS", "FS.identify", "FS.event", "FS.setUserVars", "FS.setVars", "no such"]
)
def test_it_survives_hostile_arguments(rules, method, args):
    found = rules.run(method, args)
    assert len(found) <= 100
    assert all(set(finding) == {"path", "rule", "message"} for finding in found)


def test_it_documents_every_rule():
    source = (RUNTIME / "core/rules.js").read_text("utf-8")
    documented = DOCS.read_text("utf-8")
    told = set(re.findall(r"add\([^;]*?, '([a-z-]+)', ", source))
    assert len(told) > 12
    assert [rule for rule in sorted(told) if f"`{rule}`" not in documented] == []
