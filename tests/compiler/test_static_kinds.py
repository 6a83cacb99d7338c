"""What is known of a template's value without an event: its kind, or those of each branch."""

import pytest

from fullstory_dest.compiler.static_values import ANYTHING, NOTHING, NUMBER, OBJECT, TEXT, static_values

PATH = {"@path": "$.properties.x"}


@pytest.mark.parametrize(
    ("template", "kinds"),
    [
        ("text", [TEXT]),
        (PATH, [ANYTHING]),
        ({"@literal": "text"}, [TEXT]),
        ({"@template": "text {{properties.x}}"}, [TEXT]),
        ({"@liquid": "text {{properties.x}}"}, [TEXT]),
        ({"@if": {"exists": PATH, "then": "one", "else": 2}}, [TEXT, NUMBER]),
        ({"@case": {"operator": "upper", "value": "text"}}, [TEXT]),
        ({"@replace": {"pattern": "t", "replacement": "x", "value": "text"}}, [TEXT]),
        ({"@json": {"mode": "encode", "value": PATH}}, [TEXT, NOTHING]),
        ({"@excludeWhenNull": None}, [NOTHING]),
    ],
)
def test_it_knows_the_kinds_of_a_value(template, kinds):
    assert [each.kind for each in static_values(template, ()).alternatives] == kinds


@pytest.mark.parametrize(
    ("template", "places"),
    [
        ({"@if": {"exists": PATH, "then": "one", "else": "two"}}, [("@if", "then"), ("@if", "else")]),
        ({"@if": {"exists": PATH, "then": "one"}}, [("@if", "then"), ("@if",)]),
        ({"@literal": "one"}, [("@literal",)]),
    ],
)
def test_it_knows_where_each_value_is_written(template, places):
    assert [each.place for each in static_values(template, ()).alternatives] == places


@pytest.mark.parametrize(
    ("template", "value"),
    [
        ("text", "text"),
        ({"@replace": {"pattern": "z", "replacement": "", "value": "text"}}, "text"),
        ({"@replace": {"pattern": "X", "replacement": "", "value": "text"}}, None),
        ({"@replace": {"pattern": "z", "replacement": "", "pattern2": "e", "value": "text"}}, None),
        ({"@case": {"operator": "upper", "value": "text"}}, None),
        ({"@template": "text {{properties.x}}"}, None),
    ],
)
def test_it_knows_text_that_no_directive_changes(template, value):
    (known,) = static_values(template, ()).alternatives
    assert (known.kind, known.value) == (TEXT, value)


@pytest.mark.parametrize(
    ("template", "parts"),
    [
        ({"a": 1}, {"a": NUMBER}),
        ({"@excludeWhenNull": {"a": None, "b": 1}}, {"a": NOTHING, "b": NUMBER}),
        ({"@merge": {"objects": [{"a": 1}, {"b": "x"}], "direction": "right"}}, {"a": NUMBER, "b": TEXT}),
        ({"@flatten": {"separator": ".", "value": {"a": {"b": 1}}}}, {"a.b": ANYTHING}),
        ({"@flatten": {"separator": ".", "value": {"a": [1]}}}, {"a.0": ANYTHING}),
        ({"@flatten": {"separator": ".", "value": {"a": [1]}, "omitArrays": True}}, {"a": ANYTHING}),
        ({"@transform": {"apply": {"a": PATH}, "mapping": {"c": 1}}}, {"c": NUMBER}),
    ],
)
def test_it_knows_the_names_of_an_object(template, parts):
    (known,) = static_values(template, ()).alternatives
    assert known.kind == OBJECT
    assert {name: [each.kind for each in part.alternatives] for name, part in known.parts.items()} == {
        name: [kind] for name, kind in parts.items()
    }
