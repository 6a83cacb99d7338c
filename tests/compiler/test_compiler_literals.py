"""What a mapping says word for word and FullStory can never accept is refused; what it only changes is not."""

import pytest

from fullstory_dest.catalog import PRESETS
from fullstory_dest.compiler.check import check_mapping, check_source
from fullstory_dest.models import Destination
from tests.factories import a_destination, a_mapping, destination_spec, mapping_spec, source_spec

PATH = {"@path": "$.x"}
LONG = "x" * 251


def check(fields, action="trackEventV2", **settings):
    problems = check_mapping(action=action, trigger='type = "track"', fields=fields, settings=settings)
    return [problem.pointer for problem in problems]


def named(name):
    return check({"name": name})


@pytest.mark.parametrize(
    "name",
    [
        "x" * 250,
        "😀" * 250,
        " ",
        {"@template": LONG + "{{x}}"},
        {"@path": "$." + LONG},
        {"@literal": "x"},
        {"@if": {"exists": PATH, "then": PATH, "else": ""}},
        {"@if": {"exists": PATH, "then": PATH, "else": None}},
        {"@if": {"exists": PATH, "then": PATH}},
        {"@replace": {"pattern": "a", "replacement": "b", "value": LONG}},
    ],
    ids=lambda name: str(name)[:40],
)
@pytest.mark.parametrize("action", ["trackEventV2", "trackEvent"])
def test_a_name_that_fullstory_may_take_is_accepted(name, action):
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
        ({"@if": {"exists": PATH, "then": LONG, "else": "x"}}, "/@if/then"),
        ({"@if": {"exists": PATH, "then": "x", "else": {"@literal": LONG}}}, "/@if/else/@literal"),
        ({"@if": {"exists": PATH, "then": "x", "else": 7}}, "/@if/else"),
        ({"@excludeWhenNull": LONG}, "/@excludeWhenNull"),
        ({"@transform": {"apply": PATH, "mapping": {"@literal": LONG}}}, "/@transform/mapping/@literal"),
    ],
    ids=lambda value: str(value)[:40],
)
@pytest.mark.parametrize("action", ["trackEventV2", "trackEvent"])
def test_an_event_name_that_is_always_rejected_is_refused_with_its_place(name, place, action):
    assert check({"name": name}, action) == [f"/fields/name{place}"]


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
    ({"ok_int": "x", "list": [{}], "null": None}, []),
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
def test_a_property_name_that_is_always_rejected_is_refused_with_its_place(properties, places, action, field):
    fields = {field: properties, **({"name": "x"} if "track" in action else {})}
    assert check(fields, action) == [f"/fields/{field}/{place}" for place in places]
    assert check(fields, action, tidyPropertyNames=True) == []


def test_traits_that_are_camel_cased_may_have_any_name_but_those_in_them_not():
    assert check({"traits": {"first name": PATH, "ok": {"a b": 1}}}, "identifyUser") == [
        "/fields/traits/ok/a b"
    ]


def test_a_mistake_of_another_kind_is_told_first():
    assert check({"name": {"@literal": LONG, "@path": "x"}, "nope": 1}) == ["/fields/nope", "/fields/name"]


@pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.action.key)
def test_the_presets_say_nothing_word_for_word(preset):
    assert check(preset.fields, preset.action.key) == []


def test_publishing_checks_with_the_settings_of_the_destination():
    mapping = mapping_spec(name="Paid", fields={"name": "x", "properties": {"a b": 1}})
    [problem] = check_source(source_spec(destination_spec(mapping)))
    assert problem.path == ("destinations", 0, "mappings", 0, "fields", "properties", "a b")
    assert problem.message.startswith('mapping "Paid", a b: FullStory rejects a property of this name')
    tidying = destination_spec(mapping, settings={"orgId": "o-1", "tidyPropertyNames": True})
    assert check_source(source_spec(tidying)) == []


@pytest.mark.django_db
def test_saving_checks_with_the_settings_of_the_destination():
    fields = {"name": "x", "properties": {"a b": 1}}
    destination = a_destination()
    with pytest.raises(Exception, match="FullStory rejects a property of this name"):
        a_mapping(destination, fields=fields)
    Destination.objects.update(settings={"orgId": "o-1", "tidyPropertyNames": True})
    destination.refresh_from_db()
    assert a_mapping(destination, fields=fields).fields == fields
