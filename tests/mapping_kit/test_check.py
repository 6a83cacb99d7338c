import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fullstory_dest.mapping_kit import check, compile
from fullstory_dest.mapping_kit.template import directives


@pytest.mark.parametrize(
    "template",
    [
        None,
        5,
        "text",
        [],
        {},
        {"name": {"@path": "$.event"}, "list": [1, {"@path": "a"}], "_metadata": {"a": 1}},
        {"@path": "$.event", "_metadata": {"label": "Event"}},
        {"@path": {"@template": "properties.{{properties.key}}"}},
        {"@template": "{{ traits.name }} {{{traits.email}}} {{"},
        {"@template": {"@if": {"exists": {"@path": "a"}, "then": "{{a}}", "else": {"@path": "b"}}}},
        {"@literal": {"a": None}},
        {"@if": {"exists": {"@path": "a"}}},
        {"@if": {"blank": "x", "exists": None, "then": None, "else": False}},
        {"@case": {"operator": "lower"}},
        {"@replace": {"pattern": "0123456789", "value": {"@path": "a"}}},
        {
            "@replace": {
                "pattern": "a",
                "replacement": "",
                "pattern2": None,
                "replacement2": None,
                "ignorecase": True,
                "global": False,
                "value": "",
            }
        },
        {"@arrayPath": ["$.properties.products"]},
        {"@arrayPath": ["$.properties.products", None]},
        {"@arrayPath": [{"@path": "a"}, {"id": {"@path": "$.id"}}]},
        {"@flatten": {"value": None, "separator": "."}},
        {"@json": {"mode": "encode", "value": {}}},
        {"@merge": {"objects": [], "direction": "left"}},
        {"@transform": {"apply": {}, "mapping": {"@path": "a"}}},
        {"@excludeWhenNull": None},
    ],
)
def test_it_accepts_valid_templates(template):
    assert check(template) == []


@pytest.mark.parametrize(
    ("template", "pointer", "words"),
    [
        ({"a": {"@path": "x", "b": 1}}, "/a", "expected no other keys next to @path, found 'b'"),
        ({"@path": "x", "@template": "y"}, "", "expected a single key with an @, found @path, @template"),
        ({"a": [1, {"@paht": "x"}]}, "/a/1/@paht", "unknown directive @paht; did you mean @path?"),
        ({"@": "x"}, "/@", "unknown directive @"),
        ({"@path": 5}, "/@path", "expected a string or a directive, found a number"),
        ({"@path": {"a": 1}}, "/@path", "found an object"),
        ({"@path": {"@path": []}}, "/@path/@path", "found an array"),
        ({"@template": 5}, "/@template", "expected a string or a directive, found a number"),
        ({"@template": {"@path": 5}}, "/@template/@path", "found a number"),
        ({"@template": "{{ {{{a}}} }}"}, "/@template", "placeholders can't be nested"),
        (
            {"@template": {"@if": {"exists": {"@path": "x"}, "else": {"@literal": "{{ {{{a}}} }}"}}}},
            "/@template",
            "placeholders can't be nested",
        ),
        ({"@literal": {"@literal": {"@x": 1}}}, "/@literal/@literal/@x", "unknown directive @x"),
        ({"@if": "x"}, "/@if", "expected an object with exists, blank, then, else, found a string"),
        ({"@if": {"@path": "x"}}, "/@if", "found a directive"),
        ({"@if": {"then": 1}}, "/@if", 'expected a condition: "exists" or "blank"'),
        ({"@if": {"exists": False, "blank": ""}}, "/@if", "expected a condition"),
        ({"@if": {"exists": 1, "esle": 2}}, "/@if/esle", "unknown option; did you mean else?"),
        ({"@if": {"exists": 1, "then": {"@path": None}}}, "/@if/then/@path", "found null"),
        ({"@case": {"value": "x"}}, "/@case", '"operator" is missing'),
        (
            {"@case": {"operator": "Lower"}},
            "/@case/operator",
            'expected "lower" or "upper", found "Lower"',
        ),
        ({"@case": {"operator": "lower", "value": 5}}, "/@case/value", "string or a directive"),
        ({"@replace": {"value": "x"}}, "/@replace", '"pattern" is missing'),
        ({"@replace": {"pattern": "a"}}, "/@replace", '"value" is missing'),
        (
            {"@replace": {"pattern": "", "value": "x"}},
            "/@replace/pattern",
            "1 to 10 characters, found 0",
        ),
        ({"@replace": {"pattern": "😀" * 6, "value": "x"}}, "/@replace/pattern", "found 12"),
        ({"@replace": {"pattern": "a", "replacement": None, "value": "x"}}, "/@replace/replacement", "null"),
        ({"@replace": {"pattern": "a", "pattern2": 5, "value": "x"}}, "/@replace/pattern2", "a number"),
        ({"@replace": {"pattern": "a", "global": "yes", "value": "x"}}, "/@replace/global", "true or false"),
        ({"@arrayPath": "$.products"}, "/@arrayPath", "expected an array"),
        ({"@arrayPath": []}, "/@arrayPath", "found 0 items"),
        ({"@arrayPath": ["a", {}, {}]}, "/@arrayPath", "found 3 items"),
        ({"@arrayPath": [5]}, "/@arrayPath/0", "string or a directive"),
        ({"@arrayPath": ["a", "b"]}, "/@arrayPath/1", "expected an object or a directive"),
        ({"@arrayPath": ["a", {"b": {"@path": 5}}]}, "/@arrayPath/1/b/@path", "a number"),
        ({"@flatten": {"value": 1}}, "/@flatten", '"separator" is missing'),
        ({"@flatten": {"separator": "."}}, "/@flatten", '"value" is missing'),
        ({"@flatten": {"separator": "", "value": 1}}, "/@flatten/separator", "found 0"),
        ({"@flatten": {"separator": {"@path": "x"}, "value": 1}}, "/@flatten/separator", "a directive"),
        ({"@json": {"mode": "ENCODE", "value": 1}}, "/@json/mode", 'expected "encode" or "decode"'),
        (
            {"@json": {"mode": "encode", "value": 0}},
            "/@json/value",
            "expected a template, found a number",
        ),
        ({"@merge": {"objects": {}, "direction": "left"}}, "/@merge/objects", "expected an array"),
        ({"@merge": {"objects": [{}, 5], "direction": "left"}}, "/@merge/objects/1", "found a number"),
        ({"@merge": {"objects": []}}, "/@merge", '"direction" is missing'),
        ({"@merge": {"objects": [], "direction": ["left"]}}, "/@merge/direction", "found an array"),
        ({"@transform": {"mapping": {}}}, "/@transform", '"apply" is missing'),
        ({"@transform": {"apply": "x", "mapping": {}}}, "/@transform/apply", "found a string"),
        ({"@excludeWhenNull": {"@path": 1}}, "/@excludeWhenNull/@path", "a number"),
        ({"@liquid": 5}, "/@liquid", "expected a string, found a number"),
        ({"a": [{"@liquid": "{{ a | upcas }}"}]}, "/a/0/@liquid", "did you mean upcase?"),
        ({"a": {"__proto__": 1}}, "/a/__proto__", "isn't allowed"),
        ({"@literal": {"__proto__": 1}}, "/@literal/__proto__", "isn't allowed"),
        ({"a": float("nan")}, "/a", "finite"),
        ({"a": [float("-inf")]}, "/a/0", "finite"),
        ({"a": 10**400}, "/a", "a number that JavaScript can represent"),
        ({"a": "x\0"}, "/a", "U+0000"),
        ({"a": "\ud800"}, "/a", "U+D800"),
        ({"a": {"\udfff": 1}}, "/a", "U+DFFF"),
        ({"a": b"x"}, "/a", "expected a JSON value, found bytes"),
        ({5: "x"}, "", "strings as keys, found a number"),
    ],
)
def test_it_locates_mistakes(template, pointer, words):
    (problem,) = check(template)
    assert problem.pointer == pointer
    assert words in problem.message


def test_it_finds_every_problem():
    template = {
        "name": {"@paht": "x"},
        "list": [{"@case": {"operator": "x", "value": 1}}, {"@path": 1}],
        "more": {"@if": {"exists": {"@path": 1}, "then": {"@path": 2}}},
    }
    assert [problem.pointer for problem in check(template)] == [
        "/name/@paht",
        "/list/0/@case/operator",
        "/list/0/@case/value",
        "/list/1/@path",
        "/more/@if/exists/@path",
        "/more/@if/then/@path",
    ]


def nested(depth):
    template = "x"
    for _ in range(depth):
        template = {"a": template}
    return template


def test_it_allows_32_levels_of_nesting():
    assert check(nested(32)) == []
    (problem,) = check(nested(33))
    assert problem.pointer == "/a" * 32
    assert "at most 32 nested levels" in problem.message


def test_it_refuses_extreme_nesting():
    assert "at most 32 nested levels" in check(nested(100_000))[0].message


def test_it_allows_5000_values():
    assert check([None] * 4_999) == []
    assert check([None] * 5_000)[0].message == "expected at most 5,000 values"


def test_it_allows_100000_characters_of_text():
    assert check({"a" * 40_000: "b" * 60_000}) == []
    for template in ["b" * 100_001, {"a" * 100_001: 1}]:
        assert check(template)[0].message == "expected at most 100,000 characters of text"


names = st.sampled_from([*directives, "@x", "_metadata"])
option_names = st.sampled_from(
    [
        "exists",
        "blank",
        "then",
        "else",
        "operator",
        "value",
        "pattern",
        "replacement",
        "pattern2",
        "replacement2",
        "ignorecase",
        "global",
        "separator",
        "omitArrays",
        "mode",
        "objects",
        "direction",
        "apply",
        "mapping",
        "a",
    ]
)
option_values = st.sampled_from(
    ["lower", "upper", "left", "right", "encode", "decode", "{{a}}", "{{{a.b}}}", "$.a"]
)
leaves = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12) | option_values
templates = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(st.text(max_size=3) | names, inner, max_size=3),
        st.dictionaries(names, inner, min_size=1, max_size=1),
        st.dictionaries(names, st.dictionaries(option_names, inner, max_size=5), min_size=1, max_size=1),
    ),
    max_leaves=12,
)


@given(templates)
def test_it_passes_only_templates_that_compile_to_json(template):
    if not check(template):
        json.dumps(compile(template), allow_nan=False).encode()


valid = st.deferred(
    lambda: st.one_of(
        leaves.filter(lambda value: not check(value)),
        st.lists(valid, max_size=2),
        st.dictionaries(st.sampled_from("abc"), valid, max_size=2),
        directive_templates,
    )
)
strings = st.sampled_from(["", "a.b", "$.a[0]", "{{a}} b"]) | st.deferred(lambda: directive_templates)
objects = st.dictionaries(st.sampled_from("abc"), valid, max_size=2) | st.deferred(
    lambda: directive_templates
)
short = st.text("ab$&", min_size=1, max_size=10)


def options(required=None, **optional):
    return st.fixed_dictionaries(required or {}, optional=optional)


directive_templates = st.one_of(
    st.fixed_dictionaries({"@path": strings}),
    st.fixed_dictionaries({"@template": st.text("{}ab. ") | strings}).filter(
        lambda template: not check(template)
    ),
    st.fixed_dictionaries({"@literal": valid}),
    st.fixed_dictionaries({"@excludeWhenNull": valid}),
    st.fixed_dictionaries(
        {"@if": options({"blank": valid}, exists=valid, then=valid, **{"else": valid})}
    ).filter(lambda template: not check(template)),
    st.fixed_dictionaries(
        {"@case": options({"operator": st.sampled_from(["lower", "upper"])}, value=strings)}
    ),
    st.fixed_dictionaries(
        {
            "@replace": options(
                {"pattern": short, "value": strings}, replacement=short, ignorecase=st.booleans()
            )
        }
    ),
    st.fixed_dictionaries({"@arrayPath": st.tuples(strings, objects).map(list)}),
    st.fixed_dictionaries(
        {"@flatten": options({"value": valid, "separator": short}, omitArrays=st.booleans())}
    ),
    st.fixed_dictionaries(
        {"@json": options({"mode": st.sampled_from(["encode", "decode"]), "value": objects})}
    ),
    st.fixed_dictionaries(
        {
            "@merge": options(
                {"objects": st.lists(objects, max_size=3), "direction": st.sampled_from(["left"])}
            )
        }
    ),
    st.fixed_dictionaries({"@transform": options({"apply": objects, "mapping": objects})}),
)


@given(valid)
def test_it_allows_directives_inside_directives(template):
    assert not [problem for problem in check(template) if "nested levels" not in problem.message]
    json.dumps(compile(template), allow_nan=False)
