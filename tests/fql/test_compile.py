import json

import pytest

from fullstory_dest.fql import compile, parse


@pytest.mark.parametrize(
    ("text", "instruction"),
    [
        ('type = "track"', ["=", ["type"], "track"]),
        ("properties.price != 5", ["!=", ["properties", "price"], 5]),
        ("properties.paid = true", ["=", ["properties", "paid"], True]),
        ("properties.paid != true", ["!=", ["properties", "paid"], True]),
        ("traits.email != null", ["!=", ["traits", "email"], None]),
        ("properties.price >= '5'", [">=", ["properties", "price"], 5]),
        ("type in ['track', 'page']", ["in", ["type"], ["track", "page"]]),
        ("'a' in properties.list", ["has", ["properties", "list"], "a"]),
        ("event in traits.events", ["has", ["traits", "events"], ["event"]]),
        ('contains(event, "Order")', ["contains", ["event"], "Order"]),
        ('!contains(event, "Order")', ["!contains", ["event"], "Order"]),
        ('!(contains(event, "Order"))', ["!", ["contains", ["event"], "Order"]]),
        (
            "contains(lowercase(event), traits.plan)",
            ["contains", {"lowercase": [["event"]]}, ["traits", "plan"]],
        ),
        (
            "length(string(traits.age)) = 2",
            ["=", {"length": [{"string": [["traits", "age"]]}]}, 2],
        ),
        ('match(event, "Order *")', ["match", ["event"], ["Order ", ["*"]]]),
        ('!match(event, "Order *")', ["!match", ["event"], ["Order ", ["*"]]]),
        ("groupId = 5", ["=", ["groupId"], 5]),
        ("context.type = 5", ["=", ["context", "type"], 5]),
    ],
)
def test_it_compiles_triggers(text, instruction):
    assert json.dumps(compile(parse(text))) == json.dumps(instruction)


@pytest.mark.parametrize("field", ["type", "event", "name", "userId"])
@pytest.mark.parametrize(
    ("number", "as_text"),
    [
        ("5", "5"),
        ("05", "5"),
        ("-0", "0"),
        ("1.0", "1"),
        ("0.10", "0.1"),
        ("12345678901234567890", "12345678901234567000"),
        ("123456789012345678901234", "1.2345678901234569e+23"),
        ("1e21", "1e+21"),
        ("0.000001", "0.000001"),
        ("-0.0000001", "-1e-7"),
        ("5e-324", "5e-324"),
    ],
)
def test_it_compares_text_fields_with_the_text_of_a_number(field, number, as_text):
    assert compile(parse(f"{field} = {number}")) == ["=", [field], as_text]
    assert compile(parse(f"{field} != {number}")) == ["!=", [field], as_text]
    assert compile(parse(f"{field} in [{number}]")) == ["in", [field], [as_text]]
    assert compile(parse(f"contains({field}, {number})")) == ["contains", [field], as_text]


def test_it_orders_text_fields_as_numbers():
    assert compile(parse("userId > 5")) == [">", ["userId"], 5]


@pytest.mark.parametrize("field", ["type", "event", "name"])
def test_it_compares_text_fields_with_the_text_of_true(field):
    assert compile(parse(f"{field} = true")) == ["=", [field], "true"]


def test_it_compares_the_user_id_with_true_itself():
    assert compile(parse("userId = true")) == ["=", ["userId"], True]


@pytest.mark.parametrize("field", ["type", "event", "name", "userId", "properties.x"])
def test_it_compares_every_field_with_null(field):
    assert compile(parse(f"{field} = null"))[2] is None
    assert compile(parse(f"{field} != null"))[2] is None


@pytest.mark.parametrize(("value", "part"), [("true", "true"), ("null", "null"), ("1.50", "1.5")])
def test_it_converts_the_searched_part_to_text(value, part):
    assert compile(parse(f"contains(properties.x, {value})")) == ["contains", ["properties", "x"], part]


def test_it_flattens_chains_of_one_operator():
    a, b, c, d = (["=", ["properties", name], 1] for name in "abcd")
    text = "properties.{} = 1".format
    assert compile(parse(f"({text('a')} or ({text('b')} or {text('c')})) or {text('d')}")) == [
        "or",
        a,
        b,
        c,
        d,
    ]
    assert compile(parse(f"({text('a')} and {text('b')}) and ({text('c')} or {text('d')})")) == [
        "and",
        a,
        b,
        ["or", c, d],
    ]
    assert compile(parse(f"!({text('a')} or {text('b')}) or {text('c')}")) == ["or", ["!", ["or", a, b]], c]


@pytest.mark.parametrize(
    ("pattern", "glob"),
    [
        ("", []),
        ("abc", ["abc"]),
        ("*", [["*"]]),
        ("**a**", [["*"], "a", ["*"]]),
        ("a??d", ["a", ["?"], ["?"], "d"]),
        ("ab[cC]d", ["ab", ["[]", "cC"], "d"]),
        ("[a-z0-9_]", [["[]", "_", ["a", "z"], ["0", "9"]]]),
        ("[-a]", [["[]", "-a"]]),
        ("[a-]", [["[]", "a-"]]),
        ("[a-a]", [["[]", ["a", "a"]]]),
        (r"[\]\-\\]", [["[]", "]-\\"]]),
        (r"[\a-\z]", [["[]", ["a", "z"]]]),
        ("[aab]", [["[]", "ab"]]),
        ("[*?]", [["[]", "*?"]]),
        (r"ab\*d\?\\", ["ab*d?\\"]),
        ("a]b", ["a]b"]),
        ("[😀-😎]?", [["[]", ["😀", "😎"]], ["?"]]),
    ],
)
def test_it_splits_patterns_into_parts(pattern, glob):
    assert compile(parse(f'match(event, "{pattern}")')) == ["match", ["event"], glob]
