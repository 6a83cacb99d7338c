import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fullstory_dest.fql import (
    And,
    Call,
    Compares,
    Contains,
    Equals,
    Has,
    In,
    Match,
    Not,
    Or,
    Path,
    parse,
    unparse,
)
from fullstory_dest.fql.vocabulary import EVENT_FIELDS, FUNCTIONS

text = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=8) | st.sampled_from(
    [
        "",
        "and",
        "or",
        "in",
        "null",
        "true",
        "names",
        "0",
        "a.b",
        "a[0]",
        "\\",
        "'",
        '"',
        "'\"",
        "*",
        "product 1",
    ]
)
roots = st.sampled_from(EVENT_FIELDS) | text.filter(lambda key: key and not set(key) & set(".[]"))
paths = st.builds(lambda root, keys: Path((root, *keys)), roots, st.lists(text, max_size=3))
operands = st.recursive(paths, lambda inner: st.builds(Call, st.sampled_from(FUNCTIONS), inner), max_leaves=3)
numbers = st.integers(-(2**53), 2**53) | st.floats(allow_nan=False, allow_infinity=False)
scalars = text | numbers | st.booleans() | st.none()
# A path of one unknown word reads like text without its quotes.
parts = scalars | operands.filter(
    lambda operand: not isinstance(operand, Path) or len(operand.keys) > 1 or operand.keys[0] in EVENT_FIELDS
)
patterns = text.map(lambda pattern: pattern.replace("[", "").replace("\\", "")) | st.sampled_from(
    ["a*", "*a", "?", "[a-z]", r"\*", r"[\]]", "[a-]"]
)
conditions = st.one_of(
    st.builds(Equals, operands, st.sampled_from(["=", "!="]), scalars),
    st.builds(Compares, operands, st.sampled_from(["<", "<=", ">", ">="]), numbers),
    st.builds(In, operands, st.lists(scalars, min_size=1, max_size=3).map(tuple)),
    st.builds(Has, operands, scalars | operands),
    st.builds(Contains, operands, parts, st.booleans()),
    st.builds(Match, operands, patterns, st.booleans()),
)
triggers = st.recursive(
    conditions,
    lambda inner: st.one_of(
        st.builds(Not, inner),
        st.builds(And, st.lists(inner, min_size=2, max_size=3).map(tuple)),
        st.builds(Or, st.lists(inner, min_size=2, max_size=3).map(tuple)),
    ),
    max_leaves=8,
)


@settings(deadline=None)
@given(triggers)
def test_it_prints_text_that_parses_to_the_same_tree(trigger):
    assert parse(unparse(trigger)) == trigger


@settings(deadline=None)
@given(triggers)
def test_it_prints_the_same_text_again(trigger):
    printed = unparse(trigger)
    assert unparse(parse(printed)) == printed


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("type='track'", 'type = "track"'),
        ("((type='track'))", 'type = "track"'),
        ("properties.a=1 and ( properties.b=2 )", "properties.a = 1 and properties.b = 2"),
        ("type=1 and (type=2 or type=3)", "type = 1 and (type = 2 or type = 3)"),
        ("type=1 or (type=2 and type=3)", "type = 1 or type = 2 and type = 3"),
        ("type=1 or (type=2 or type=3)", "type = 1 or (type = 2 or type = 3)"),
        ("properties.price > '5.50'", "properties.price > 5.5"),
        ("properties.paid", "properties.paid = true"),
        ("! contains( event,'a' )", '!contains(event, "a")'),
        ("!(contains(event,'a'))", '!(contains(event, "a"))'),
        ("!(!(! !(properties.paid)))", "!!!!(properties.paid = true)"),
        (r"properties.products\[0\].product\ 1 = 1", r"properties.products[0].product\ 1 = 1"),
        ("properties['a.b'] = 'say \"hi\"'", 'properties["a.b"] = \'say "hi"\''),
        ("'a' in properties.list", '"a" in properties.list'),
        ("type in ['a',1,null]", 'type in ["a", 1, null]'),
        ("properties.x = 1e21", "properties.x = 1e+21"),
    ],
)
def test_it_normalizes_text(text, printed):
    assert unparse(parse(text)) == printed


def test_it_escapes_keys_that_segments_lexer_misreads():
    assert unparse(parse("properties.1st = 1")) == r"properties.\1st = 1"
    assert unparse(parse("properties.and = 1")) == r"properties.\and = 1"


@pytest.mark.parametrize(
    "text", ["!" * 99 + '(type = "a")', "!" * 99 + "properties.paid", "!(" * 50 + 'type = "a"' + ")" * 50]
)
def test_it_prints_the_deepest_triggers_no_deeper(text):
    assert parse(unparse(parse(text))) == parse(text)


@pytest.mark.parametrize("key", ["", "a.b", "a[0]"])
def test_it_refuses_a_path_that_cannot_be_written(key):
    with pytest.raises(ValueError, match="can't begin with"):
        unparse(Equals(Path((key,)), "=", 1))
