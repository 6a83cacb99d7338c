import time

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from fullstory_dest.fql import (
    And,
    Call,
    Compares,
    Contains,
    Equals,
    FQLError,
    Has,
    In,
    Match,
    Not,
    Or,
    Path,
    parse,
)

track = Equals(Path(("type",)), "=", "track")
order = Equals(Path(("event",)), "=", "Order")
paid = Equals(Path(("properties", "paid")), "=", True)


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("userId", ("userId",)),
        ("context.page.path", ("context", "page", "path")),
        (r"properties.product\ 1.price", ("properties", "product 1", "price")),
        (r"properties.\$set", ("properties", "$set")),
        (r"properties.gr\ö\ße", ("properties", "größe")),
        (r"properties.a\\b", ("properties", "a\\b")),
        ("properties.1st-visit_", ("properties", "1st-visit_")),
        ("properties.and.null.in", ("properties", "and", "null", "in")),
        ("properties . price", ("properties", "price")),
        ("android", ("android",)),
        (r"\orders", ("orders",)),
        (r"\and", ("and",)),
        ("nullable.inner", ("nullable", "inner")),
        # Segment's editor escapes the brackets of an index, and its client splits there.
        (r"properties.products\[0\].name", ("properties", "products", "0", "name")),
        (r"properties.a\.b", ("properties", "a", "b")),
        ("properties.products[0].name", ("properties", "products", "0", "name")),
        ('properties["a.b"]["say ""hi"""]', ("properties", "a.b", 'say "hi"')),
    ],
)
def test_it_reads_a_path(text, keys):
    assert parse(f"{text} = 1") == Equals(Path(keys), "=", 1)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('"track"', "track"),
        ("'track'", "track"),
        ("'say \"hi\"'", 'say "hi"'),
        ('"it\'s"', "it's"),
        ('"say ""hi"", it\'s me"', 'say "hi", it\'s me'),
        ('""', ""),
        # The lexer of @segment/fql-ts treats a backslash like any character.
        ('"C:\\"', "C:\\"),
        ('"a\\tb\nc"', "a\\tb\nc"),
        ("5", 5),
        ("-5", -5),
        ("+5", 5),
        ("05", 5),
        ("19.90", 19.9),
        ("-0", 0),
        ("1e3", 1000),
        ("1.5E-3", 0.0015),
        ("12345678901234567890", 12345678901234567168.0),
        ("true", True),
        ("false", False),
        ("null", None),
    ],
)
def test_it_reads_a_value(text, value):
    trigger = parse(f"properties.x = {text}")
    assert trigger == Equals(Path(("properties", "x")), "=", value)
    assert type(trigger.value) is type(value)


@pytest.mark.parametrize("operator", ["<", "<=", ">", ">="])
@pytest.mark.parametrize("number", ["5", '"5"', "' 5.0 '", "0.5e1"])
def test_it_reads_quoted_numbers_in_comparisons(operator, number):
    assert parse(f"properties.price {operator} {number}") == Compares(
        Path(("properties", "price")), operator, 5
    )


def test_it_needs_spaces_only_around_words():
    assert parse('type="track"and properties.price>=5') == And(
        (track, Compares(Path(("properties", "price")), ">=", 5))
    )


def test_it_reads_windows_line_endings():
    assert parse('type = "track"\r\n\tand event = "Order"\r\n') == And((track, order))


def test_it_reads_a_list():
    assert parse("userId in ['a', 1, true, null]") == In(Path(("userId",)), ("a", 1, True, None))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("'a'", "a"),
        ("-5", -5),
        ("true", True),
        ("null", None),
        ("traits.plan", Path(("traits", "plan"))),
        ("lowercase(event)", Call("lowercase", Path(("event",)))),
    ],
)
def test_it_reads_a_value_in_a_list_of_the_event(text, value):
    assert parse(f"{text} in properties.list") == Has(Path(("properties", "list")), value)


def test_it_binds_and_tighter_than_or():
    assert parse('properties.paid or type = "track" and event = "Order"') == Or((paid, And((track, order))))


def test_it_reads_parentheses():
    assert parse('(properties.paid or type = "track") and event = "Order"') == And((Or((paid, track)), order))


def test_it_reads_a_lone_operand_as_a_test_for_true():
    assert parse("properties.paid") == paid
    assert parse("!properties.paid") == Not(paid)
    assert parse("bool(userId)") == Equals(Call("bool", Path(("userId",))), "=", True)


def test_it_reads_nested_function_calls():
    assert parse('length(lowercase(event)) > 3 or typeof(traits.age) = "number"') == Or(
        (
            Compares(Call("length", Call("lowercase", Path(("event",)))), ">", 3),
            Equals(Call("typeof", Path(("traits", "age"))), "=", "number"),
        )
    )


def test_it_reads_contains_with_a_value_or_an_operand():
    assert parse('contains(event, "Order")') == Contains(Path(("event",)), "Order")
    assert parse("contains(event, 5)") == Contains(Path(("event",)), 5)
    assert parse("contains( lowercase(event), traits.plan )") == Contains(
        Call("lowercase", Path(("event",))), Path(("traits", "plan"))
    )


def test_it_distinguishes_a_negated_function_from_not():
    event = Path(("event",))
    assert parse('!contains(event, "a")') == Contains(event, "a", negated=True)
    assert parse('! match(event, "a*")') == Match(event, "a*", negated=True)
    assert parse('!(contains(event, "a"))') == Not(Contains(event, "a"))
    assert parse('!!match(event, "a*")') == Not(Match(event, "a*", negated=True))


@pytest.mark.parametrize(
    ("text", "position", "words"),
    [
        ("", 0, "empty"),
        ("  \n", 3, "empty"),
        ("track", 5, 'add a comparison, as in type = "track"'),
        ("event = Order Completed", 8, 'put text in quotes, as in "Order Completed"'),
        ("event = Order and type = 'track'", 8, 'as in "Order"'),
        ("event = “Order Completed”", 8, 'as in "Order Completed"'),
        ("contains(event, Order)", 16, 'as in "Order"'),
        ("match(event, Order)", 13, "a pattern in quotes"),
        ("match(event, 5)", 13, "a pattern in quotes"),
        ('event = "Order', 8, 'no closing "'),
        ('event = "say \\"hi\\""', 15, "to put a quote in text, write it twice"),
        ('type == "track"', 5, "did you mean =?"),
        ('type <> "track"', 5, "did you mean !=?"),
        ("type => 5", 5, "did you mean >=?"),
        ('type = "a" AND type = "b"', 11, "did you mean and?"),
        ('type = "a" && type = "b"', 11, "did you mean and?"),
        ('(type = "a")or(type = "b")', 12, "put a space after or"),
        ('type = "a" and and type = "b"', 15, "found and"),
        ('type = "a" and', 14, "found the end"),
        ('type = "a" type = "b"', 11, 'Expected "and", "or" or the end'),
        ('(type = "a"', 11, '")"'),
        ('type = "a")', 10, "found )"),
        ('not(type = "a")', 0, 'write "!" for not'),
        ('!type = "a"', 1, "parentheses"),
        ("propeties.price = 5", 0, "did you mean properties?"),
        ('$.event = "a"', 0, "remove $., which is for the paths in fields"),
        ('type = "a" and Event = "b"', 15, "did you mean event?"),
        ('user_id = "a"', 0, "did you mean userId?"),
        ("lenght(event) > 5", 0, "did you mean length?"),
        ('includes(event, "a")', 0, "Unknown function includes"),
        ('length(contains(event, "a")) = 1', 7, "can't be an argument"),
        ('contains(event, "a") = true', 21, "can't be compared"),
        ('contains("a", event)', 9, "a field of the event"),
        ('lowercase("A") = event', 10, "a field of the event"),
        ('"track" = type', 0, "write the field first"),
        ("null = type", 0, "write the field first"),
        ('"a" in ["a"]', 7, "put a field before or after in"),
        ('!"a" in properties.list', 1, "parentheses"),
        ('"a" in 5', 7, "a field of the event"),
        ('context.page.path contains "/x"', 18, 'write contains(field, "text")'),
        ('event match "Order *"', 6, 'write match(field, "text")'),
        ("contains(event)", 14, "the second argument of contains"),
        ("length(event, 5) = 1", 12, '")"'),
        ('type in "track"', 8, 'a list, such as ["a", "b"]'),
        ("type in []", 9, "found ]"),
        ('type in ["a", ["b"]]', 14, "use in with a list"),
        ('type in ["a" "b"]', 13, '","'),
        ('properties.tags = ["a"]', 18, "use in with a list"),
        ('properties.price > "dear"', 19, "Expected a number"),
        ("properties.price > true", 19, "Expected a number"),
        ("properties.price > null", 19, "Expected a number"),
        ('properties.price > ""', 19, "Expected a number"),
        ('properties.price > "Infinity"', 19, "Expected a number"),
        ("properties.price = 1e999", 19, "too large"),
        ("properties.price = 5.", 19, "found 5."),
        ("properties.price = .5", 19, "found .5"),
        ("properties.price = 1.2.3", 19, "found 1.2.3"),
        ("properties.price = 5abc", 19, "found 5abc"),
        ("properties.price = -", 19, "found -"),
        ("properties.$set = 1", 11, "backslash"),
        ("properties.größe = 1", 13, "\\ö"),
        ("$set = 1", 0, "\\$"),
        ("properties..x = 1", 11, 'the name of a field after "."'),
        ("properties.", 11, "found the end"),
        (r"properties.\[\] = 1", 11, "Expected the name of a field"),
        ("properties.\\", 11, "found \\"),
        ("properties[x] = 1", 11, "a name in quotes"),
        ('match(event, "a[bc")', 15, 'no closing "]"'),
        ('match(event, "a[]")', 15, "empty"),
        ('match(event, "[z-a]")', 15, "in the wrong order"),
        ('match(event, "[^a]")', 15, "can't be negated"),
        ('match(event, """[^a]")', 17, "can't be negated"),
        ('match(event, "a\\")', 15, "Nothing follows the backslash"),
        ('event = "a\0b"', 10, "U+0000"),
        ('event = "\ud800"', 9, "U+D800"),
    ],
)
def test_it_locates_mistakes(text, position, words):
    with pytest.raises(FQLError) as caught:
        parse(text)
    assert words in caught.value.message
    assert (caught.value.source, caught.value.position) == (text, position)


@pytest.mark.parametrize(
    ("operator", "suggestion"),
    [
        ("==", "="),
        ("===", "="),
        ("!==", "!="),
        ("<>", "!="),
        ("=<", "<="),
        ("=>", ">="),
    ],
)
def test_it_suggests_an_operator_for_that_of_other_languages(operator, suggestion):
    with pytest.raises(FQLError, match=f"did you mean {suggestion}\\?"):
        parse(f"properties.n {operator} 5")


@pytest.mark.parametrize(
    ("operator", "suggestion"),
    [("&&", "and"), ("||", "or"), ("AND", "and"), ("OR", "or"), ("And", "and"), ("Or", "or")],
)
def test_it_suggests_and_and_or_for_those_of_other_languages(operator, suggestion):
    with pytest.raises(FQLError, match=f"did you mean {suggestion}\\?"):
        parse(f"userId = 1 {operator} userId = 2")


@pytest.mark.parametrize(
    ("text", "expected"),
    [("propeties.price = 5", ("properties",)), ("lenght(event) > 5", ("length",))],
)
def test_it_expects_what_it_suggests(text, expected):
    with pytest.raises(FQLError) as caught:
        parse(text)
    assert caught.value.expected == expected


def test_it_shows_the_line_with_a_caret():
    with pytest.raises(FQLError) as caught:
        parse('type = "track" and\n\tevent = Order\n')
    assert str(caught.value) == (
        "Expected text in quotes, a number, true, false or null, but found Order; "
        'put text in quotes, as in "Order"\n'
        "    \tevent = Order\n"
        "    \t        ^"
    )
    assert caught.value.expected == ("text in quotes", "a number", "true", "false", "null")


def test_it_shows_only_part_of_a_long_line():
    text = f"{'type = 1 or ' * 100}event = Order{' or type = 1' * 100}"
    with pytest.raises(FQLError) as caught:
        parse(text)
    _, line, marker = str(caught.value).splitlines()
    assert len(line) <= 104
    assert line[marker.index("^") :].startswith("Order")


def test_it_accepts_an_escaped_name_that_looks_like_a_typo():
    assert parse(r"\names = 1") == Equals(Path(("names",)), "=", 1)


@pytest.mark.parametrize(
    "name",
    [
        "length",
        "lowercase",
        "uppercase",
        "snakecase",
        "kebabcase",
        "titlecase",
        "typeof",
        "bool",
        "string",
        "number",
    ],
)
def test_it_compares_the_result_of_each_function(name):
    assert parse(f"{name}(event) = 1") == Equals(Call(name, Path(("event",))), "=", 1)


@pytest.mark.parametrize("name", ["experiment", "parties", "usertype", "time"])
def test_it_accepts_fields_that_segment_does_not_know(name):
    assert parse(f"{name}.variant = 1") == Equals(Path((name, "variant")), "=", 1)


def test_it_nests_a_hundred_levels_deep():
    assert parse("(" * 100 + 'type = "track"' + ")" * 100) == track
    assert parse("!" * 99 + "(" + 'type = "track"' + ")")
    assert parse("lowercase(" * 100 + "event" + ")" * 100 + ' = "x"')


@pytest.mark.parametrize("opening", ["(", "!", "lowercase(", "!(", 'type = "a" and (type = "b" or '])
def test_it_refuses_deeper_nesting(opening):
    with pytest.raises(FQLError, match="at most 100 nested levels"):
        parse(opening * (4_900 // len(opening)))


def test_it_accepts_at_most_5000_characters():
    text = "type = 1 or " * 416
    assert len(parse((text + "type=1").ljust(5_000)).triggers) == 417
    with pytest.raises(FQLError, match="at most 5,000 characters"):
        parse(text.ljust(5_001))


hostile = st.sampled_from(
    [
        '"',
        "'",
        '""',
        "\\",
        "(",
        ")",
        "[",
        "]",
        "!",
        "=",
        "a",
        "and",
        "or ",
        "in ",
        " ",
        ".",
        "0",
        "-",
        "e",
        "*",
    ]
)


def error_in(text):
    try:
        parse(text)
    except FQLError as error:
        return error
    return None


@settings(deadline=None)
@given(st.text() | st.lists(hostile, max_size=30).map("".join))
@example('"' * 2_501)
def test_it_parses_any_text_or_raises_an_fql_error(text):
    error = error_in(text)
    assert error is None or 0 <= error.position <= len(text)
    assert error is None or str(error).endswith("^")


@settings(deadline=None)
@given(hostile, hostile, hostile)
@example("'", "''", "x")
@example("a", "a", "a")
@example("type = 1 or ", "a", "")
def test_it_is_fast_on_any_text(first, middle, last):
    started = time.process_time()
    for text in (first + middle * 5_000 + last, (first + middle + last) * 5_000):
        str(error_in(text[:5_000]))
    assert time.process_time() - started < 0.5


@pytest.mark.parametrize(
    "field",
    [
        "type",
        "event",
        "name",
        "userId",
        "anonymousId",
        "groupId",
        "previousId",
        "category",
        "integrations",
        "messageId",
        "timestamp",
        "originalTimestamp",
        "sentAt",
        "receivedAt",
        "version",
        "channel",
        "projectId",
        "writeKey",
        "_metadata",
    ],
)
def test_it_reads_the_fields_of_segments_events(field):
    assert parse(f'{field} = "a"') == Equals(Path((field,)), "=", "a")
