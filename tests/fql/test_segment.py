"""Predictions about Segment's client. tests/parity checks them against it."""

import json

import pytest
from hypothesis import given, settings
from py_mini_racer import MiniRacer

from fullstory_dest.fql import compile, parse
from fullstory_dest.fql.segment import differences, parse_as_segment, subscribe
from fullstory_dest.fql.segment.differences import AGREED
from fullstory_dest.fql.segment.writer import INHERITED
from tests.fql.test_printer import triggers


@pytest.mark.parametrize(
    ("text", "agreed"),
    [
        ('type = "track"', 'type = "track"'),
        ("type='track'", 'type = "track"'),
        ("userId = 5", 'userId = "5"'),
        ("properties.x = 1e21", "properties.x = 1000000000000000000000"),
        ("properties.x > -1.5e-7", "properties.x > -0.00000015"),
        ("properties.paid", "properties.paid = true"),
        ("properties.products[0].sku = 1", r"properties.products.\0.sku = 1"),
        (r"properties.product\ 1 = 1", r"properties.product\ 1 = 1"),
        ('type in ["a", "b"]', 'type = "a" or type = "b"'),
        ('!(type in ["a", "b"])', 'type != "a" and type != "b"'),
        ('!(type = "a" or event = "b")', 'type != "a" and event != "b"'),
        ('!!(type = "a")', 'type = "a"'),
        ('type = "a" and event = "b" or name = "c"', '(type = "a" and event = "b") or name = "c"'),
        ('type = "a" and (event = "b" or name = "c")', 'type = "a" and (event = "b" or name = "c")'),
        ('match(event, "abc")', 'event = "abc"'),
        ('!match(event, "abc")', 'contains(event, "") and event != "abc"'),
        ('match(event, "*b*")', 'contains(event, "b")'),
        (r'match(event, "a\?*")', 'match(event, "a?*")'),
        # One function per group, and at its end.
        (
            'type = "a" and (match(event, "a*") or name = "b")',
            'type = "a" and (name = "b" or match(event, "a*"))',
        ),
        (
            'type = "a" and (match(event, "a*") or match(event, "b*"))',
            '(type = "a" and match(event, "a*")) or (type = "a" and match(event, "b*"))',
        ),
        # No nested groups.
        (
            'type = "a" and (event = "b" or name = "c" and userId = "d")',
            'type = "a" and (event = "b" or name = "c") and (event = "b" or userId = "d")',
        ),
    ],
)
def test_it_writes_text_that_both_clients_read_alike(text, agreed):
    assert subscribe(parse(text)) == (agreed, [])


def test_it_knows_what_every_object_inherits():
    names = MiniRacer().eval("Object.getOwnPropertyNames(Object.prototype).join()")
    assert set(names.split(",")) == INHERITED


def in_groups(count, name="a", last=""):
    """A trigger that Segment's client only reads with this many groups, because a group can only end in one call."""
    parts = [f'contains(name, "{number:03}")' for number in range(count - 1)]
    return f'event = "{name}" or (' + " and ".join([*parts, f'contains(name, "{last}")']) + ")"


def test_it_writes_at_most_100_groups_for_segment():
    agreed, reasons = subscribe(parse(in_groups(100)))
    assert agreed.count(" and ") == 99
    assert reasons == []
    assert subscribe(parse(in_groups(101)))[0] is None


def test_it_writes_at_most_20000_characters_for_segment():
    agreed, reasons = subscribe(parse(in_groups(20, "a" * 900, "b" * 1_168)))
    assert len(agreed) == 20_000
    assert reasons == []
    assert subscribe(parse(in_groups(20, "a" * 900, "b" * 1_169)))[0] is None


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ('lowercase(event) = "a"', "doesn't support lowercase()"),
        ('groupId = "a"', "not groupId"),
        ('type.x = "a"', "reads type.x as type"),
        ("properties != null", "reads properties without a key as properties.properties"),
        ('properties["a.b"] = 1', "splits names at dots"),
        (r"properties.\😀 = 1", "can't read the name"),
        ("properties.constructor != null", "on the prototype of every object"),
        ('"a" in properties.list', "in with a list in the event"),
        ("contains(event, traits.plan)", "can't compare two fields"),
        ('contains(type, "a")', "ignores contains() on type"),
        ('match(event, "a?")', "only supports patterns with a single * at one end"),
        ("event = 'say \"hi\"'", "doesn't support \""),
        ("event = null", 'with the text "null"'),
        ("properties.a != true", 'compares != true with the text "true"'),
        ("!(properties.a = true)", 'compares != true with the text "true"'),
        ("!(properties.a = 5)", 'ignores "!" before parentheses'),
        ("!(properties.a > 5)", 'ignores "!" before parentheses'),
        ('!(contains(event, "a"))', 'ignores "!" before parentheses'),
        (
            " and ".join(
                f'(contains(event, "{n}") or contains(name, "{n}") or contains(userId, "{n}"))'
                for n in range(9)
            ),
            "too long",
        ),
    ],
)
def test_it_reports_why_segment_cannot_express_a_trigger(text, reason):
    agreed, reasons = subscribe(parse(text))
    assert agreed is None
    assert [reason in each for each in reasons] == [True]
    assert differences(text, parse(text)) == [f"Segment's client {reasons[0]}."]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("type = 'a'", "single quotes"),
        ("type = 'a' and match(event, \"b*\")", "single quotes"),
        ('type = "a" and event = "b" or name = "c"', 'mixes "and" and "or"'),
        ('type = "a" and (contains(event, "b") or name = "c")', "ends a group in parentheses"),
        ('type = "a" and (event = "b" or (name = "c" and userId = "d"))', "nested parentheses"),
        ('!(type = "a")', 'ignores "!"'),
        ('type in ["a"]', "doesn't support in"),
        ("properties.x = 1e3", "exponent"),
        ("properties.x[0] = 1", "can't read it from character 12 on: x[0] = 1"),
        ('properties.x ["y"] = 1', "brackets"),
        ("properties.paid", "requires a comparison"),
        ('match(event, "abc")', "only supports patterns"),
        ('type!="a"', 'read it from character 5 on: !="a"'),
        ('type = "a"\r\nand event = "b"', "requires a space after a closing quote"),
        ('match(event, "*")or (name = "b")', None),
    ],
)
def test_it_reports_how_segment_reads_the_text_differently(text, reason):
    found = differences(text, parse(text))
    if reason is None:
        assert found == []
    else:
        assert [reason in sentence for sentence in found] == [True, False]
        assert found[-1] == AGREED


@pytest.mark.parametrize(
    ("text", "instruction"),
    [
        (
            'type = "a" and event = "b" or name = "c"',
            ["or", ["=", ["type"], "a"], ["=", ["event"], "b"], ["=", ["name"], "c"]],
        ),
        ("type = 'a'", ["=", ["type"], "'a'"]),
        ('type.x = "a"', ["=", ["type"], "a"]),
        ("event != null", ["!=", ["event"], "null"]),
        ("properties.a != true", ["!=", ["properties", "a"], "true"]),
        ('match(event, "abc")', ["match", ["event"], [["*"], "bc"]]),
        ('contains(name, "a")', ["contains", ["name"], "a"]),
        ('!contains(userId, "a")', ["!contains", ["userId"], "a"]),
        ('match(traits.a, "a*")', ["match", ["traits", "a"], ["a", ["*"]]]),
        ('groupId = "a"', None),
        ("properties.a = 5", ["=", ["properties", "a"], 5]),
        ("properties.a = true", ["=", ["properties", "a"], True]),
        ("properties.a = null", ["=", ["properties", "a"], None]),
        ("properties.a = -", ["never"]),
        ("type = null", ["=", ["type"], "null"]),
        ("event = true", ["=", ["event"], "true"]),
        ("event = 5", ["=", ["event"], "5"]),
        ("properties.a > 5", [">", ["properties", "a"], 5]),
        ('event <= "5"', ["<=", ["event"], 5]),
        ('event <= "five"', ["never"]),
        ('contains(properties.a.b, "c")', ["contains", ["properties", "a", "b"], "c"]),
        ('!contains(event, "c")', ["!contains", ["event"], "c"]),
        ('match(event, "b*")', ["match", ["event"], ["b", ["*"]]]),
        ('!match(traits.a, "*b")', ["!match", ["traits", "a"], [["*"], "b"]]),
        ('match(event, "*")', ["match", ["event"], [["*"]]]),
        ("properties.a = ab", ["=", ["properties", "a"], "a"]),
        ("properties.a = nul", ["=", ["properties", "a"], "n"]),
        ('type="a" and event!="b"', None),
    ],
)
def test_it_parses_a_trigger_like_segments_client(text, instruction):
    assert parse_as_segment(text) == instruction


@settings(deadline=None)
@given(triggers)
def test_it_writes_text_that_segment_parses_to_the_same_tree(trigger):
    agreed, reasons = subscribe(trigger)
    assert (agreed is None) == bool(reasons)
    if agreed is not None:
        assert json.dumps(parse_as_segment(agreed)) == json.dumps(compile(parse(agreed)))
        assert differences(agreed, parse(agreed)) == []
