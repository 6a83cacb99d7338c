"""Which events can match a trigger. No event matches one that is reported to never match."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fullstory_dest import fql
from fullstory_dest.fql.glob import compile_glob
from fullstory_dest.fql.satisfiability import glob_matches
from fullstory_dest.services.previews.preview import preview_events
from tests.factories import source_spec
from tests.parity.comparison import holds_of, triggers_config
from tests.parity.events import events

CONTRADICTIONS = [
    'type = "track" and type = "page"',
    'type = "track" and type != "track"',
    'type = "track" and !(type = "track")',
    'type in ["track", "page"] and type = "identify"',
    "properties.price > 5 and properties.price < 5",
    "properties.price > 5 and properties.price <= 5",
    "properties.price = 5 and properties.price != 5",
    'properties.price = 5 and properties.price = "5"',
    "properties.price > 5 and properties.price = null",
    'properties.price > 5 and contains(properties.price, "5")',
    "userId = null and userId != null",
    'lowercase(event) = "Order"',
    'contains(lowercase(event), "Order")',
    'match(uppercase(event), "order*")',
    'typeof(properties.a) = "text"',
    "length(event) < 0",
    "bool(properties.a) = null",
    'number(properties.a) = "5"',
    'match(event, "Order*") and match(event, "Cart*")',
    'match(event, "*Completed") and match(event, "*Started")',
    'match(event, "Order") and event = "Cart"',
    '!(!match(event, "Order")) and contains(event, "Cart")',
    'contains(event, "Order") and !contains(event, "rde")',
    'contains(event, "Order") and !contains(event, "Order")',
    '!contains(event, "")',
    '!match(event, "*")',
    '(type = "track" or type = "page") and type = "group"',
    '"a" in properties.list and properties.list = "a"',
    "properties.a and !properties.a",
    'type = "track" and contains(event, userId) and !(contains(event, userId))',
]
WRONG_TYPES = [
    'type = "trak"',
    'type = "Track"',
    "type = null",
    'type != "track" and type != "page" and type != "identify" and type != "group" and type != "alias" '
    'and type != "screen"',
    'match(type, "x*") and event = "a"',
]
POSSIBLE = [
    'type = "track"',
    'type = "track" or type = "page"',
    'type = "trak" or event = "a"',
    "properties.price > 5 and properties.price < 5.0001",
    "properties.price >= 5 and properties.price <= 5",
    "properties.price != 5 and properties.price != 6",
    "properties.price <= -5",
    '!(properties.price < 5) and properties.price = "5"',
    '!(!match(event, "Order")) and event = null',
    "properties.price < -5",
    "!(properties.price != 5) and properties.price > 4.5 and properties.price < 5.25",
    # Neither comparison matches a value that is not a number.
    "!(properties.price < 5) and !(properties.price >= 5)",
    '!contains(event, "a") and contains(event, "b")',
    '!(contains(event, "")) and event = null',
    'lowercase(event) = "order"',
    "length(properties.a) != 5 and !(length(properties.a) < 5) and !(length(properties.a) > 5)",
    'match(event, "Order*") and match(event, "*Completed")',
    'event = "a" and properties.a = null and properties.a.b = null',
    'typeof(properties.a) = "list"',
]


@pytest.mark.parametrize("text", CONTRADICTIONS)
def test_it_finds_conditions_that_exclude_each_other(text):
    assert fql.why_never_matches(fql.parse(text)) == "contradiction"


@pytest.mark.parametrize("text", WRONG_TYPES)
def test_it_finds_a_type_that_no_event_has(text):
    assert fql.why_never_matches(fql.parse(text)) == "type"


@pytest.mark.parametrize("text", POSSIBLE)
def test_it_accepts_triggers_that_can_match(text):
    assert fql.why_never_matches(fql.parse(text)) is None


operands = st.sampled_from(
    ["type", "event", "userId", "properties.a", "properties.b", "properties.a.b", "traits.a"]
    + [
        f"{function}({field})"
        for function in (
            "lowercase",
            "uppercase",
            "length",
            "typeof",
            "bool",
            "string",
            "number",
            "titlecase",
        )
        for field in ("event", "properties.a")
    ]
)
texts = st.sampled_from(["a", "b", "A", "Order", "5", "", "track", "page", "x y", "string", "ünï", "😀"])
numbers = st.sampled_from(["0", "1", "5", "-1", "2.5", "6"])
scalars = st.one_of(texts.map(json.dumps), numbers, st.sampled_from(["null", "true", "false"]))
patterns = st.sampled_from(["*", "a*", "*a", "*a*", "?", "Order", "Or*er", "[a-z]", "", "b?", "*5"])
conditions = st.one_of(
    st.builds("{} {} {}".format, operands, st.sampled_from(["=", "!="]), scalars),
    st.builds("{} {} {}".format, operands, st.sampled_from(["<", "<=", ">", ">="]), numbers),
    st.builds("{} in [{}, {}]".format, operands, scalars, scalars),
    st.builds("{} in {}".format, scalars, operands),
    st.builds("{}contains({}, {})".format, st.sampled_from(["", "!"]), operands, texts.map(json.dumps)),
    st.builds("{}contains({}, {})".format, st.sampled_from(["", "!"]), operands, operands),
    st.builds("{}match({}, {})".format, st.sampled_from(["", "!"]), operands, patterns.map(json.dumps)),
)
triggers = st.recursive(
    conditions,
    lambda inner: st.one_of(
        st.builds("!({})".format, inner),
        st.builds("({} and {})".format, inner, inner),
        st.builds("({} or {})".format, inner, inner),
    ),
    max_leaves=5,
)


@settings(max_examples=100, deadline=None)
@given(texts=st.lists(triggers, min_size=8, max_size=8), events=st.lists(events, min_size=8, max_size=8))
def test_it_finds_no_event_for_triggers_that_never_match(texts, events):
    parsed = [fql.parse(text) for text in texts]
    contradictory = [fql.why_never_matches(trigger) == "contradiction" for trigger in parsed]
    whys = [fql.why_never_matches(trigger) for trigger in parsed]
    typed = [
        {**event, "type": kind}
        for event, kind in zip(events, ["track", "page", "identify"] * 3, strict=False)
    ]
    tried = [event for trigger in parsed if (event := fql.example_event(trigger))]
    for event, result in _held(texts, [*events, *typed, *tried]):
        for text, never, why, held in zip(texts, contradictory, whys, result, strict=True):
            assert not (never and held), (text, event)
            assert not (why == "type" and held and event.get("type") in fql.EVENT_TYPES), (text, event)


@settings(max_examples=60, deadline=None)
@given(texts=st.lists(conditions, min_size=8, max_size=8), events=st.lists(events, min_size=6, max_size=6))
def test_it_lists_every_event_that_a_trigger_matches(texts, events):
    typed = [{**event, "type": kind} for event, kind in zip(events, fql.EVENT_TYPES, strict=True)]
    for event, result in _held(texts, typed):
        for text, held in zip(texts, result, strict=True):
            reached = fql.matchable_events(fql.parse(text))
            assert not held or any(each.type in (None, event["type"]) for each in reached), (text, event)


def _held(texts, events):
    results = preview_events(source_spec(), triggers_config(texts), events)
    return [(event, holds_of(result, len(texts))) for event, result in zip(events, results, strict=True)]


def test_it_lists_matchable_events_by_type_and_name():
    def reached(text):
        return [(each.type, *each.names) for each in fql.matchable_events(fql.parse(text))]

    assert reached('type = "track"') == [("track",)]
    assert reached('type = "track" and event = "Order"') == [("track", "Order")]
    assert reached('type = "track" and event in ["A", "B"]') == [("track", "A", "B")]
    assert reached('type = "track" and match(event, "Order *")') == [("track", "Order *")]
    assert reached('type = "track" or type = "page"') == [("track",), ("page",)]
    assert reached('event = "Order"') == [(None, "Order")]
    assert reached("properties.price > 5") == [(None,)]
    assert reached('type = "track" and event = "A" or type = "track"') == [("track",)]
    assert reached('type = "trak"') == []
    assert reached('type = "track" and event in ["A", "B"] and event != "A"') == [("track", "B")]
    assert reached('type = "track" and event != "A"') == [("track",)]


def test_it_finds_an_example_that_matches_both_triggers():
    one, other = fql.parse('type = "track"'), fql.parse('event = "Order" and properties.total > 5')
    event = fql.example_event(one, other)
    assert event == {"type": "track", "event": "Order", "properties": {"total": pytest.approx(5)}}
    assert fql.example_event(one, fql.parse('type = "page"')) is None


@pytest.mark.parametrize(
    ("condition", "name"),
    [
        ('event = "Order"', "Order"),
        ('match(event, "Order ?[b-d]*")', "Order xb"),
        ('match(event, "Order*") and contains(event, "Done")', "OrderDone"),
        ('contains(event, "Order") and contains(event, "Done")', "Order Done"),
        ('event != "Order" and event != null', "Example"),
    ],
)
def test_it_finds_an_example_of_text(condition, name):
    assert fql.example_event(fql.parse(f'type = "track" and {condition}')) == {"type": "track", "event": name}


def test_it_gives_up_on_a_trigger_with_too_many_cases():
    text = " and ".join(f"(properties.a{number} = 1 or properties.b{number} = 2)" for number in range(20))
    assert fql.why_never_matches(fql.parse(text)) is None
    assert [each.type for each in fql.matchable_events(fql.parse(text))] == [None]


def test_it_analyzes_256_cases():
    assert fql.why_never_matches(fql.parse(" or ".join(["bool(name)=null"] * 256))) == "contradiction"
    assert fql.why_never_matches(fql.parse(" or ".join(["bool(name)=null"] * 257))) is None
    # Eight alternatives with two conditions each, all of which are required.
    pairs = " and ".join(f"(properties.a{number}=1 or properties.b{number}=1)" for number in range(8))
    assert fql.why_never_matches(fql.parse(f"{pairs} and bool(name)=null")) == "contradiction"


@pytest.mark.parametrize(
    ("pattern", "text", "fits"),
    [
        ("a*b", "a\nb", True),
        ("[a-c]x", "bx", True),
        ("[a-c]x", "ax", True),
        ("[a-c]x", "cx", True),
        ("[a-c]x", "dx", False),
        ("[b-c]x", "ax", False),
        ("[a-a]x", "ax", True),
        ("[xyz-]", "-", True),
        ("?", "😀", True),
        ("a\n", "a\n", True),
        ("*a*a", "a", False),
    ],
)
def test_it_reads_patterns_like_the_runtime(pattern, text, fits):
    assert glob_matches(compile_glob(pattern), text) is fits


@pytest.mark.parametrize("trigger", ["contains(type, event)", "contains(event, type)", "match(event, '*')"])
def test_it_accepts_comparing_the_event_name_with_a_field(trigger):
    assert fql.matchable_events(fql.parse(trigger))
