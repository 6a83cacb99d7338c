"""Expressions that Segment's client understands mean the same with us."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.parity.comparison import EVENTS, SUBJECTS, at_scale, compare_triggers
from tests.parity.conftest import subscribed
from tests.parity.events import PROTOTYPE_NAMES, events, numbers, words

SAMPLES = [
    {},
    {"type": "track", "event": "Order Completed", "userId": "u1", "properties": {"price": 5, "vip": True}},
    {"type": "track", "event": "5", "userId": 5, "properties": {"price": "5", "vip": "true", "a": {"b": 0}}},
    {"type": "page", "name": "Home", "properties": {"price": None, "vip": False, "a": {"b": "x"}}},
    {"type": "identify", "traits": {"plan": "pro", "age": 31.5}, "context": {"page": {"path": "/a"}}},
]

EXPRESSIONS = [
    'type = "track"',
    'type != "track"',
    'event = "Order Completed"',
    "event = 5",
    "userId = 5",
    'userId = "u1"',
    "userId = null",
    "userId != null",
    "name = null",
    'name != "Home"',
    "properties.price = 5",
    "properties.price != 5",
    'properties.price = "5"',
    'properties.price != "5"',
    "properties.price > 4",
    'properties.price >= "5"',
    "properties.price < 6.5",
    "properties.price <= -1",
    "properties.price = null",
    "properties.price != null",
    "properties.vip = true",
    "properties.vip = false",
    "properties.a.b = 0",
    'properties.a.b = "x"',
    "properties.a.b.c = null",
    "properties.absent != null",
    'contains(event, "Order")',
    '!contains(event, "Order")',
    'contains(properties.price, "5")',
    '!contains(properties.price, "5")',
    'match(event, "Order*")',
    'match(event, "*Completed")',
    '!match(event, "Order*")',
    '!match(properties.absent, "*x")',
    'type = "track" and event = "5"',
    'type = "track" or type = "page"',
    'type = "track" and (event = "5" or userId = "u1")',
    '(type = "page" or type = "track") and properties.price > 4',
    'traits.plan = "pro"',
    "traits.age >= 31.5",
    'context.page.path = "/a"',
    'match(context.page.path, "/*")',
]


@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_it_matches_like_segment(segment, expression):
    for event in SAMPLES:
        assert subscribed(expression, event) == segment.subscribed(expression, event), event


fields = st.sampled_from(
    [
        "type",
        "event",
        "name",
        "userId",
        "properties.a",
        "properties.b",
        "properties.a.b",
        "traits.a",
        "context.a.b",
        *(f"properties.{name}" for name in PROTOTYPE_NAMES),
        "traits.__proto__.a",
    ]
)
nested = fields.filter(lambda field: "." in field)
string_comparisons = st.builds('{} {} "{}"'.format, fields, st.sampled_from(["=", "!="]), words)
number_comparisons = st.builds(
    "{} {} {}".format, fields, st.sampled_from(["=", "!=", "<", "<=", ">", ">="]), numbers
)
existence = st.builds("{} {} null".format, nested, st.sampled_from(["=", "!="]))
booleans = st.builds("{} = {}".format, nested, st.sampled_from(["true", "false"]))
#: Segment's parser drops a function call on `type`.
callable_on = fields.filter(lambda field: field != "type")
parts = words.filter(lambda word: word)
calls = st.one_of(
    st.builds('{}contains({}, "{}")'.format, st.sampled_from(["", "!"]), callable_on, parts),
    st.builds('{}match({}, "{}*")'.format, st.sampled_from(["", "!"]), callable_on, parts),
    st.builds('{}match({}, "*{}")'.format, st.sampled_from(["", "!"]), callable_on, parts),
)
comparisons = st.one_of(string_comparisons, number_comparisons, existence, booleans)
conditions = st.one_of(comparisons, calls)


def chains(members):
    """One operator per chain, because Segment's client reads mixed chains differently."""
    return st.builds(
        lambda operator, members: f" {operator} ".join(members),
        st.sampled_from(["and", "or"]),
        st.lists(members, min_size=1, max_size=3),
    )


#: Segment's parser loses function calls in parentheses, so groups have only comparisons.
groups = chains(comparisons).map("({})".format)
expressions = chains(st.one_of(conditions, groups))


@at_scale("FQL")
@given(
    expressions=st.lists(expressions, min_size=SUBJECTS, max_size=SUBJECTS),
    events=st.lists(events, min_size=EVENTS, max_size=EVENTS),
)
def test_it_matches_any_expression_like_segment(segment, expressions, events):
    compare_triggers(segment, expressions, events)


@pytest.mark.parametrize(
    ("expression", "event", "ours"),
    [
        # `and` binds tighter than `or`; Segment's client applies the last operator to the whole chain.
        ('type = "a" and event = "b" or event = "c"', {"type": "a", "event": "x"}, False),
        ('type = "a" or type = "b" and event = "c"', {"type": "a", "event": "x"}, True),
        # A glob matches the whole string; Segment's client knows only a star at one end.
        ('match(event, "abc")', {"event": "xbc"}, False),
        ('match(event, "*b*")', {"event": "abc"}, True),
        # The string is not the boolean; Segment's client compares with the string "true".
        ("properties.a != true", {"properties": {"a": True}}, False),
        # Null matches an absent value of any field; Segment's client compares type and event with "null".
        ("event != null", {}, False),
        ("event = null", {}, True),
        # Both kinds of quotes delimit strings; Segment's client keeps single quotes as part of the text.
        ("type = 'track'", {"type": "track"}, True),
        # Paths don't lead to prototypes; Segment's client follows them.
        ("properties.constructor != null", {"properties": {}}, False),
        # A negated group is negated; Segment's client drops the "!".
        ('!(type = "track")', {"type": "track"}, False),
    ],
)
def test_it_differs_from_segment_on_purpose(segment, expression, event, ours):
    assert subscribed(expression, event) is ours
    assert segment.subscribed(expression, event) is not ours
