"""Comparison of many cases with Segment. A case is one expression or template on one event.

`make test-all` generates new cases in every run, `make test` always the same few. `HYPOTHESIS_SEED` repeats a
run; each run prints its seed at the end.
"""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from hypothesis import HealthCheck, seed, settings

from fullstory_dest import fql, mapping_kit
from fullstory_dest.compiler.schema import CompiledConfig
from fullstory_dest.services.previews.preview import EventResult, preview_events
from tests.factories import source_spec

#: Each Hypothesis example has this many expressions or templates, and events for each of them.
SUBJECTS, EVENTS = 5, 10

ABSENT = "(absent)"

Test = TypeVar("Test", bound=Callable[..., None])

#: The number of compared cases by kind, printed at the end of the run.
compared: Counter[str] = Counter()


def run_seed() -> int:
    """The seed of this run's generated data, the same in each of its processes."""
    return int(os.environ["HYPOTHESIS_SEED"])


def at_scale(what: str) -> Callable[[Test], Test]:
    """Compare 2,000 cases, or 20,000 with ``--all``, and check the number."""

    def decorate(test: Test) -> Test:
        examples = settings.default.max_examples * 2 // 5
        run = seed(run_seed())(settings(max_examples=examples, suppress_health_check=list(HealthCheck))(test))

        @wraps(run)
        def run_and_count(*args: Any, **fixtures: Any) -> None:
            before = compared[what]
            run(*args, **fixtures)
            assert compared[what] - before >= examples * SUBJECTS * EVENTS

        return run_and_count  # type: ignore[return-value]

    return decorate


def config_of(mappings: list[tuple[list[Any], Any]]) -> CompiledConfig:
    """A compiled config with these triggers and fields, numbered from 0."""
    return {
        "writeKey": "",
        "apiHost": "",
        "destinations": [
            {
                "id": 1,
                "settings": {},  # type: ignore[typeddict-item]
                "mappings": [
                    {"id": number, "name": "", "action": "trackEventV2", "trigger": trigger, "fields": fields}
                    for number, (trigger, fields) in enumerate(mappings)
                ],
            }
        ],
    }


def triggers_config(expressions: list[str]) -> CompiledConfig:
    """A mapping for each expression, which makes a call when the expression matches."""
    return config_of([(fql.compile(fql.parse(text)), ["object", {"name": "x"}]) for text in expressions])


def fields_config(templates: list[Any]) -> CompiledConfig:
    """A mapping for each template, which always makes a call with the property `field`."""
    always = ["!=", True, False]
    return config_of(
        [
            (always, ["object", {"name": "x", "properties": mapping_kit.compile({"field": template})}])
            for template in templates
        ]
    )


def holds_of(result: EventResult, count: int) -> list[bool]:
    """Which mappings of `triggers_config` made a call."""
    called = {call["mapping"] for call in result["calls"]}
    return [number in called for number in range(count)]


def values_of(result: EventResult) -> list[Any]:
    """The result of each mapping of `fields_config`: `ABSENT` for undefined, an Exception for an error."""
    given: dict[int, Any] = {
        call["mapping"]: call["args"][1]["properties"].get("field", ABSENT) for call in result["calls"]
    }
    given |= {skipped["mapping"]: Exception(skipped["reason"]) for skipped in result["skipped"]}
    return [given[number] for number in sorted(given)]


def as_text(value: Any) -> str:
    """JSON that is the same for equal values."""
    return repr(value) if isinstance(value, Exception) else json.dumps(value, sort_keys=True)


def compare_triggers(segment: Any, expressions: list[str], events: list[dict[str, Any]]) -> None:
    """Check that each expression matches the same events as in Segment."""
    results = preview_events(source_spec(), triggers_config(expressions), events)
    ours = [holds_of(result, len(expressions)) for result in results]
    theirs = segment.ask([{"fql": expression, "events": events} for expression in expressions])
    for number, expression in enumerate(expressions):
        for event, held, answer in zip(events, ours, theirs[number], strict=True):
            assert held[number] == answer.get("value"), (expression, event)
    compared["FQL"] += len(expressions) * len(events)


def compare_fields(segment: Any, templates: list[Any], events: list[dict[str, Any]]) -> None:
    """Check that each template returns the same as in Segment for each event, or fails in both."""
    results = preview_events(source_spec(), fields_config(templates), events)
    ours = [values_of(result) for result in results]
    theirs = segment.ask([{"mapping": {"field": template}, "events": events} for template in templates])
    for number, template in enumerate(templates):
        for event, values, answer in zip(events, ours, theirs[number], strict=True):
            if "error" in answer:
                assert isinstance(values[number], Exception), (template, event, answer)
            else:
                expected = answer["value"].get("field", ABSENT)
                # Compared as text, because 1 == True in Python.
                assert as_text(values[number]) == as_text(expected), (template, event)
    compared["mapping"] += len(templates) * len(events)
