"""Tidying makes every name legal, loses nothing, and keeps legal names."""

import json
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from py_mini_racer import MiniRacer

from fullstory_dest.compiler.bundle import bundle

LEGAL = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,511}")
SUFFIX = re.compile(r"_(str|int|real|bool|date)s?$")

_engine = MiniRacer()
_engine.eval(bundle("core/sanitize-names.js", "globalThis.tidy = tidy"))


def tidy(value: Any) -> Any:
    return json.loads(_engine.eval(f"JSON.stringify(tidy(JSON.parse({json.dumps(json.dumps(value))})))"))


@pytest.mark.parametrize(
    ("name", "legal"),
    [
        ("price", "price"),
        ("Z9_-", "Z9_-"),
        ("a__b", "a__b"),
        ("order id", "order_id"),
        ("order.items[0].price", "order_items_0_price"),
        ("price ($)", "price"),
        ("$set", "set"),
        ("_private", "private"),
        ("2fa", "p_2fa"),
        ("9", "p_9"),
        ("prénom", "prenom"),
        ("Größe", "Grosse"),
        ("Việt", "Viet"),
        ("用户", "u7528u6237"),
        ("🛒 size", "u1f6d2_size"),
        ("\ud800", "ud800"),
        ("", "property"),
        ("!?", "property"),
        ("unit price_real", "unit_price_real"),
        ("用_strs", "u7528_strs"),
        ("_str", "property_str"),
        ("order date", "order-date"),
        ("_reals", "property_reals"),
        ("a" * 513, "a" * 512),
        ("a" * 513 + "_bool", "a" * 507 + "_bool"),
        ("a" * 508 + "_int_much_too_long", "a" * 508 + "-int"),
        ("$email", "email_2"),
        ("$uid", "uid_2"),
    ],
    ids=lambda name: name[:20],
)
def test_it_sanitizes_a_name(name, legal):
    assert tidy({name: 1}) == {legal: 1}


def test_it_distinguishes_names_that_become_equal():
    assert tidy({"a b": 1, "a.b": 2, "a_b": 3, "a$b": 4}) == {"a_b_2": 1, "a_b_3": 2, "a_b": 3, "a_b_4": 4}
    assert tidy({"a b_str": 1, "a.b_str": 2}) == {"a_b_str": 1, "a_b_2_str": 2}
    long = "a" * 511
    assert [len(name) for name in tidy({long + "!b": 1, long + "?b": 2})] == [512, 512]


def test_it_sanitizes_names_but_not_values_at_every_level():
    value = {"a b": {"c d": [{"e f": "g h", "i": None}, [{"j k": 1}], 2, "l m"]}}
    assert tidy(value) == {"a_b": {"c_d": [{"e_f": "g h", "i": None}, [{"j_k": 1}], 2, "l m"]}}


def test_it_passes_values_that_are_not_json_by_reference():
    same = "(date, read, tidied) => tidied.a_b === date && tidied.c === read"
    assert _engine.eval(
        f"(date => (read => ({same})(date, read, tidy({{'a b': date, c: read}})))(() => 1))(new Date())"
    )


def test_it_handles_many_equal_names_fast():
    many = {"a" + "!" * number: number for number in range(1, 3000)}
    assert sorted(tidy(many).values()) == list(range(1, 3000))


names = st.one_of(
    st.text(max_size=8),
    st.text("a_ -$.1é用_", max_size=6),
    st.sampled_from(
        ["a_str", "a b_int", "uid", "$uid", "a b", "a.b", "a_b", "a_b_2", "constructor", "x" * 600]
    ),
).filter(lambda name: name != "__proto__")
values = st.recursive(
    st.none() | st.integers(-5, 5) | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=6),
    max_leaves=12,
)


def all_names(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [*value, *(name for part in value.values() for name in all_names(part))]
    return [name for part in value for name in all_names(part)] if isinstance(value, list) else []


def leaves(value: Any) -> Any:
    """The values without names."""
    if isinstance(value, dict):
        return sorted(json.dumps(leaves(part)) for part in value.values())
    return [leaves(part) for part in value] if isinstance(value, list) else value


@given(st.dictionaries(names, values, max_size=8))
def test_it_makes_names_legal_in_one_pass_and_loses_nothing(properties):
    tidied = tidy(properties)
    assert [name for name in all_names(tidied) if not LEGAL.fullmatch(name)] == []
    assert leaves(tidied) == leaves(properties)
    assert tidy(tidied) == tidied
    assert all(tidied[name] == tidy(part) for name, part in properties.items() if LEGAL.fullmatch(name))


@given(names)
def test_it_keeps_a_type_suffix_and_adds_none(name):
    [legal] = tidy({name: 1})
    before, after = SUFFIX.search(name), SUFFIX.search(legal)
    assert (before and before[0]) == (after and after[0])
