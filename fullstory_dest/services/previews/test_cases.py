"""Runs a source's test cases: whether each leads to what is expected of it, and what publishing would change."""

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
    """A call as FullStory gets it, whichever mapping makes it."""

    method: str
    args: list[Any]


@dataclass(frozen=True, slots=True)
class CallEffect:
    """One call that appears, vanishes or changes; the side that is not there is null."""

    kind: Literal["appears", "vanishes", "changes"]
    before: Call | None
    after: Call | None


@dataclass(frozen=True)
class TestCaseRun:
    """What a test case leads to. ``fails`` when that is not what is expected of it.

    ``effects`` compares with what was there before: with nothing, where nothing was published.
    """

    test_case: TestCase
    calls: list[Call]
    effects: list[CallEffect] = field(default_factory=list)
    #: What it led to before; null where nothing was published.
    before: list[Call] | None = None

    @cached_property
    def fails(self) -> bool:
        return (
            self.test_case.expected is not None and to_expected_calls(self.calls) != self.test_case.expected
        )

    @cached_property
    def mismatches(self) -> list[CallEffect]:
        """From what is expected to what comes."""
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
    """Runs test cases through a config, each on a page of its own, and compares with another config if there is one.

    Raises PreviewError: one run of the engine, whose limits hold for all test cases together.
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
    """Calls as a test case keeps them: what FullStory gets. Who makes a call is not told, nor what is odd about it."""
    return [{"method": call["method"], "args": call["args"]} for call in calls]


def compare_calls(before: Sequence[Call], after: Sequence[Call]) -> list[CallEffect]:
    """What becomes of calls: equal ones are left out, and of the rest those of one mapping, or method, belong together.

    Calls that only changed places are told as changes, place by place: FullStory gets them in another order.
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
    """Keeps an event under a name; with calls, they are what is expected of it. Raises ValidationError.

    The source is held meanwhile, so that of two people neither keeps one test case too many.
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
