"""Satisfiability of conditions on a field: the base of ``matchable_events``.

A requirement is an instruction with one condition (see ``compile``), and whether it must hold. In doubt, a value counts
as possible, so ``IMPOSSIBLE`` is never returned for conditions that could hold in a browser.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from typing import Any, TypeAlias

from .compile import Instruction
from .glob import Glob

Requirement: TypeAlias = tuple[Instruction, bool]
Value: TypeAlias = str | int | float | bool | None

#: Any list or object. They don't need to be distinguished here.
OTHER = object()
IMPOSSIBLE = object()

_TYPES = ("string", "number", "bool", "list", "null", "object", "function", "bigint", "symbol")
_CASES = {"lowercase": re.compile("[A-Z]"), "uppercase": re.compile("[a-z]")}


def find_value(
    operand: Any, requirements: Sequence[Requirement], allowed: Iterable[Value] | None = None
) -> Value | object:
    """Return a value of the operand for which all requirements might hold, or ``IMPOSSIBLE``.

    ``allowed`` has the only values of the operand, if they are known.
    """
    listed = _candidate_values(requirements)
    candidates = list(allowed) if allowed is not None else listed
    if candidates is not None:
        found = (
            value for value in candidates if _in_domain(operand, value) and _all_hold(requirements, value)
        )
        return next(found, IMPOSSIBLE)
    for value in (*_numbers(requirements), None, True, False, OTHER):
        if _in_domain(operand, value) and _all_hold(requirements, value):
            # Prefer text if possible, because people usually mean text.
            text = _find_text(operand, requirements)
            return value if text is IMPOSSIBLE else text
    return _find_text(operand, requirements)


def _candidate_values(requirements: Sequence[Requirement]) -> list[Value] | None:
    """Return the only values that the requirements allow, if one of them lists values."""
    for (operator, _operand, value), truth in (each for each in requirements if len(each[0]) == 3):
        if truth and operator == "in":
            return list(value)
        if (operator, truth) == ("=", True) or ((operator, truth) == ("!=", False) and not _is_number(value)):
            return [value]
        if operator in ("match", "!match") and truth == (operator == "match"):
            fixed = _literal_text(value)
            # "!match" is also false for values that aren't text.
            if fixed is not None and operator == "match":
                return [fixed]
    return None


def _all_hold(requirements: Iterable[Requirement], value: Any) -> bool:
    return all(_may_hold(instruction, truth, value) for instruction, truth in requirements)


def _may_hold(instruction: Instruction, truth: bool, value: Any) -> bool:
    """Return whether a requirement might hold for a value, or whether it does if that's certain."""
    operator = instruction[0]
    expected: Any = instruction[2] if len(instruction) > 2 else None
    match operator:
        case "=":
            return _same(value, expected) == truth
        case "!=":
            unequal = not _same(value, expected) and (not _is_number(expected) or _is_number(value))
            return unequal == truth
        case "<" | "<=" | ">" | ">=":
            return _compares(operator, value, expected) == truth
        case "in":
            return any(_same(value, each) for each in expected) == truth
        case "has":
            # A list might have the item. Other values have no items.
            return value is OTHER or not truth
        case "text":
            return isinstance(value, str) or not truth
        case "contains" | "!contains":
            if not isinstance(value, str):
                return not truth
            if not isinstance(expected, str):
                return True
            return bool(((expected in value) == (operator == "contains")) == truth)
        case "match" | "!match":
            if not isinstance(value, str):
                return not truth
            return bool((glob_matches(expected, value) == (operator == "match")) == truth)
    return True


def _same(value: Any, other: Value) -> bool:
    """Compare as JavaScript's ``===``, where true isn't 1."""
    return isinstance(value, bool) == isinstance(other, bool) and bool(value == other)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _compares(operator: str, value: Any, number: float) -> bool:
    if not _is_number(value):
        return False
    return bool(
        {"<": value < number, "<=": value <= number, ">": value > number, ">=": value >= number}[operator]
    )


def _in_domain(operand: Any, value: Any) -> bool:
    """Return whether an operand can have a value. Fields can have any value, functions only those that they return."""
    if not isinstance(operand, dict):
        return True
    [function] = operand
    match function:
        case "typeof":
            return value in _TYPES
        case "bool":
            return isinstance(value, bool)
        case "length":
            return _is_number(value) and not value < 0
        case "number":
            return value is None or (_is_number(value) and not math.isnan(value))
        case _:
            pattern = _CASES.get(function)
            return value is None or (isinstance(value, str) and not (pattern and pattern.search(value)))


def _numbers(requirements: Iterable[Requirement]) -> list[float]:
    """Return a number in each range that the requirements distinguish, and NaN."""
    bounds = [
        instruction[2]
        for instruction, _truth in requirements
        if instruction[0] in ("<", "<=", ">", ">=", "=", "!=") and _is_number(instruction[2])
    ]
    found: list[float] = []
    for bound in bounds:
        found += [
            bound,
            math.nextafter(bound, math.inf),
            math.nextafter(bound, -math.inf),
            bound + 1,
            bound - 1,
        ]
    return [*found, 1, 0, math.inf, math.nan]


def _find_text(operand: Any, requirements: Sequence[Requirement]) -> str | object:
    """Return text for which the requirements might hold, or ``IMPOSSIBLE`` if there is certainly none."""
    if isinstance(operand, dict) and next(iter(operand)) in ("bool", "length", "number"):
        return IMPOSSIBLE
    if isinstance(operand, dict) and "typeof" in operand:
        return next((each for each in _TYPES if _all_hold(requirements, each)), IMPOSSIBLE)
    has: list[str] = []
    lacks: list[str] = []
    fits: list[Glob] = []
    misfits: list[Glob] = []
    for instruction, truth in requirements:
        operator, *rest = instruction
        if operator in ("<", "<=", ">", ">=", "has", "text"):
            if truth and operator != "text":
                return IMPOSSIBLE
        elif operator == "!=" and truth and _is_number(rest[1]):
            return IMPOSSIBLE
        elif operator in ("contains", "!contains") and isinstance(rest[1], str):
            (has if truth == (operator == "contains") else lacks).append(rest[1])
        elif operator in ("match", "!match"):
            (fits if truth == (operator == "match") else misfits).append(rest[1])
    if _clash(operand, has, lacks, fits, misfits):
        return IMPOSSIBLE
    return _example(has, fits)


def _clash(operand: Any, has: list[str], lacks: list[str], fits: list[Glob], misfits: list[Glob]) -> bool:
    """Return whether it's certain that no text satisfies all of these."""
    pieces = has + [part for glob in fits for part in glob if isinstance(part, str)]
    if any(lack in piece for lack in lacks for piece in pieces) or "" in lacks:
        return True
    if ["*"] in [list(map(_star, glob)) for glob in misfits] or any(glob in misfits for glob in fits):
        return True
    pattern = _CASES.get(next(iter(operand))) if isinstance(operand, dict) else None
    if pattern and any(pattern.search(piece) for piece in pieces):
        return True
    fixed = [text for glob in fits if (text := _literal_text(glob)) is not None]
    if any(not glob_matches(glob, text) for text in fixed for glob in fits):
        return True
    if any(part not in text for text in fixed for part in has):
        return True
    heads = [glob[0] for glob in fits if glob and isinstance(glob[0], str)]
    tails = [glob[-1] for glob in fits if glob and isinstance(glob[-1], str)]
    return any(
        not (one.startswith(other) or other.startswith(one)) for one in heads for other in heads
    ) or any(not (one.endswith(other) or other.endswith(one)) for one in tails for other in tails)


def _star(part: Any) -> Any:
    return "*" if part == ["*"] else part


def _literal_text(glob: Glob) -> str | None:
    """Return the text of a pattern without wildcards, or None."""
    if not glob:
        return ""
    return glob[0] if len(glob) == 1 and isinstance(glob[0], str) else None


def _example(has: list[str], fits: list[Glob]) -> str:
    """Return text to try, which might not match."""
    sample = ""
    for glob in fits[:1]:
        for part in glob:
            if isinstance(part, str):
                sample += part
            elif part[0] == "*":
                sample += " ".join(has)
            elif part[0] == "?":
                sample += "x"
            else:
                first = part[1]
                sample += first[0]
    return sample if fits else " ".join(has) or "Example"


def glob_matches(glob: Glob, text: str) -> bool:
    """Return whether text matches a compiled pattern, as ``runtime/core/globs.js`` does."""
    source = "".join(map(_source, glob))
    pieces = rf"\A{source}\Z".split("\n")
    at = 0
    for piece in pieces:
        found = re.compile(piece, re.DOTALL).search(text, at)
        if not found:
            return False
        at = found.end()
    return True


def _source(part: str | list[Any]) -> str:
    """Return a part as a regular expression. ``*`` becomes a line break, which escaped text doesn't contain."""
    if isinstance(part, str):
        return _escaped(part)
    kind, *members = part
    if kind == "*":
        return "\n"
    if kind == "?":
        return "."
    ranges = (
        "-".join(map(_escaped, member)) if isinstance(member, list) else _escaped(member)
        for member in members
    )
    return f"[{''.join(ranges)}]"


def _escaped(text: str) -> str:
    return re.escape(text).replace("\\\n", r"\x0a")
