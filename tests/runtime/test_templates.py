"""Every instruction of a template, compared with Segment's `transform`."""

import json
import time
from typing import Any

import pytest

EVENT = {
    "type": "track",
    "event": "Order Completed",
    "name": "",
    "userId": 0,
    "category": None,
    "properties": {
        "price": 12.5,
        "zero": 0,
        "no": False,
        "yes": True,
        "text": "Ünïcode (a+b) $1 a.b a.b",
        "a b": "spaced",
        "json": '{"x": [1, null]}',
        "bad json": "{",
        "products": [
            {"sku": "s1", "price": 1, "tags": ["x", "y"]},
            {"sku": "s2", "tags": []},
            "plain",
            None,
        ],
        "one": {"sku": "s3", "price": 3},
        "nested": {"a": {"b": {"c": 1}, "list": [1, {"d": 2}], "empty": {}, "none": None}, "e": ""},
        "path": "$.properties.price",
    },
    "context": {"page": {"url": "https://e.test/?a=1"}},
}

PRICE, TEXT, MISSING = ["path", "properties", "price"], ["path", "properties", "text"], ["path", "missing"]


def at(*keys: str) -> list[Any]:
    """The path to a property."""
    return ["path", "properties", *keys]


#: The directive in Segment's mapping-kit, the compiled instruction, and the value (`...` if there is none).
CASES: list[tuple[Any, Any, Any]] = [
    ("raw", "raw", "raw"),
    (5, 5, 5),
    (True, True, True),
    (None, None, None),
    ({"a": {"b": "c"}}, ["object", {"a": ["object", {"b": "c"}]}], {"a": {"b": "c"}}),
    (["a", {"@path": "$.event"}], ["array", "a", ["path", "event"]], ["a", "Order Completed"]),
    ({"a": {"@path": "missing"}, "b": None}, ["object", {"a": MISSING, "b": None}], {"b": None}),
    ({"@path": "$.properties.price"}, PRICE, 12.5),
    ({"@path": "properties.price"}, PRICE, 12.5),
    ({"@path": "$.properties['a b']"}, at("a b"), "spaced"),
    ({"@path": "$.properties.products[0].sku"}, at("products", "0", "sku"), "s1"),
    ({"@path": "$.properties.products[0].tags[1]"}, at("products", "0", "tags", "1"), "y"),
    ({"@path": "$.missing"}, MISSING, ...),
    ({"@path": "$.missing.deeper"}, ["path", "missing", "deeper"], ...),
    ({"@path": "$.category"}, ["path", "category"], None),
    ({"@path": "$.category.deeper"}, ["path", "category", "deeper"], None),
    ({"@path": "$.userId.deeper"}, ["path", "userId", "deeper"], 0),
    ({"@path": "$.name.deeper"}, ["path", "name", "deeper"], ""),
    ({"@path": "$.event.length"}, ["path", "event", "length"], 15),
    ({"@path": "$."}, ["path"], EVENT),
    ({"@path": {"@path": "$.properties.path"}}, ["dynamic-path", at("path")], 12.5),
    ({"@path": {"@template": "properties.{{event}}"}},
     ["dynamic-path", ["template", "properties.", ["path", "event"]]], ...),
    ({"@path": {"@literal": "$.properties['a b']"}}, ["dynamic-path", "$.properties['a b']"], "spaced"),
    ({"@path": {"@literal": "properties.products[0].tags[1]"}},
     ["dynamic-path", "properties.products[0].tags[1]"], "y"),
    ({"@path": {"@literal": 'properties.products["0"]["sku"]'}},
     ["dynamic-path", 'properties.products["0"]["sku"]'], "s1"),
    ({"@path": {"@literal": "properties..price."}}, ["dynamic-path", "properties..price."], 12.5),
    ({"@path": {"@literal": "properties[price]"}}, ["dynamic-path", "properties[price]"], ...),
    ({"@path": {"@literal": "."}}, ["dynamic-path", "."], EVENT),
    ({"@path": {"@path": "$.userId"}}, ["dynamic-path", ["path", "userId"]], Exception),
    ({"@template": "{{event}}: {{properties.price}}"},
     ["template", ["path", "event"], ": ", PRICE], "Order Completed: 12.5"),
    ({"@template": "{{{missing}}}|{{category}}|{{userId}}|{{properties.no}}"},
     ["template", MISSING, "|", ["path", "category"], "|", ["path", "userId"], "|", at("no")], "||0|false"),
    ({"@template": "{{properties.products[0].tags}} {{context}}"},
     ["template", at("products", "0", "tags"), " ", ["path", "context"]], "x,y [object Object]"),
    ({"@literal": {"a": 1}}, ["object", {"a": 1}], {"a": 1}),
    ({"@if": {"exists": {"@path": "$.category"}, "then": 1, "else": 2}}, ["exists", ["path", "category"], 1, 2], 2),
    ({"@if": {"exists": {"@path": "$.name"}, "then": 1, "else": 2}}, ["exists", ["path", "name"], 1, 2], 1),
    ({"@if": {"exists": {"@path": "$.userId"}, "then": 1, "else": 2}}, ["exists", ["path", "userId"], 1, 2], 1),
    ({"@if": {"exists": {"@path": "$.missing"}, "then": 1}}, ["exists", MISSING, 1, []], ...),
    ({"@if": {"exists": {"@path": "$.event"}, "then": {"@path": "$.properties.price"}}},
     ["exists", ["path", "event"], PRICE, []], 12.5),
    ({"@if": {"blank": {"@path": "$.name"}, "then": 1, "else": 2}}, ["blank", ["path", "name"], 1, 2], 2),
    ({"@if": {"blank": {"@path": "$.userId"}, "then": 1, "else": 2}}, ["blank", ["path", "userId"], 1, 2], 2),
    ({"@if": {"blank": {"@path": "$.properties.no"}, "then": 1, "else": 2}}, ["blank", at("no"), 1, 2], 2),
    ({"@if": {"blank": {"@path": "$.properties.products[1].tags"}, "then": 1, "else": 2}},
     ["blank", at("products", "1", "tags"), 1, 2], 2),
    ({"@if": {"blank": {"@path": "$.context"}, "then": 1, "else": 2}}, ["blank", ["path", "context"], 1, 2], 1),
    ({"@if": {"blank": {"@path": "$.category"}, "then": 1, "else": 2}}, ["blank", ["path", "category"], 1, 2], 2),
    ({"@case": {"operator": "lower", "value": {"@path": "$.event"}}},
     ["case", "lower", ["path", "event"]], "order completed"),
    ({"@case": {"operator": "upper", "value": {"@path": "$.properties.text"}}},
     ["case", "upper", TEXT], "ÜNÏCODE (A+B) $1 A.B A.B"),
    ({"@case": {"operator": "upper", "value": {"@path": "$.properties.price"}}}, ["case", "upper", PRICE], 12.5),
    ({"@case": {"operator": "upper", "value": {"@path": "$.missing"}}}, ["case", "upper", MISSING], ...),
    ({"@replace": {"pattern": ".", "replacement": "-", "value": {"@path": "$.properties.text"}}},
     ["replace", [[".", "-"]], "g", TEXT], "Ünïcode (a+b) $1 a-b a-b"),
    ({"@replace": {"pattern": "a.b", "replacement": "X", "global": False, "value": {"@path": "$.properties.text"}}},
     ["replace", [["a.b", "X"]], "", TEXT], "Ünïcode (a+b) $1 X a.b"),
    ({"@replace": {"pattern": "ü", "replacement": "U", "ignorecase": True, "value": {"@path": "$.properties.text"}}},
     ["replace", [["ü", "U"]], "gi", TEXT], "Unïcode (a+b) $1 a.b a.b"),
    ({"@replace": {"pattern": "(a+b)", "replacement": "[$&]", "pattern2": "$1", "replacement2": "",
                   "value": {"@path": "$.properties.text"}}},
     ["replace", [["(a+b)", "[$&]"], ["$1", ""]], "g", TEXT], "Ünïcode [(a+b)]  a.b a.b"),
    ({"@replace": {"pattern": "2", "replacement": "3", "value": {"@path": "$.properties.price"}}},
     ["replace", [["2", "3"]], "g", PRICE], "13.5"),
    ({"@replace": {"pattern": "e", "replacement": "3", "value": {"@path": "$.properties.yes"}}},
     ["replace", [["e", "3"]], "g", at("yes")], "tru3"),
    ({"@replace": {"pattern": "e", "replacement": "3", "value": {"@path": "$.properties.one"}}},
     ["replace", [["e", "3"]], "g", at("one")], ""),
    ({"@replace": {"pattern": "e", "replacement": "3", "value": {"@path": "$.missing"}}},
     ["replace", [["e", "3"]], "g", MISSING], ""),
    ({"@arrayPath": ["$.properties.products", {"id": {"@path": "$.sku"}, "kind": "p"}]},
     ["each", at("products"), ["object", {"id": ["path", "sku"], "kind": "p"}]],
     [{"id": "s1", "kind": "p"}, {"id": "s2", "kind": "p"}, {"kind": "p"}, {"id": None, "kind": "p"}]),
    ({"@arrayPath": ["$.properties.one", {"id": {"@path": "$.sku"}}]},
     ["each", at("one"), ["object", {"id": ["path", "sku"]}]], [{"id": "s3"}]),
    ({"@arrayPath": ["$.properties.price", {"id": {"@path": "$.sku"}}]},
     ["each", PRICE, ["object", {"id": ["path", "sku"]}]], 12.5),
    ({"@arrayPath": ["$.missing", {"id": {"@path": "$.sku"}}]},
     ["each", MISSING, ["object", {"id": ["path", "sku"]}]], ...),
    ({"@arrayPath": ["$.properties.products", {"@path": "$.tags"}]},
     ["each", at("products"), ["path", "tags"]], [["x", "y"], [], None, None]),
    ({"@flatten": {"value": {"@path": "$.properties.nested"}, "separator": "."}},
     ["flatten", ".", False, at("nested")],
     {"a.b.c": 1, "a.list.0": 1, "a.list.1.d": 2, "a.none": None, "e": ""}),
    ({"@flatten": {"value": {"@path": "$.properties.nested"}, "separator": "_", "omitArrays": True}},
     ["flatten", "_", True, at("nested")], {"a_b_c": 1, "a_list": [1, {"d": 2}], "a_none": None, "e": ""}),
    ({"@flatten": {"value": {"@path": "$.properties.price"}, "separator": "."}},
     ["flatten", ".", False, PRICE], {"": 12.5}),
    ({"@flatten": {"value": {"@path": "$.missing"}, "separator": "."}}, ["flatten", ".", False, MISSING], {}),
    ({"@json": {"mode": "encode", "value": {"@path": "$.properties.one"}}},
     ["encode", at("one")], '{"sku":"s3","price":3}'),
    ({"@json": {"mode": "encode", "value": {"@path": "$.missing"}}}, ["encode", MISSING], ...),
    ({"@json": {"mode": "encode", "value": {"a": {"@path": "$.missing"}, "b": 1}}},
     ["encode", ["object", {"a": MISSING, "b": 1}]], '{"b":1}'),
    ({"@json": {"mode": "decode", "value": {"@path": "$.properties.json"}}},
     ["decode", at("json")], {"x": [1, None]}),
    ({"@json": {"mode": "decode", "value": {"@path": "$.properties['bad json']"}}}, ["decode", at("bad json")], "{"),
    ({"@json": {"mode": "decode", "value": {"@path": "$.properties.price"}}}, ["decode", PRICE], 12.5),
    ({"@merge": {"direction": "right", "objects": [{"a": 1, "b": 1}, {"b": 2}, {"@path": "$.missing"}]}},
     ["merge", "right", ["object", {"a": 1, "b": 1}], ["object", {"b": 2}], MISSING], {"a": 1, "b": 2}),
    ({"@merge": {"direction": "left", "objects": [{"a": 1, "b": 1}, {"b": 2}, {"@path": "$.properties.one"}]}},
     ["merge", "left", ["object", {"a": 1, "b": 1}], ["object", {"b": 2}], at("one")],
     {"sku": "s3", "price": 3, "b": 1, "a": 1}),
    ({"@merge": {"direction": "right", "objects": [{"a": 1}, {"a": {"@path": "$.missing"}}]}},
     ["merge", "right", ["object", {"a": 1}], ["object", {"a": MISSING}]], {}),
    ({"@transform": {"apply": {"p": {"@path": "$.properties.price"}, "q": {"@path": "$.missing"}},
                     "mapping": {"@merge": {"direction": "right", "objects": [{"q": 1}, {"@path": "$."}]}}}},
     ["transform", ["object", {"p": PRICE, "q": MISSING}], ["merge", "right", ["object", {"q": 1}], ["path"]]],
     {"q": 1, "p": 12.5}),
    ({"@transform": {"apply": {"a": {"@path": "$.event"}}, "mapping": {"b": {"@path": "$.a"}}}},
     ["transform", ["object", {"a": ["path", "event"]}], ["object", {"b": ["path", "a"]}]],
     {"b": "Order Completed"}),
    ({"@excludeWhenNull": {"@path": "$.category"}}, ["exclude-null", ["path", "category"]], ...),
    ({"@excludeWhenNull": {"@path": "$.properties.nested"}}, ["exclude-null", at("nested")],
     {"a": {"b": {"c": 1}, "list": [1, {"d": 2}], "empty": {}}, "e": ""}),
    ({"@excludeWhenNull": [None, {"a": None}]}, ["exclude-null", ["array", None, ["object", {"a": None}]]],
     [None, {"a": None}]),
    ({"@excludeWhenNull": {"@path": "$.userId"}}, ["exclude-null", ["path", "userId"]], 0),
]  # fmt: skip


@pytest.mark.parametrize(
    ("_mapping_kit", "template", "value"), CASES, ids=[str(case[1])[:80] for case in CASES]
)
def test_it_resolves_the_compiled_config(preview, _mapping_kit, template, value):
    given = preview.resolve(template, EVENT)
    if value is Exception:
        assert isinstance(given, Exception)
    else:
        assert json.dumps(given, default=str) == json.dumps(value, default=str)


def test_it_resolves_like_segments_transform(preview, oracle):
    events = [
        EVENT,
        {},
        {"category": "c", "properties": {"products": {"sku": 1, "tags": None}, "path": "event"}},
    ]
    for mapping_kit, template, _value in CASES:
        for event, theirs in zip(events, oracle("transform", mapping_kit, events), strict=True):
            ours = preview.resolve(template, event)
            if "error" in theirs:
                assert isinstance(ours, Exception), (template, event)
            else:
                assert json.dumps(ours, default=str) == json.dumps(theirs.get("value", ...), default=str), (
                    template
                )


def test_it_does_not_expand_templates_in_text_of_the_page(preview):
    """Segment expands `{{...}}` again after `{{{...}}}`, also in text from the event."""
    event = {"event": "{{userId}}", "userId": "secret"}
    assert preview.resolve(["template", ["path", "event"]], event) == "{{userId}}"


@pytest.mark.parametrize(
    "path", [["__proto__"], ["constructor"], ["properties", "toString"], ["event", "trim"]]
)
def test_it_never_reads_a_prototype(preview, path):
    assert preview.resolve(["path", *path], EVENT) is ...
    assert preview.resolve(["dynamic-path", ".".join(path)], EVENT) is ...


@pytest.mark.parametrize(
    "template",
    [
        ["path", "properties"],
        ["array", ["path", "properties"]],
        ["merge", "right", ["path", "properties"]],
        ["flatten", ".", False, ["path", "properties"]],
        ["exclude-null", ["path", "properties"]],
        ["transform", ["path", "properties"], ["path"]],
        ["decode", ["encode", ["path", "properties"]]],
        ["object", {"__proto__": ["path", "properties"]}],
    ],
)
def test_it_never_writes_to_a_prototype(preview, config_of, mapping_of, template):
    config = config_of(
        mapping_of(fields=["object", {"name": "n", "properties": ["object", {"value": template}]}])
    )
    [value, is_global, keys] = preview.eval(
        """{
          const { value } = preview(config, [event])[0].calls[0].args[1].properties;
          const keys = [];
          (function walk(node) {
            for (const key in node) keys.push(key), walk(node[key]);
          })(value);
          return [typeof value, 'polluted' in {}, keys];
        }""",
        config=f"JSON.parse({json.dumps(json.dumps(config))})",
        event="""JSON.parse('{"properties": {"a": {"__proto__": {"polluted": 1}}, "__proto__": {"polluted": 1}}}')""",
    )
    assert value == "object"
    assert is_global is False
    assert "polluted" not in keys
    assert "__proto__" not in keys


def inside(times: int, wrap: Any, innermost: Any) -> Any:
    for _ in range(times):
        innermost = wrap(innermost)
    return innermost


WHOLE: list[Any] = ["path"]
COPIES = ["object", dict.fromkeys("abcdefghijklmnopqrstuvwxyz", WHOLE)]


@pytest.mark.parametrize(
    ("template", "event"),
    [
        (
            inside(
                14, lambda value: ["replace", [["a", "a" * 10], ["a", "a" * 10]], "g", value], ["path", "a"]
            ),
            {"a": "a"},
        ),
        (["replace", [["a", "$`$`$`$`$`"]], "g", ["path", "a"]], {"a": "a" * 14_000}),
        (inside(14, lambda value: ["encode", value], ["path", "a"]), {"a": '"' * 1000}),
        (["encode", ["array", *[WHOLE] * 2000]], {"a": "x" * 100_000}),
        (["template", *[["path", "a"]] * 20_000], {"a": "x" * 20_000}),
        (["dynamic-template", ["path", "a"]], {"a": "{{b}}" * 20_000, "b": "x" * 20_000}),
        (["dynamic-template", ["path", "a"]], {"a": "{{{b}}}" * 20_000, "b": [[]] * 20_000}),
        (
            inside(9, lambda value: ["dynamic-template", value], ["path", "a"]),
            {"a": "{{{a}}}" * 10, "b": "x"},
        ),
        (inside(7, lambda value: ["transform", COPIES, value], COPIES), {"a": "a"}),
        (inside(7, lambda value: ["transform", value, COPIES], COPIES), {"a": "a"}),
        (inside(8, lambda value: ["each", value, COPIES], ["path", "a"]), {"a": [{}]}),
        (inside(8, lambda value: ["each", ["array", *[WHOLE] * 26], value], "x"), {"a": 1}),
        (
            [
                "each",
                ["path", "a"],
                inside(2, lambda value: ["replace", [["a", "a" * 10]], "g", value], WHOLE),
            ],
            {"a": ["a" * 9000] * 5000},
        ),
        (
            ["flatten", "#" * 100, False, WHOLE],
            {"a": inside(500, lambda value: {"a": value, "b": 1}, 1)},
        ),
    ],
    ids=lambda value: str(value)[:30],
)
def test_it_limits_text_and_items(preview, template, event):
    started = time.process_time()
    assert str(preview.resolve(template, event)) == "error: too much text, or too many items"
    assert time.process_time() - started < 4


def test_it_accepts_values_as_large_as_a_call(preview):
    text = "x" * 400_000
    assert preview.resolve(["replace", [["y", ""]], "g", ["path", "a"]], {"a": text}) == text
    assert preview.resolve(["template", ["path", "a"], "!"], {"a": text}) == text + "!"
    assert preview.resolve(["encode", ["path", "a"]], {"a": text}) == f'"{text}"'
    assert preview.resolve(["replace", [["b", "[$`|$']"]], "g", "abc"], {}) == "a[a|c]c"
    items = [{"id": number, "name": "x" * 100} for number in range(1000)]
    shape = ["object", {"name": ["path", "name"]}]
    assert len(preview.resolve(["each", ["path", "a"], shape], {"a": items})) == 1000


@pytest.mark.parametrize(("count", "is_too_much"), [(600, True), (300, False)])
def test_it_counts_the_keys_of_values(preview, count, is_too_much):
    value = {f"{number:04}".ljust(1000, "k"): 1 for number in range(count)}
    found = preview.resolve(["encode", ["path", "a"]], {"a": value})
    assert (str(found) == "error: too much text, or too many items") is is_too_much


@pytest.mark.parametrize(
    ("replacement", "length", "is_too_much"), [("$`", 1001, True), ("$'", 1001, True), ("$`", 900, False)]
)
def test_it_counts_the_text_around_a_match(preview, replacement, length, is_too_much):
    found = preview.resolve(["replace", [["b", replacement]], "g", ["path", "a"]], {"a": "b" * length})
    assert (str(found) == "error: too much text, or too many items") is is_too_much


@pytest.mark.parametrize("braces", ["{", "{{", "{{{", "{{a", "}", "{{}", "{{{a}}"])
def test_it_reads_braces_in_linear_time(preview, braces):
    text = braces * (300_000 // len(braces))
    started = time.process_time()
    preview.resolve(["dynamic-template", ["path", "a"]], {"a": text})
    assert time.process_time() - started < 1


@pytest.mark.parametrize("text", [None, 5, ["{{a}}"], {"a": 1}, ...])
def test_it_fails_if_a_dynamic_template_is_not_text(preview, text):
    event = {} if text is ... else {"text": text}
    assert (
        str(preview.resolve(["dynamic-template", ["path", "text"]], event))
        == "error: the template is not a string"
    )


@pytest.mark.parametrize("odd", ["abc", [1, 2], None, 5, True])
def test_it_merges_values_that_are_not_objects_like_segment(preview, oracle, odd):
    template = {"@merge": {"direction": "right", "objects": [{"a": 1, "1": 2}, {"@path": "$.odd"}]}}
    [theirs] = oracle("transform", template, [{"odd": odd}])
    instruction = ["merge", "right", ["object", {"a": 1, "1": 2}], ["path", "odd"]]
    assert preview.resolve(instruction, {"odd": odd}) == theirs["value"]
