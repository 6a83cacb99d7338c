"""How the debug script describes a trigger in FQL, and the decisive conditions."""

import json

import pytest
from hypothesis import assume, given
from py_mini_racer import MiniRacer

from fullstory_dest import fql
from fullstory_dest.compiler.bundle import bundle
from tests.fql.test_printer import triggers

_engine = MiniRacer()
_engine.eval(bundle("debug/print-trigger.js", "globalThis.inFql = inFql"))
_engine.eval(bundle("debug/explain.js", "globalThis.explain = explain"))


def words(trigger):
    return _engine.eval(f"inFql({json.dumps(trigger)})")


def why(trigger, event):
    compiled = json.dumps(fql.compile(fql.parse(trigger)))
    return json.loads(_engine.eval(f"JSON.stringify(explain({compiled}, {json.dumps(event)}))"))


@given(triggers)
def test_it_prints_a_compiled_trigger_with_the_same_meaning(trigger):
    compiled = fql.compile(trigger)
    try:
        read = fql.parse(words(compiled))
    except fql.FQLError as error:
        # Only the printer knows which names look like typos.
        assume("did you mean" not in str(error))
        raise
    assert fql.compile(read) == compiled


@pytest.mark.parametrize(
    ("trigger", "event", "reasons"),
    [
        ('type = "track"', {"type": "page"}, ['type = "track": it is "page"']),
        ('type = "track" and event = "A"', {"type": "page"}, ['type = "track": it is "page"']),
        ('type = "track" and event = "A"', {"type": "track"}, ['event = "A": it is absent']),
        (
            'type = "track" and (event = "A" or properties.price > 10)',
            {"type": "track", "event": "B", "properties": {"price": "12"}},
            ['event = "A": it is "B"', 'properties.price > 10: it is "12", which is text'],
        ),
        ('!(type = "page")', {"type": "page"}, ['!(type = "page"): it is "page"']),
        (
            '!(type = "page" and name = "A")',
            {"type": "page", "name": "A"},
            ['!(type = "page"): it is "page"', '!(name = "A"): it is "A"'],
        ),
        (
            "contains(event, properties.part)",
            {"event": "Order", "properties": {}},
            ['contains(event, properties.part): event is "Order", properties.part is absent'],
        ),
        (
            "length(properties.items) > 1",
            {"properties": {"items": [1]}},
            ["length(properties.items) > 1: it is 1"],
        ),
        ('match(event, "a*")', {"event": 5}, ['match(event, "a*"): it is 5, which is a number']),
        ('event in ["A", "B"]', {"event": "C"}, ['event in ["A", "B"]: it is "C"']),
        ('event = "A"', {"event": "x" * 200}, ['event = "A": it is "' + "x" * 99 + "…"]),
    ],
)
def test_it_names_the_decisive_conditions_and_their_values(trigger, event, reasons):
    assert why(trigger, event) == reasons
