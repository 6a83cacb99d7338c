"""Fixed values that FullStory always rejects are refused. Those that it only changes are not."""

import pytest

from fullstory_dest.catalog import PRESETS
from fullstory_dest.compiler.check import CompileError, check_mapping, check_source
from fullstory_dest.compiler.schema import CheckedMapping
from fullstory_dest.models import Destination
from tests.factories import a_destination, a_mapping, destination_spec, mapping_spec, source_spec

PATH = {"@path": "$.x"}
LONG = "x" * 251


def problems_of(fields, action="trackEventV2", **settings):
    found = check_mapping(mapping_spec(action=action, fields=fields), settings)
    return [] if isinstance(found, CheckedMapping) else found


def check(fields, action="trackEventV2", **settings):
    return [problem.pointer for problem in problems_of(fields, action, **settings)]


def named(name):
    return check({"name": name})


@pytest.mark.parametrize(
    "name",
    [
        "x" * 250,
        "😀" * 250,
        " ",
        {"@template": LONG[1:] + "{{x}}"},
        {"@liquid": "{{ x | upcase }}"},
        {"@liquid": "{% if x %}" + LONG + "{% endif %}"},
        {"@path": "$." + LONG},
        {"@literal": "x"},
        {"@if": {"exists": PATH, "then": PATH, "else": ""}},
        {"@if": {"exists": PATH, "then": PATH, "else": None}},
        {"@if": {"exists": PATH, "then": PATH}},
        {"@if": {"exists": PATH, "then": LONG, "else": "x"}},
        {"@if": {"exists": PATH, "then": LONG, "else": PATH}},
        {"@if": {"exists": PATH, "then": "x", "else": 7}},
        {"@replace": {"pattern": "x", "value": LONG}},
        {"@replace": {"pattern": "X", "ignorecase": True, "value": LONG}},
        {"@replace": {"pattern": "a", "pattern2": "x", "value": LONG}},
        {"@json": {"mode": "encode", "value": "x" * 248}},
        {"@json": {"mode": "decode", "value": PATH}},
        {"@json": {"mode": "decode", "value": '"x"'}},
        {"@json": {"mode": "decode", "value": "[" * 9000}},
        {"@arrayPath": ["$.x", {"a": PATH}]},
        {"@excludeWhenNull": PATH},
    ],
    ids=lambda name: str(name)[:40],
)
@pytest.mark.parametrize("action", ["trackEventV2", "trackEvent"])
def test_it_accepts_a_name_that_fullstory_may_accept(name, action):
    assert check({"name": name}, action) == []


@pytest.mark.parametrize(
    ("name", "place"),
    [
        (LONG, ""),
        ("😀" * 251, ""),
        (7, ""),
        (True, ""),
        ({"@literal": LONG}, "/@literal"),
        ({"@literal": ""}, "/@literal"),
        ({"@literal": 7}, "/@literal"),
        ({"@literal": {"a": 1}}, "/@literal"),
        ({"@template": LONG}, "/@template"),
        ({"@template": ""}, "/@template"),
        ({"@case": {"operator": "upper", "value": LONG}}, "/@case/value"),
        ({"@case": {"operator": "lower"}}, "/@case"),
        ({"@case": {"operator": "upper", "value": {"@template": LONG + "{{x}}"}}}, "/@case/value/@template"),
        ({"@template": LONG + "{{x}}"}, "/@template"),
        ({"@template": {"@literal": LONG + "{{x}}"}}, "/@template/@literal"),
        ({"@template": {"@if": {"exists": PATH, "then": "", "else": LONG + "{{x}}"}}}, "/@template/@if/else"),
        ({"@template": "x" * 130 + "{{x}}" + "x" * 121}, "/@template"),
        ({"@liquid": ""}, "/@liquid"),
        ({"@liquid": LONG}, "/@liquid"),
        ({"@liquid": "{{ '" + LONG + "' }}"}, "/@liquid"),
        ({"@liquid": LONG + "{{ x | upcase }}"}, "/@liquid"),
        ({"@replace": {"pattern": "q", "value": LONG}}, "/@replace/value"),
        ({"@replace": {"pattern": "q", "value": ""}}, "/@replace"),
        ({"@json": {"mode": "encode", "value": "x" * 249}}, "/@json"),
        ({"@json": {"mode": "decode", "value": LONG}}, "/@json/value"),
        ({"@json": {"mode": "decode", "value": "7"}}, "/@json/value"),
        ({"@merge": {"objects": [PATH], "direction": "left"}}, "/@merge"),
        ({"@flatten": {"separator": "_", "value": PATH}}, "/@flatten"),
        ({"@if": {"exists": PATH, "then": LONG}}, "/@if/then"),
        ({"@if": {"exists": PATH, "then": "", "else": {"@literal": LONG}}}, "/@if/else/@literal"),
        ({"@excludeWhenNull": LONG}, "/@excludeWhenNull"),
        ({"@transform": {"apply": PATH, "mapping": {"@literal": LONG}}}, "/@transform/mapping/@literal"),
    ],
    ids=lambda value: str(value)[:40],
)
@pytest.mark.parametrize("action", ["trackEventV2", "trackEvent"])
def test_it_refuses_an_event_name_that_is_always_rejected(name, place, action):
    assert check({"name": name}, action) == [f"/fields/name{place}"]


def test_it_reports_both_branches_of_a_condition():
    assert named({"@if": {"exists": PATH, "then": LONG, "else": {"@literal": 7}}}) == [
        "/fields/name/@if/then",
        "/fields/name/@if/else/@literal",
    ]


@pytest.mark.parametrize(
    ("user_id", "place"),
    [
        ("x" * 256, None),
        ("x" * 257, ""),
        ("", None),
        (" \ufeff", ""),
        ("0", None),
        (PATH, None),
        ({"@template": "{{x}} "}, None),
        ({"@template": " "}, "/@template"),
        ({"@liquid": "x" * 257 + "{{x}}"}, "/@liquid"),
        ({"@json": {"mode": "decode", "value": "7"}}, "/@json/value"),
        ({"@json": {"mode": "decode", "value": "0"}}, None),
        ({"@merge": {"objects": [PATH], "direction": "left"}}, "/@merge"),
        ({"@if": {"exists": PATH, "then": " "}}, None),
        ({"@if": {"exists": PATH, "then": " ", "else": "\t"}}, "/@if/then"),
    ],
    ids=lambda value: str(value)[:40],
)
@pytest.mark.parametrize("action", ["identifyUserV2", "identifyUser"])
def test_it_refuses_a_user_id_that_is_always_rejected(user_id, place, action):
    found = check({"userId": user_id}, action)
    assert found[:1] == ([] if place is None else [f"/fields/userId{place}"])


@pytest.mark.parametrize(
    ("template", "refused"),
    [
        ({"@liquid": "abc"}, True),
        ({"@liquid": "{{x}}"}, True),
        ({"@template": "{{x}}"}, True),
        ({"@replace": {"pattern": "a", "value": PATH}}, True),
        ({"@json": {"mode": "encode", "value": {"a": PATH}}}, True),
        ({"@json": {"mode": "encode", "value": PATH}}, False),
        ({"@json": {"mode": "decode", "value": "[1]"}}, True),
        ({"@json": {"mode": "decode", "value": "{}"}}, False),
        ({"@if": {"exists": PATH, "then": "a", "else": PATH}}, False),
        ({"@case": {"operator": "upper", "value": PATH}}, False),
        ({"@case": {"operator": "upper", "value": "a"}}, True),
    ],
    ids=str,
)
@pytest.mark.parametrize(("action", "field"), [("trackEvent", "properties"), ("identifyUserV2", "traits")])
def test_it_refuses_a_value_that_is_never_an_object(template, refused, action, field):
    fields = {field: template, **({"name": "x"} if field == "properties" else {})}
    problems = problems_of(fields, action)
    assert [problem.path[:2] for problem in problems] == [("fields", field)] * refused
    assert all("expected an object" in problem.message for problem in problems)


PROPERTIES = [
    ({"a b": 1}, ["a b"]),
    ({"": 1, "9": 1, "ok": 1, "é": PATH}, ["", "9", "é"]),
    ({"x" * 512: 1, "x" * 513: 1}, ["x" * 513]),
    ({"ok": {"a.b": PATH}}, ["ok/a.b"]),
    ({"ok": [{"a b": 1}]}, []),
    ({"ok": {"@path": "$.a b"}}, []),
    ({"@path": "$.properties"}, []),
    ({"@literal": {"a b": 1}}, ["@literal/a b"]),
    ({"@if": {"exists": PATH, "then": {"a b": 1}, "else": {"c d": 1}}}, ["@if/then/a b", "@if/else/c d"]),
    (
        {"@merge": {"objects": [PATH, {"a b": 1}, {"ok": {"c d": 1}}], "direction": "right"}},
        ["@merge/objects/1/a b", "@merge/objects/2/ok/c d"],
    ),
    ({"@transform": {"apply": {"a b": 1}, "mapping": {"c d": 1}}}, ["@transform/mapping/c d"]),
    ({"@excludeWhenNull": {"a b": 1}}, ["@excludeWhenNull/a b"]),
    ({"ok": {"@json": {"mode": "encode", "value": {"a b": 1}}}}, []),
    ({"ok": {"@arrayPath": ["$.products", {"a b": PATH}]}}, []),
    ({"@flatten": {"separator": ".", "value": PATH}}, []),
    ({"@flatten": {"separator": "_", "value": {"a b": 1}}}, ["@flatten/value/a b"]),
    (
        {"@flatten": {"separator": ".", "value": {"a": {"b": PATH}, "c": [1]}}},
        ["@flatten/value/a/b", "@flatten/value/c/0"],
    ),
    ({"@flatten": {"separator": ".", "omitArrays": True, "value": {"c": [1]}}}, []),
    ({"@flatten": {"separator": "_", "value": {"a": {"9": PATH}, "b": PATH, "": PATH}}}, []),
    (
        {"@json": {"mode": "decode", "value": '{"a b": 1, "c": {"@path": "$.x"}}'}},
        ["@json/value", "@json/value"],
    ),
    ({"@merge": {"objects": [{"a b": 1}, PATH], "direction": "right"}}, ["@merge/objects/0/a b"]),
    ({"@if": {"exists": PATH, "then": {"a b": 1}}}, []),
    ({"@if": {"exists": PATH, "then": {"a b": 1}, "else": PATH}}, []),
    ({"a b": {"@if": {"exists": PATH, "then": 1}}}, ["a b"]),
    ({"@excludeWhenNull": {"a b": None}}, []),
    ({"a b": {"@case": {"operator": "lower"}}}, []),
    ({"list": [{}], "null": None}, []),
]


@pytest.mark.parametrize(("properties", "places"), PROPERTIES, ids=lambda value: str(value)[:60])
@pytest.mark.parametrize(
    ("action", "field"),
    [
        ("trackEventV2", "properties"),
        ("trackEvent", "properties"),
        ("viewedPageV2", "properties"),
        ("viewedPage", "properties"),
        ("identifyUserV2", "traits"),
    ],
)
def test_it_refuses_a_property_name_that_is_always_rejected(properties, places, action, field):
    fields = {field: properties, **({"name": "x"} if "track" in action else {})}
    assert check(fields, action) == [f"/fields/{field}/{place}" for place in places]
    assert check(fields, action, tidyPropertyNames=True) == []


def test_it_checks_names_inside_camel_cased_traits():
    assert check({"traits": {"first name": PATH, "ok": {"a b": 1}}}, "identifyUser") == [
        "/fields/traits/ok/a b"
    ]


TYPES = [
    ({"a_int": "text"}, ["a_int"]),
    ({"a_int": 1.5}, ["a_int"]),
    ({"a_int": 2.0, "b_int": PATH, "c_int": None}, []),
    ({"a_real": 1, "a_bool": True, "a_str": ""}, []),
    ({"a_real": True, "a_bool": 1, "a_str": 1}, ["a_real", "a_bool", "a_str"]),
    ({"a_date": "no date"}, ["a_date"]),
    ({"a_date": "2026-03-05T14:07Z", "b_date": {"@template": "{{x}}"}}, []),
    ({"a_ints": [1, PATH], "a_strs": [], "a_dates": PATH}, []),
    ({"a_ints": [1, 1.5], "a_strs": "x", "a_dates": [None]}, ["a_ints", "a_strs", "a_dates"]),
    ({"in": {"a_int": {"@template": "{{x}}"}}}, ["in/a_int/@template"]),
    ({"a_int": {"@if": {"exists": PATH, "then": "x", "else": 1}}}, []),
    ({"a_int": {"@if": {"exists": PATH, "then": "x", "else": {}}}}, ["a_int/@if/then", "a_int/@if/else"]),
    ({"@merge": {"objects": [{"a_int": "x"}, PATH], "direction": "right"}}, []),
    ({"@merge": {"objects": [{"a_int": "x"}, {"a_int": 1}], "direction": "right"}}, []),
    (
        {"@merge": {"objects": [{"a_int": "x"}, {"a_int": 1}], "direction": "left"}},
        ["@merge/objects/0/a_int"],
    ),
]


@pytest.mark.parametrize(("properties", "places"), TYPES, ids=lambda value: str(value)[:60])
@pytest.mark.parametrize(
    ("action", "field"),
    [("trackEvent", "properties"), ("viewedPage", "properties"), ("identifyUser", "traits")],
)
@pytest.mark.parametrize("tidies", [False, True])
def test_it_refuses_values_that_contradict_their_name_suffix(properties, places, action, field, tidies):
    fields = {field: properties, **({"name": "x"} if "track" in action else {})}
    assert check(fields, action, tidyPropertyNames=tidies) == [f"/fields/{field}/{place}" for place in places]
    assert check(fields, f"{action}V2") == []


def test_it_accepts_traits_that_camel_case_to_one_name():
    assert check({"traits": {"a b_int": "x", "aB_int": 1}}, "identifyUser") == []
    assert check({"traits": {"a_b_int": "x", "aB_int": 1}}, "identifyUser") == []


def test_it_accepts_traits_that_the_action_overwrites():
    assert check({"traits": {"email": {"a b": 1}}, "email": PATH}, "identifyUserV2") == []


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"name": {"@template": LONG + "{{x}}"}}, "more than 250 characters; this has at least 251"),
        (
            {"name": "x", "properties": {"a_int": "text"}},
            'end in _int and aren\'t a whole number; this is "text"',
        ),
        (
            {"name": "x", "properties": {"a_ints": []} | {"a_strs": [1]}},
            "aren't a list, each item text; this is an array",
        ),
        ({"name": "x", "properties": {"a b": 1}}, 'the property name "a b"; start with a letter'),
    ],
    ids=lambda value: str(value)[-40:],
)
def test_it_reports_the_value_and_the_accepted_ones(fields, told):
    [problem] = problems_of(fields, "trackEvent")
    assert told in problem.message


def test_it_reports_structural_mistakes_first():
    assert check({"name": {"@literal": LONG, "@path": "x"}, "nope": 1}) == ["/fields/nope", "/fields/name"]


@pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.action.key)
def test_it_accepts_the_presets(preset):
    assert check(preset.fields, preset.action.key) == []


def test_it_applies_settings_of_the_destination_on_publish():
    mapping = mapping_spec(name="Paid", fields={"name": "x", "properties": {"a b": 1}})
    with pytest.raises(CompileError) as refused:
        check_source(source_spec(destination_spec(mapping)))
    [problem] = refused.value.problems
    assert problem.path == ("destinations", 0, "mappings", 0, "fields", "properties", "a b")
    assert problem.message.startswith('mapping "Paid", a b: FullStory rejects the property name')
    tidying = destination_spec(mapping, settings={"orgId": "o-1", "tidyPropertyNames": True})
    check_source(source_spec(tidying))


@pytest.mark.django_db
def test_it_applies_settings_of_the_destination_on_save():
    fields = {"name": "x", "properties": {"a b": 1}}
    destination = a_destination()
    with pytest.raises(Exception, match="FullStory rejects the property name"):
        a_mapping(destination, fields=fields)
    Destination.objects.update(settings={"orgId": "o-1", "tidyPropertyNames": True})
    destination.refresh_from_db()
    assert a_mapping(destination, fields=fields).fields == fields
