import json

import pytest

from fullstory_dest.mapping_kit import check, compile

event = {"@path": "$.event"}


@pytest.mark.parametrize(
    ("template", "instruction"),
    [
        ("text", "text"),
        (None, None),
        (False, False),
        ([], ["array"]),
        ({}, ["object", {}]),
        ({"a": [1, event], "b": "@path"}, ["object", {"a": ["array", 1, ["path", "event"]], "b": "@path"}]),
        ({"_metadata": 1}, ["object", {"_metadata": 1}]),
        ({"@path": "$.event", "_metadata": {}}, ["path", "event"]),
        ({"@literal": {"a": event}}, ["object", {"a": ["path", "event"]}]),
        ({"@excludeWhenNull": event}, ["exclude-null", ["path", "event"]]),
        # @path
        ({"@path": {"@literal": "$.event"}}, ["path", "event"]),
        ({"@path": event}, ["dynamic-path", ["path", "event"]]),
        ({"@path": {"@template": "a.{{b}}"}}, ["dynamic-path", ["template", "a.", ["path", "b"]]]),
        # @template
        ({"@template": {"@literal": "a{{b}}"}}, ["template", "a", ["path", "b"]]),
        (
            {"@template": {"@if": {"exists": event, "then": "a{{b}}", "else": {"@if": {"blank": event}}}}},
            [
                "exists",
                ["path", "event"],
                ["template", "a", ["path", "b"]],
                ["blank", ["path", "event"], ["dynamic-template", []], ["dynamic-template", []]],
            ],
        ),
        ({"@template": event}, ["dynamic-template", ["path", "event"]]),
        ({"@template": {"@template": "{{a}}"}}, ["dynamic-template", ["template", ["path", "a"]]]),
        ({"@template": {"@template": "a"}}, "a"),
        # @if
        ({"@if": {"exists": event, "then": 1, "else": 2}}, ["exists", ["path", "event"], 1, 2]),
        ({"@if": {"blank": event, "then": 1}}, ["blank", ["path", "event"], 1, []]),
        ({"@if": {"exists": event, "then": None}}, ["exists", ["path", "event"], None, []]),
        ({"@if": {"exists": event, "else": False}}, ["exists", ["path", "event"], [], []]),
        ({"@if": {"exists": event, "else": {}}}, ["exists", ["path", "event"], [], ["object", {}]]),
        ({"@if": {"exists": event, "blank": "x", "then": 1}}, ["exists", ["path", "event"], 1, []]),
        ({"@if": {"exists": "x", "then": 1, "else": 2}}, 1),
        ({"@if": {"exists": False, "blank": "x", "then": 1, "else": 2}}, 1),
        ({"@if": {"exists": None, "blank": "x", "then": 1, "else": 2}}, 2),
        ({"@if": {"blank": True, "then": 1, "else": 2}}, 1),
        ({"@if": {"blank": {"@literal": 0}, "then": 1, "else": 2}}, 2),
        ({"@if": {"exists": {"@literal": ""}, "then": 1, "else": 2}}, 1),
        ({"@if": {"exists": {"@case": {"operator": "lower"}}, "then": 1, "else": 2}}, 2),
        ({"@if": {"exists": [], "then": 1, "else": 2}}, ["exists", ["array"], 1, 2]),
        ({"@if": {"blank": "x"}}, []),
        # @case
        ({"@case": {"operator": "upper", "value": event}}, ["case", "upper", ["path", "event"]]),
        ({"@case": {"operator": "lower", "value": "X"}}, ["case", "lower", "X"]),
        ({"@case": {"operator": "lower", "value": ""}}, []),
        ({"@case": {"operator": "lower"}}, []),
        # @replace
        (
            {"@replace": {"pattern": "a+", "value": event}},
            ["replace", [["a+", ""]], "g", ["path", "event"]],
        ),
        (
            {
                "@replace": {
                    "pattern": "a",
                    "replacement": "[$&]",
                    "pattern2": "b",
                    "ignorecase": True,
                    "value": event,
                }
            },
            ["replace", [["a", "[$&]"], ["b", ""]], "gi", ["path", "event"]],
        ),
        (
            {
                "@replace": {
                    "pattern": "a",
                    "pattern2": "",
                    "replacement2": "c",
                    "global": False,
                    "value": event,
                }
            },
            ["replace", [["a", ""]], "", ["path", "event"]],
        ),
        ({"@replace": {"pattern": "a", "value": ""}}, []),
        # @arrayPath
        ({"@arrayPath": ["$.a[0]"]}, ["path", "a", "0"]),
        ({"@arrayPath": ["$.a", {}]}, ["path", "a"]),
        (
            {"@arrayPath": ["$.a", {"b": event}]},
            ["each", ["path", "a"], ["object", {"b": ["path", "event"]}]],
        ),
        (
            {"@arrayPath": [{"@path": event}, event]},
            ["each", ["dynamic-path", ["path", "event"]], ["path", "event"]],
        ),
        # the others
        ({"@flatten": {"value": event, "separator": "."}}, ["flatten", ".", False, ["path", "event"]]),
        (
            {"@flatten": {"value": event, "separator": "_", "omitArrays": True}},
            ["flatten", "_", True, ["path", "event"]],
        ),
        ({"@json": {"mode": "encode", "value": event}}, ["encode", ["path", "event"]]),
        ({"@json": {"mode": "decode", "value": "{}"}}, ["decode", "{}"]),
        (
            {"@merge": {"objects": [event, {"a": 1}], "direction": "left"}},
            ["merge", "left", ["path", "event"], ["object", {"a": 1}]],
        ),
        (
            {"@transform": {"apply": {"a": event}, "mapping": {"@path": "$.a"}}},
            ["transform", ["object", {"a": ["path", "event"]}], ["path", "a"]],
        ),
    ],
)
def test_it_compiles_templates(template, instruction):
    assert check(template) == []
    assert json.dumps(compile(template)) == json.dumps(instruction)


@pytest.mark.parametrize(
    ("path", "keys"),
    [
        ("", []),
        (".", []),
        ("$.", []),
        ("..", []),
        ("$", ["$"]),
        ("a", ["a"]),
        ("$.a.b", ["a", "b"]),
        ("a.$.b", ["a", "b"]),
        ("$.a.$.b", ["a", "$", "b"]),
        ("a[0].b", ["a", "0", "b"]),
        ("a[0][1]", ["a", "0", "1"]),
        ("a['b c'].d", ["a", "b c", "d"]),
        ('a["b"]', ["a", "b"]),
        ("a['b.c']", ["a", "b", "c"]),
        ("a[b]", ["a[b]"]),
        ("a b.c-d", ["a b", "c-d"]),
        ("it's", ["its"]),
        ("a.", ["a"]),
        ("a'b]", ["ab]"]),
        ("__proto__.x", ["__proto__", "x"]),
    ],
)
def test_it_splits_a_path_like_mapping_kit(path, keys):
    assert compile({"@path": path}) == ["path", *keys]


@pytest.mark.parametrize(
    ("template", "parts"),
    [
        ("", ""),
        ("plain", "plain"),
        ("{{a}}", ["template", ["path", "a"]]),
        ("{{{a}}}", ["template", ["path", "a"]]),
        ("Hi {{ traits.name }}!", ["template", "Hi ", ["path", "traits", "name"], "!"]),
        ("{{a}}{{{b}}}{{c}}", ["template", ["path", "a"], ["path", "b"], ["path", "c"]]),
        ("{{\ufeffa\u2003\n}}", ["template", ["path", "a"]]),
        ("{{\x1fa}}", ["template", ["path", "\x1fa"]]),
        ("{{$.a}}", ["template", ["path", "$", "a"]]),
        ("{{ }}", ["template", ["path"]]),
        ("{{}}", "{{}}"),
        ("{{a}", "{{a}"),
        ("{a}}", "{a}}"),
        ("{{{{a}}}}", ["template", ["path", "{a"], "}"]),
        ("{{{a}}", ["template", ["path", "{a"]]),
        ("{{a}}}", ["template", ["path", "a"], "}"]),
        ("{{ {{{a}}}", ["template", "{{ ", ["path", "a"]]),
    ],
)
def test_it_splits_a_template_like_mapping_kit(template, parts):
    assert check({"@template": template}) == []
    assert compile({"@template": template}) == parts
