"""Predictions about Segment's client hold: triggers without a flag mean the same there."""

import re

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from fullstory_dest import fql
from fullstory_dest.compiler.compile import subscribe_text
from fullstory_dest.fql.js_values import js_string as fql_text
from fullstory_dest.fql.js_values import parse_js_number
from fullstory_dest.fql.segment import differences, parse_as_segment
from fullstory_dest.fql.segment.differences import AGREED
from tests.parity.conftest import subscribed

KEYS = ["a", "b", "x y", "0", "and", "constructor", "a.b"]
WORDS = ["a", "b", "Order", "x y", "5", "true", "null", "", "ünï", "*", 'say "hi"', "it's", "\\", "O*"]

words = st.sampled_from(WORDS)
keys = st.sampled_from(KEYS)
numbers = st.sampled_from([0, 1, -1, 5, 2.5, 1e21, 1e-7])
scalars = words | numbers | st.booleans() | st.none()
tops = st.sampled_from(["type", "event", "name", "userId", "groupId"])
paths = st.builds(lambda top: fql.Path((top,)), tops) | st.builds(
    lambda root, keys: fql.Path((root, *keys)),
    st.sampled_from(["properties", "properties", "traits", "context", "type"]),
    st.lists(keys, max_size=2),
)
functions = st.sampled_from(["length", "lowercase", "typeof", "bool", "string", "number"])
# Mostly paths, because Segment's client does not know functions.
operands = st.one_of(paths, paths, paths, paths, paths, st.builds(fql.Call, functions, paths))
patterns = st.sampled_from(
    ["a*", "*a", "*", "*r*", "a", "Order", "", "O?der", "[aO]*", r"\*", r"\**", "O*r", "5*", "x *"]
)
conditions = st.one_of(
    st.builds(fql.Equals, operands, st.sampled_from(["=", "!="]), scalars),
    st.builds(fql.Equals, paths, st.sampled_from(["=", "!="]), words),
    st.builds(fql.Compares, operands, st.sampled_from(["<", "<=", ">", ">="]), numbers),
    st.builds(fql.In, operands, st.lists(words | scalars, min_size=1, max_size=3).map(tuple)),
    st.builds(fql.Has, paths, scalars),
    st.builds(fql.Contains, operands, words, st.booleans()),
    st.builds(fql.Match, operands, patterns, st.booleans()),
)


def chains(members):
    two_or_three = st.lists(members, min_size=2, max_size=3).map(tuple)
    return st.one_of(
        st.builds(fql.And, two_or_three), st.builds(fql.Or, two_or_three), st.builds(fql.Not, members)
    )


triggers = st.recursive(conditions, chains, max_leaves=7)

SPELLINGS = [
    lambda text: text,
    lambda text: f"({text})",
    lambda text: text.replace('"', "'") if "'" not in text else text,
    lambda text: text.replace(" = true", ""),
    lambda text: text.replace(" != ", "!="),
    lambda text: text.replace(" = ", "="),
    lambda text: text.replace(" >", ">"),
    lambda text: text.replace(" and ", "\n\tand "),
    lambda text: text.replace("(", "( ").replace(")", " )"),
    lambda text: text.replace(") or ", ")or "),
    lambda text: text.replace("!", "! "),
    lambda text: text.replace(".", " . "),
]


def spelled(trigger, spelling):
    """The trigger as a user could write it. A change of meaning makes another valid trigger."""
    text = spelling(fql.unparse(trigger))
    try:
        fql.parse(text)
    except fql.FQLError:
        return fql.unparse(trigger)
    return text


texts = st.builds(spelled, triggers, st.sampled_from(SPELLINGS))

values = st.one_of(words, words, scalars, st.lists(scalars, max_size=2))
objects = st.dictionaries(keys, values | st.dictionaries(keys, values, max_size=2), max_size=4)
events = st.fixed_dictionaries(
    {},
    optional={
        **dict.fromkeys(["type", "event", "name", "userId", "groupId"], values),
        **dict.fromkeys(["properties", "traits", "context"], objects),
    },
)


@settings(max_examples=3 * settings.default.max_examples)
@given(text=texts, some_events=st.lists(events, min_size=3, max_size=6))
def test_it_means_the_same_in_segment_unless_flagged(segment, text, some_events):
    found = differences(text, fql.parse(text))
    for event in some_events:
        ours = subscribed(text, event)
        if not found:
            assert segment.subscribed(text, event) is ours, event
        if not found or found[-1] == AGREED:
            assert segment.subscribed(subscribe_text(fql.parse(text)), event) is ours, (
                subscribe_text(fql.parse(text)),
                event,
            )


WHOLE = ['type = "a"', 'contains(name, "b")', "properties.x != 'y'", " and ", " or ", "traits.", " ", "\r"]
PIECES = 'type event properties.a x = != <= > in null true contains( match( ! ( ) [ ] . , " \' "a" "*b" 5 - .5 \\ ü'
pieces = st.sampled_from([*WHOLE, *WHOLE, *PIECES.split()])


@settings(max_examples=3 * settings.default.max_examples)
@given(text=texts | st.lists(pieces, max_size=14).map("".join))
@example(text="properties.a=")
@example(text="type=nu😀")
def test_it_predicts_how_segment_parses_any_text(segment, text):
    # It reads any word as an operator, and finds one of this name. Our language has no equivalent.
    assume(not re.search(r"\b(?!and\b|or\b)[\w.]+\s*contains\(", text))
    theirs = segment.read(text)
    assert parse_as_segment(text) == (None if theirs is None else instruction(theirs))


def instruction(node):
    """A condition of Segment's client as our instruction, in the form of ``parse_as_segment``."""
    if node is None:
        return ["nothing"]
    if node["type"] == "group":
        flat = [node["operator"]]
        for child in map(instruction, node["children"]):
            flat += child[1:] if child[0] == node["operator"] else [child]
        return flat if len(node["children"]) > 1 else instruction(node["children"][0])
    roots = {
        "event-type": "type",
        "event-property": "properties",
        "event-trait": "traits",
        "event-context": "context",
    }
    keys = re.findall(r"[^\[.\]]+", node["name"]) if "name" in node else []
    if "name" in node and not keys:
        return ["throws"]
    path = [roots.get(node["type"], node["type"]), *keys]
    operator, value = node["operator"], node.get("value")
    text = "NaN" if value is None else fql_text(value)
    kind = operator.removeprefix("not_")
    negation = "!" if kind != operator else ""
    if kind == "contains":
        return [f"{negation}contains", path, text]
    if kind in ("starts_with", "ends_with"):
        glob = [text, ["*"]] if kind == "starts_with" else [["*"], text]
        return [f"{negation}match", path, [part for part in glob if part]]
    if kind == "exists":
        return ["=" if negation else "!=", path, None]
    if operator in ("is_true", "is_false"):
        return ["=", path, operator == "is_true"]
    if operator in ("number_equals", "number_not_equals"):
        return ["never"] if value is None else ["=" if operator == "number_equals" else "!=", path, value]
    if operator in ("=", "!="):
        return [operator, path, text]
    if operator in ("<", "<=", ">", ">=") and parse_js_number(text) is not None:
        return [operator, path, parse_js_number(text)]
    return ["never"]


@pytest.mark.parametrize(
    ("text", "event"),
    [
        ('lowercase(event) = "a"', {"event": "A"}),
        ('groupId = "a"', {"groupId": "a"}),
        ('type.x != "a"', {"type": "a"}),
        ("properties != null", {"properties": {}}),
        ('properties["a.b"] = 1', {"properties": {"a.b": 1}}),
        ("properties.constructor != null", {"properties": {}}),
        ('"a" in properties.list', {"properties": {"list": ["a"]}}),
        ("contains(event, traits.plan)", {"event": "a b", "traits": {"plan": "a"}}),
        ('contains(type, "a")', {"type": "a"}),
        ('match(event, "a?")', {"event": "ab"}),
        ("event = 'say \"hi\"'", {"event": 'say "hi"'}),
        ("event = null", {}),
        ("properties.a != true", {"properties": {"a": True}}),
        ("!(properties.a = true)", {"properties": {"a": True}}),
        ("!(properties.a = 5)", {"properties": {"a": 5}}),
        ("!(properties.a > 5)", {"properties": {"a": 6}}),
        ('!(contains(event, "a"))', {"event": "a"}),
    ],
)
def test_it_flags_triggers_that_segment_cannot_express(segment, text, event):
    assert AGREED not in differences(text, fql.parse(text))
    assert differences(text, fql.parse(text))
    assert segment.subscribed(subscribe_text(fql.parse(text)), event) is not subscribed(text, event)


@pytest.mark.parametrize(
    ("text", "event"),
    [
        ("type = 'a'", {"type": "a"}),
        ('type = "a" and event = "b" or name = "c"', {"type": "a"}),
        ('type = "a" and (contains(event, "b") or name = "c")', {"type": "x", "name": "c"}),
        ('type = "a" and (event = "b" or (name = "c" and userId = "d"))', {"type": "a", "event": "b"}),
        ('!(type = "a")', {"type": "a"}),
        ('type in ["a"]', {"type": "a"}),
        ("properties.x = 1e3", {"properties": {"x": 1000}}),
        ("properties.x[0] = 1", {"properties": {"x": [1]}}),
        ('properties.x ["y"] = "z"', {"properties": {"x": {"y": "z"}}}),
        ("properties.paid", {"properties": {"paid": True}}),
        ('match(event, "abc")', {"event": "xbc"}),
        ('match(event, "*b*")', {"event": "abc"}),
        ('type!="a"', {"type": "b"}),
        ("properties.x>5", {"properties": {"x": 6}}),
        ('type = "a"\r\nand event = "b"', {"type": "a", "event": "c"}),
        ('type = "track"and event = "b"', {"type": "track", "event": "c"}),
    ],
)
def test_it_publishes_text_that_segment_reads_alike(segment, text, event):
    assert differences(text, fql.parse(text))[-1] == AGREED
    assert segment.subscribed(text, event) is not subscribed(text, event)
    assert segment.subscribed(subscribe_text(fql.parse(text)), event) is subscribed(text, event)
