"""Warnings about values that are the whole event, which are rarely intended."""

import pytest

from fullstory_dest import mapping_kit

WHOLE = {"@path": "$."}


@pytest.mark.parametrize(
    ("template", "paths"),
    [
        ({"a": WHOLE}, [("a", "@path")]),
        ({"a": {"@path": ""}, "b": {"@path": "."}}, [("a", "@path"), ("b", "@path")]),
        ({"a": {"@path": "$"}}, [("a", "@path")]),
        ({"a": {"@path": "$.userId"}, "b": "$."}, []),
        ({"a": {"b": [1, WHOLE]}}, [("a", "b", 1, "@path")]),
        ({"a": {"@template": "{{.}} {{event}}"}}, [("a", "@template")]),
        (
            {"a": {"@if": {"exists": WHOLE, "then": WHOLE, "else": "x"}}},
            [("a", "@if", "then", "@path")],
        ),
        (
            {"a": {"@merge": {"direction": "left", "objects": [WHOLE]}}},
            [("a", "@merge", "objects", 0, "@path")],
        ),
        ({"a": {"@json": {"mode": "encode", "value": WHOLE}}}, [("a", "@json", "value", "@path")]),
        ({"a": {"@arrayPath": ["$.", {"b": WHOLE}]}}, [("a", "@arrayPath", 0)]),
        ({"a": {"@arrayPath": ["$.properties.products", {"b": WHOLE}]}}, []),
        ({"a": {"@transform": {"apply": WHOLE, "mapping": {"b": WHOLE}}}}, []),
        ({"a": {"@nope": WHOLE}}, []),
    ],
)
def test_it_finds_values_that_are_the_whole_event(template, paths):
    assert [problem.path for problem in mapping_kit.warnings(template)] == paths
