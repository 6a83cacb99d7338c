"""The reader of all JSON from users and programs."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fullstory_dest.strict_json import JSONError, read_json

storable = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))
values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | storable,
    lambda inner: st.lists(inner) | st.dictionaries(storable, inner),
)


@given(values)
def test_it_reads_values_that_json_can_hold(value):
    text = json.dumps(value)
    assert read_json(text) == read_json(text.encode()) == value


def test_it_skips_a_byte_order_mark():
    assert read_json("\ufeff[1]") == read_json(b"\xef\xbb\xbf[1]") == [1]


@pytest.mark.parametrize(
    ("source", "problem"),
    [
        ("", "Invalid JSON: Expecting value"),
        ("{", "Invalid JSON: Expecting property name enclosed in double quotes"),
        ('{"a": [1, NaN]}', "/a/1: JSON doesn't allow NaN"),
        ("-Infinity", "JSON doesn't allow -Infinity"),
        ('{"a": -1e999}', "/a: The number -1e999 is too large"),
        ("9" * 5000, f"The number {'9' * 40}… is too large"),
        ('{"a": 1, "\\u0061": 2}', "/a: Duplicate key “a”"),
        ('{"b": {"\\ud800": 1}}', "/b: The character U+D800 isn't allowed in keys"),
        ("[" * 100_000, "Expected at most 100 nested levels"),
        (f"{'[' * 101}1{']' * 101}", "Expected at most 100 nested levels"),
        (b'"\xff"', "Invalid UTF-8 at byte 1"),
        ("[1]".encode("utf-16"), "Expected UTF-8, found UTF-16 or UTF-32; save it as UTF-8 and try again"),
        (
            "[1]".encode("utf-32-be"),
            "Expected UTF-8, found UTF-16 or UTF-32; save it as UTF-8 and try again",
        ),
    ],
)
def test_it_locates_values_that_json_cannot_hold(source, problem):
    with pytest.raises(JSONError) as refused:
        read_json(source)
    assert str(refused.value) == problem


def test_it_lists_20_problems_at_most():
    with pytest.raises(JSONError) as refused:
        read_json(f"[{','.join(['NaN'] * 1000)}]")
    assert len(refused.value.problems) == 20
