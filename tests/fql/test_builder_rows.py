"""Conversion of a trigger to the rows of the builder, and back."""

import json
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fullstory_dest.fql import parse, unparse
from fullstory_dest.fql.builder_rows import RowError, builder_rows, trigger_of
from tests.fql.test_printer import triggers

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["kind", "items", "path", "operator", "value", "text", "not"]), inner
        )
    ),
    max_leaves=8,
)


@settings(deadline=None)
@given(triggers)
def test_it_restores_a_trigger_from_its_rows(trigger):
    rows = json.loads(json.dumps(builder_rows(trigger)))
    assert unparse(trigger_of(rows)) == unparse(trigger)
    assert trigger_of(rows) == trigger
    assert builder_rows(trigger_of(rows)) == rows


@pytest.mark.parametrize(
    ("text", "row"),
    [
        ('event = "Order Completed"', {"path": ["event"], "operator": "is", "value": "Order Completed"}),
        ("userId != null", {"path": ["userId"], "operator": "exists", "value": None}),
        ("traits.a.b = null", {"path": ["traits", "a", "b"], "operator": "does_not_exist", "value": None}),
        ('match(event, "Order *")', {"path": ["event"], "operator": "starts_with", "value": "Order "}),
        (
            '!match(event, "*50\\%\\*")',
            {"path": ["event"], "operator": "does_not_match", "value": "*50\\%\\*"},
        ),
        ('match(event, "*50%\\*")', {"path": ["event"], "operator": "ends_with", "value": "50%*"}),
        ('contains(event, "Order")', {"path": ["event"], "operator": "contains", "value": "Order"}),
        ('!contains(event, "a")', {"path": ["event"], "operator": "does_not_contain", "value": "a"}),
        ('!match(event, "a*")', {"path": ["event"], "operator": "does_not_start_with", "value": "a"}),
        ('!match(event, "*a")', {"path": ["event"], "operator": "does_not_end_with", "value": "a"}),
        ('match(event, "*")', {"path": ["event"], "operator": "matches", "value": "*"}),
        ('match(event, "a\\*")', {"path": ["event"], "operator": "matches", "value": "a\\*"}),
        ('"a" in traits.tags', {"path": ["traits", "tags"], "operator": "has_item", "value": "a"}),
        (
            "properties.n in [1, null]",
            {"path": ["properties", "n"], "operator": "one_of", "value": [1, None]},
        ),
        ("properties.n >= 2.5", {"path": ["properties", "n"], "operator": "at_least", "value": 2.5}),
    ],
)
def test_it_makes_rows_of_supported_conditions(text, row):
    assert builder_rows(parse(text)) == {"kind": "row", **row}


@pytest.mark.parametrize(
    "text",
    ['lowercase(event) = "a"', "contains(event, properties.kind)", "event in traits.a", "contains(event, 5)"],
)
def test_it_keeps_unsupported_conditions_as_fql(text):
    assert builder_rows(parse(text)) == {"kind": "raw", "text": text}


def test_it_counts_negations_and_unwraps_single_item_groups():
    rows = builder_rows(parse('!!(type = "a" or !(event = "b"))'))
    assert (rows["kind"], rows["not"], rows["items"][1]["not"]) == ("any", 2, 1)
    assert trigger_of({"kind": "all", "items": [{"kind": "raw", "text": "event = 1"}]}) == parse("event = 1")


@pytest.mark.parametrize(
    ("node", "path", "told"),
    [
        ({"kind": "all", "items": []}, (), "Add a condition"),
        ({"kind": "all", "items": [{"kind": "raw", "text": "a ="}]}, (0, "text"), "Expected"),
        ({"kind": "raw", "text": 'match(event, "[^a]")'}, ("text",), "negated"),
        ({"kind": "row", "path": [], "operator": "is", "value": 1}, ("path",), "Enter a field"),
        ({"kind": "row", "path": ["a.b"], "operator": "is", "value": 1}, ("path",), "can't contain dots"),
        ({"kind": "row", "path": ["event"], "operator": "less", "value": "x"}, ("value",), "Enter a number"),
        ({"kind": "row", "path": ["event"], "operator": "matches", "value": "[^a]"}, ("value",), "negated"),
        ({"kind": "row", "path": ["event"], "operator": [], "value": "x"}, ("operator",), "Choose"),
        (
            {"kind": "row", "path": ["event"], "operator": "is", "value": {}},
            ("value",),
            "Enter the event's name",
        ),
        (
            {"kind": "row", "path": ["type"], "operator": "one_of", "value": ["a", []]},
            ("value", 1),
            "event's type",
        ),
        ({"kind": "row", "path": ["userId"], "operator": "is", "value": []}, ("value",), "Enter a value"),
        ({"kind": "all", "items": [1]}, (0,), "Expected a condition"),
        ({"kind": "raw", "text": "event = 1", "not": 10**9}, (), "nested groups"),
    ],
)
def test_it_locates_incomplete_rows(node, path, told):
    with pytest.raises(RowError, match=told) as refused:
        trigger_of(node)
    assert refused.value.path == path


def test_it_locates_a_mistake_in_the_text_of_a_raw_node():
    with pytest.raises(RowError) as refused:
        trigger_of({"kind": "raw", "text": 'event = "a" && type = "b"'})
    assert refused.value.position == len('event = "a" ')
    with pytest.raises(RowError) as refused:
        trigger_of({"kind": "raw", "text": " "})
    assert refused.value.position is None


@pytest.mark.parametrize("sign", [1, -1])
def test_it_refuses_numbers_that_javascript_rounds(sign):
    def row(value):
        return {"kind": "row", "path": ["properties", "n"], "operator": "is", "value": sign * value}

    assert builder_rows(trigger_of(row(2**53))) == row(2**53)
    for value in (2**53 + 1, float("inf")):
        with pytest.raises(RowError, match="Enter a value"):
            trigger_of(row(value))


@settings(deadline=None)
@given(json_values)
def test_it_raises_only_row_errors_for_any_json(value):
    with suppress(RowError):
        trigger_of(value)


def test_it_refuses_rows_nested_too_deep():
    node = {"kind": "raw", "text": "event = 1"}
    for _ in range(200):
        node = {"kind": "all", "items": [node]}
    with pytest.raises(RowError):
        trigger_of(node)
