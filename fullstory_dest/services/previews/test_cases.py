"""Runs of a source's test cases, compared with the expected calls and with the live release."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal, TypedDict

from django.db import transaction

from fullstory_dest.compiler.schema import CompiledConfig
from fullstory_dest.models import Source, TestCase
from fullstory_dest.services.previews.engine import Engine
from fullstory_dest.services.previews.preview import Call, preview_isolated
from fullstory_dest.services.row_locks import lock_source


class ExpectedCall(TypedDict):
    """A call to FullStory, without the mapping that makes it."""

    method: str
    args: list[Any]


@dataclass(frozen=True, slots=True)
class CallEffect:
    """A call that appears, vanishes or changes. The missing side is None."""

    kind: Literal["appears", "vanishes", "changes"]
    before: Call | None
    after: Call | None


@dataclass(frozen=True)
class TestCaseRun:
    """The calls of a test case. It ``fails`` if they aren't the expected calls.

    ``effects`` compares them with the calls before, which are none if nothing was published.
    """

    test_case: TestCase
    calls: list[Call]
    effects: list[CallEffect] = field(default_factory=list)
    #: The calls before. None if nothing was published.
    before: list[Call] | None = None

    @cached_property
    def fails(self) -> bool:
        return (
            self.test_case.expected is not None and to_expected_calls(self.calls) != self.test_case.expected
        )

    @cached_property
    def mismatches(self) -> list[CallEffect]:
        """The differences between the expected and the actual calls."""
        expected_calls: list[Call] = [
            {"mapping": 0, "warnings": [], "method": call["method"], "args": call["args"]}
            for call in self.test_case.expected or []
        ]
        return compare_calls(expected_calls, self.calls) if self.fails else []


def run_test_cases(
    test_cases: Sequence[TestCase],
    after: CompiledConfig,
    before: CompiledConfig | None = None,
    *,
    engine: Engine | None = None,
) -> list[TestCaseRun]:
    """Run test cases through a config, each on a separate page, and optionally compare with another config.

    Raises PreviewError. The limits of the engine apply to all test cases together.
    """
    if not test_cases:
        return []
    events = [test_case.event for test_case in test_cases]
    results = preview_isolated([after, before] if before else [after], events, engine=engine)
    earlier = [result["calls"] for result in results[1]] if before else [None for _ in events]
    return [
        TestCaseRun(test_case, result["calls"], compare_calls(calls or [], result["calls"]), calls)
        for test_case, result, calls in zip(test_cases, results[0], earlier, strict=True)
    ]


def to_expected_calls(calls: Sequence[Call]) -> list[ExpectedCall]:
    """Return calls as test cases store them, without mappings and warnings."""
    return [{"method": call["method"], "args": call["args"]} for call in calls]


def compare_calls(before: Sequence[Call], after: Sequence[Call]) -> list[CallEffect]:
    """Compare calls. Equal calls are left out; the others are paired by mapping, or else by method.

    If only the order differs, each position with another call is a change.
    """
    old, new = list(before), list(after)
    for call in before:
        if twin := next((each for each in new if _content(each) == _content(call)), None):
            old.remove(call)
            new.remove(twin)
    if not old and not new:
        return [
            CallEffect("changes", one, other)
            for one, other in zip(before, after, strict=True)
            if _content(one) != _content(other)
        ]
    effects: list[CallEffect] = []
    for call in old:
        successor = next((each for each in new if each["mapping"] == call["mapping"]), None)
        successor = successor or next(
            (each for each in new if each["method"] == call["method"] and call["mapping"] == 0), None
        )
        if successor:
            new.remove(successor)
        effects.append(CallEffect("changes" if successor else "vanishes", call, successor))
    return [*effects, *(CallEffect("appears", None, call) for call in new)]


def _content(call: Call) -> tuple[str, list[Any]]:
    return call["method"], call["args"]


@transaction.atomic
def save_test_case(
    source: Source, *, name: str, event: dict[str, Any], calls: Sequence[Call] | None = None
) -> TestCase:
    """Save an event as a test case, optionally with the calls that it should lead to. Raises ValidationError.

    The source is locked, so that concurrent requests can't exceed the limit of test cases.
    """
    lock_source(source)
    test_case = TestCase(
        source=source,
        name=name,
        event=event,
        expected=None if calls is None else to_expected_calls(calls),
    )
    test_case.save()
    return test_case
