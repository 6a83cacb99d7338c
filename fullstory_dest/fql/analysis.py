"""Static analysis of the events that a trigger can match. It's for overviews and warnings, not for running triggers."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final, Literal

from .compile import Instruction, compile
from .satisfiability import IMPOSSIBLE, OTHER, Requirement, find_value
from .tree import Trigger

#: The types of events that pages can send.
EVENT_TYPES: Final = ("track", "page", "identify", "group", "alias", "screen")

#: Triggers with more cases count as matching any event.
MAXIMUM_REQUIREMENT_SETS: Final = 256

_TYPE: Final = ["type"]
_EVENT: Final = ["event"]

NeverMatchesReason = Literal["contradiction", "type"]
RequirementSet = list[Requirement]


@dataclass(frozen=True, slots=True)
class MatchableEvents:
    """Events that a trigger can match: a type (None for any), and names or patterns with ``*`` (empty for any)."""

    type: str | None
    names: tuple[str, ...] = ()


class _TooManyError(Exception):
    """The trigger has too many cases to analyze."""


def why_never_matches(trigger: Trigger) -> NeverMatchesReason | None:
    """Return why no event can match the trigger: contradicting conditions, or a type that no event has.

    Returns None if an event can match, or if that's unknown.
    """
    try:
        cases = list(_cases(compile(trigger), truth=True))
    except _TooManyError:
        return None
    if not any(_is_possible(case) for case in cases):
        return "contradiction"
    return None if any(_is_possible(case, EVENT_TYPES) for case in cases) else "type"


def matchable_events(trigger: Trigger) -> list[MatchableEvents]:
    """Return the events that the trigger might match, by type. In doubt, it includes more events."""
    try:
        cases = [case for case in _cases(compile(trigger), truth=True) if _is_possible(case, EVENT_TYPES)]
    except _TooManyError:
        return [MatchableEvents(None)]
    names: dict[str, dict[str, None]] = {}
    for case in cases:
        found = _names(case)
        for each in _types(case):
            # If a case allows any name, the other names are irrelevant.
            if not found or names.get(each) == {}:
                names[each] = {}
            else:
                names.setdefault(each, {}).update(dict.fromkeys(found))
    if len(names) == len(EVENT_TYPES) and len({tuple(each) for each in names.values()}) == 1:
        return [MatchableEvents(None, tuple(names["track"]))]
    return [MatchableEvents(each, tuple(names[each])) for each in EVENT_TYPES if each in names]


def example_event(*triggers: Trigger) -> dict[str, Any] | None:
    """Return an event that might match all of these triggers, or None if there is certainly none."""
    try:
        cases = list(_cases(["and", *map(compile, triggers)], truth=True))
    except _TooManyError:
        return None
    return next((_event(case) for case in cases if _is_possible(case, EVENT_TYPES)), None)


def _cases(instruction: Instruction, *, truth: bool) -> Iterator[RequirementSet]:
    """Yield the sets of requirements that each make a trigger match, or not match if ``truth`` is false."""
    operator, *rest = instruction
    if operator == "!":
        yield from _cases(rest[0], truth=not truth)
    elif operator not in ("and", "or"):
        yield [(instruction, truth)]
    elif (operator == "and") == truth:
        product: list[RequirementSet] = [[]]
        for part in rest:
            product = [[*case, *more] for case in product for more in _cases(part, truth=truth)]
            if len(product) > MAXIMUM_REQUIREMENT_SETS:
                raise _TooManyError
        yield from product
    else:
        count = 0
        for part in rest:
            for case in _cases(part, truth=truth):
                count += 1
                if count > MAXIMUM_REQUIREMENT_SETS:
                    raise _TooManyError
                yield case


def _is_possible(case: RequirementSet, types: Iterable[str] | None = None) -> bool:
    if any((instruction, not truth) in case for instruction, truth in case):
        return False
    grouped = _by_operand(case)
    if types is not None:
        grouped.setdefault(json.dumps(_TYPE), (_TYPE, []))
    return all(
        find_value(operand, requirements, types if operand == _TYPE else None) is not IMPOSSIBLE
        for operand, requirements in grouped.values()
    )


def _by_operand(case: RequirementSet) -> dict[str, tuple[Any, list[Requirement]]]:
    """Return the requirements of each field. A comparison of two fields only requires both to be text."""
    grouped: dict[str, tuple[Any, list[Requirement]]] = {}

    def add(operand: Any, requirement: Requirement) -> None:
        grouped.setdefault(json.dumps(operand), (operand, []))[1].append(requirement)

    for instruction, truth in case:
        operator, operand, *rest = instruction
        add(operand, (instruction, truth))
        if truth and operator in ("contains", "!contains") and isinstance(rest[0], list | dict):
            add(rest[0], (["text", rest[0]], True))
    return grouped


def _types(case: RequirementSet) -> list[str]:
    requirements = _by_operand(case).get(json.dumps(_TYPE), (_TYPE, []))[1]
    return [each for each in EVENT_TYPES if find_value(_TYPE, requirements, [each]) is not IMPOSSIBLE]


def _names(case: RequirementSet) -> list[str]:
    """Return the names or patterns of events in a case, or an empty list for any name."""
    requirements = _by_operand(case).get(json.dumps(_EVENT), (_EVENT, []))[1]
    for (operator, _operand, *rest), truth in requirements:
        # A comparison with another field only requires text.
        if not truth or not rest:
            continue
        wanted = rest[0]
        if operator in ("=", "in"):
            listed = wanted if operator == "in" else [wanted]
            return [each for each in listed if isinstance(each, str) and _fits(each, requirements)]
        if operator == "match":
            return ["".join(part if isinstance(part, str) else "*" for part in wanted)]
        if operator == "contains" and isinstance(wanted, str):
            return [f"*{wanted}*"]
    return []


def _fits(name: str, requirements: list[Requirement]) -> bool:
    return find_value(_EVENT, requirements, [name]) is not IMPOSSIBLE


def _event(case: RequirementSet) -> dict[str, Any]:
    """Return an event with a value for each field of a case."""
    event: dict[str, Any] = {"type": _types(case)[0]}
    for operand, requirements in _by_operand(case).values():
        path, value = operand, find_value(operand, requirements)
        while isinstance(path, dict):
            # The result of a function is often a valid argument, too, as lowercase text is for lowercase().
            path = next(iter(path.values()))[0]
        if operand == _TYPE or not isinstance(path, list):
            continue
        _put(
            event,
            path,
            [requirements[0][0][2]] if value is OTHER and requirements[0][0][0] == "has" else value,
        )
    return event


def _put(event: dict[str, Any], path: list[str], value: Any) -> None:
    inside = event
    for key in path[:-1]:
        inside = inside.setdefault(key, {})
        if not isinstance(inside, dict):
            return
    # Events are JSON, which has no infinity.
    finite = not isinstance(value, float) or math.isfinite(value)
    inside[path[-1]] = {} if value is OTHER else value if finite else None
