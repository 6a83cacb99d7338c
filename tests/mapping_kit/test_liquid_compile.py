"""Liquid templates compile to instructions without no-ops."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fullstory_dest.mapping_kit import liquid

X = ["path", "x"]


def values(template):
    """The instruction of the value in `{{ template }}`."""
    compiled = liquid.compile("{{ " + template + " }}")
    assert compiled[0] == "liquid"
    [[tag, value]] = compiled[1:]
    assert tag == "echo"
    return value


@pytest.mark.parametrize(
    ("template", "instruction"),
    [
        ("", ""),
        ("plain } text % {", "plain } text % {"),
        ("a{{ 'b' }}{% comment %}{{ c | }}{% endcomment %}{% # d %}e", "abe"),
        ("{% raw %}{{ x }}{% endraw %}", "{{ x }}"),
        ("a{{ x }}b", ["liquid", "a", ["echo", X], "b"]),
        ("{% echo x %}{% echo %}", ["liquid", ["echo", X]]),
        ("{% assign y = x %}", ["liquid", ["assign", "y", X]]),
        ("{% capture y %}a{{ x }}{% endcapture %}", ["liquid", ["capture", "y", ["a", ["echo", X]]]]),
        ("{% capture 'y z' %}{% endcapture %}", ["liquid", ["capture", "y z", []]]),
        ("{% increment x %}{% decrement x %}", ["liquid", ["increment", "x"], ["decrement", "x"]]),
        ("{% if x %}a{% endif %}", ["liquid", ["if", [[X, ["a"]]], []]]),
        (
            "{% if x %}a{% elsif 1 %}b{% elsif 2 %}c{% else %}d{% endif %}",
            ["liquid", ["if", [[X, ["a"]], [1, ["b"]], [2, ["c"]]], ["d"]]],
        ),
        (
            "{% unless x %}a{% elsif 1 %}b{% else %}c{% endunless %}",
            ["liquid", ["if", [[["not", X], ["a"]], [1, ["b"]]], ["c"]]],
        ),
        (
            "{% case x %} never {% when 1, 'b' or nil %}a{% when 2 %}b{% else %}c{% endcase %}",
            ["liquid", ["case", X, [[[1, "b", ["nil"]], ["a"]], [[2], ["b"]]], ["c"]]],
        ),
        ("a{% case x %}{% endcase %}", ["liquid", "a", ["case", X, [], []]]),
        ("{% case x %}{% else %}a{% endcase %}", ["liquid", ["case", X, [], ["a"]]]),
        (
            "{% liquid\n assign y = x\n if y\n  echo y\n endif\n # done\n%}",
            ["liquid", ["assign", "y", X], ["if", [[["path", "y"], [["echo", ["path", "y"]]]]], []]],
        ),
        ("{% liquid raw\n echo x\n endraw %}", "echo x\n"),
    ],
)
def test_it_compiles_templates(template, instruction):
    assert liquid.compile(template) == instruction


@pytest.mark.parametrize(
    ("template", "text"),
    [
        (" a {{- 'b' -}} c ", " abc "),
        (" a {%- echo 'b' -%} c ", " abc "),
        (" a \n\t{%- # x %} c ", " a c "),
        ("a {{- 'b' }} \n {{- 'c' -}} \n {{ 'd' }}", "abcd"),
        (" a {%- raw -%} b {% endraw -%} c", " a b c"),
        ("a {% comment -%} b {%- endcomment %} c", "a  c"),
        ("a\u00a0\u3000{{- 'b' }}", "ab"),
        ("{{'}}'}}{{ '{%' }}", "}}{%"),
        (r"""{{ 'a\'b\n\\\x\101\u00e9\ud83d\ude00' }}{{ "c'd" }}""", "a'b\n\\xAé😀c'd"),
    ],
)
def test_it_resolves_white_space_and_quotes(template, text):
    assert liquid.compile(template) == text


@pytest.mark.parametrize(
    ("value", "instruction"),
    [
        ("x", X),
        (".x", X),
        ("x-y?", ["path", "x-y?"]),
        ("größe.日本", ["path", "größe", "日本"]),
        ("x.a[0]['b c'][-1].d", ["path", "x", "a", 0, "b c", -1, "d"]),
        ("['x y'].z", ["path", "x y", "z"]),
        ("x[ y.z ]", ["path", "x", ["path", "y", "z"]]),
        ("x. y", ["path", "x", "y"]),
        ("truex", ["path", "truex"]),
        ("5x", ["path", "5x"]),
        ("1.2.3", ["path", "1", "2", "3"]),
        ("'abc'.size", ["of", "abc", "size"]),
        ("(1..3)[0]", ["of", ["range", 1, 3], 0]),
        ("( x .. y.z )", ["range", X, ["path", "y", "z"]]),
        ("5", 5),
        ("-5", -5),
        ("+5.0", 5),
        ("2.50", 2.5),
        ("5.", 5),
        ("true", True),
        ("false", False),
        ("nil", ["nil"]),
        ("null", ["nil"]),
        ("empty", ["empty"]),
        ("blank", ["blank"]),
        ("x == 1", ["==", X, 1]),
        ("x!=1", ["!=", X, 1]),
        ("x<1", ["<", X, 1]),
        ("x contains 'a'", ["contains", X, "a"]),
        ("not x == 1", ["not", ["==", X, 1]]),
        ("not not x", ["not", ["not", X]]),
        # Evaluated from right to left, whatever the operators.
        ("x == 1 == true", ["==", X, ["==", 1, True]]),
        ("x and 1 and 2", ["and", X, 1, 2]),
        ("x and 1 or 2", ["and", X, ["or", 1, 2]]),
        ("x or 1 and 2 or 3", ["or", X, ["and", 1, ["or", 2, 3]]]),
        ("not x and 1", ["and", ["not", X], 1]),
        ("x | upcase", ["|", X, ["upcase"]]),
        (
            "x == 1 | append : 'a' | plus: y, 2",
            ["|", ["==", X, 1], ["append", "a"], ["plus", ["path", "y"], 2]],
        ),
        ("x | default: 1, allow_false: true", ["|", X, ["default", 1, True]]),
        ("x | default: 1, allow_false: true, allow_false: false", ["|", X, ["default", 1, False]]),
        ("x | raw", X),
        ("x | jsonify: 2", ["|", X, ["json", 2]]),
        ("x | xml_escape", ["|", X, ["escape"]]),
        ("x | date_to_xmlschema", ["|", X, ["date", "%Y-%m-%dT%H:%M:%S%:z"]]),
    ],
)
def test_it_compiles_values(value, instruction):
    assert values(value) == instruction


def test_it_writes_numbers_like_javascript():
    assert json.dumps(values("-0")) == "-0.0"
    assert json.dumps(values("5.0")) == "5"
    assert values("12345678901234567890") == 12345678901234567000.0


def test_it_compiles_long_chains_to_flat_trees():
    assert values(" and ".join(["x"] * 150)) == ["and", *[X] * 150]
    assert values("x" + "|abs" * 200) == ["|", X, *[["abs"]] * 200]


def test_it_finds_used_names_at_any_depth():
    template = (
        "{% capture c %}{% if a | abs %}{% elsif b == nil %}{{ c[d] }}{% else %}"
        "{% case x %}{% when empty %}{{ (1..2) | join: y.z }}{% endcase %}{% endif %}{% endcapture %}"
    )
    used = set(liquid.used_names(liquid.compile(template)))
    assert used == {
        *(("liquidTags", name) for name in ["capture", "if", "echo", "case"]),
        *(("liquidValues", name) for name in ["|", "path", "==", "nil", "empty", "range"]),
        *(("liquidFilters", name) for name in ["abs", "join"]),
    }


PARTS = """
{{ }} {% %} {{- -}} {%- -%} a . [ ] ( ) | : , 'x' " ' 1 -2.5 == < = and not nil empty if else endif unless case when
endcase assign capture raw endraw comment endcomment liquid echo # upcase append é 😀 \\
"""
parts = st.sampled_from([*PARTS.split(), " ", "\n"])


@given(st.one_of(st.lists(parts, max_size=30).map(" ".join), st.text(max_size=60)))
def test_it_compiles_every_template_that_passes_the_check(template):
    problems = list(liquid.check(template))
    for problem in problems:
        assert 0 <= problem.position <= len(template)
        assert problem.message
    if not problems:
        compiled = liquid.compile(template)
        assert json.loads(json.dumps(compiled, allow_nan=False)) == compiled
