"""Triggers as JSON: the groups and rows of the trigger builder.

    node   = {"kind": "all" | "any", "items": [node, ...], "not": count}
           | {"kind": "row", "path": [key, ...], "operator": name, "value": scalar | [scalar, ...], "not": count}
           | {"kind": "raw", "text": FQL, "not": count}

``not`` is the number of negations around a node, and optional if that is 0. Conditions that a row can't have, such as
functions and comparisons of two fields, are raw nodes, in FQL as the printer writes it.
``trigger_of(builder_rows(trigger)) == trigger``.
"""

from __future__ import annotations

import re
from typing import Any, Final, TypeAlias, TypeGuard

from .compile import compile
from .errors import FQLError
from .glob import GlobError, compile_glob
from .parser import parse
from .printer import unparse
from .tokenizer import MAX_LENGTH
from .tree import And, Compares, Contains, Equals, Has, In, Match, Not, Or, Path, Scalar, Trigger

Node: TypeAlias = dict[str, Any]

MAXIMUM_DEPTH: Final = 100  # as in the parser

ORDERS: Final[dict[str, Any]] = {"less": "<", "at_most": "<=", "greater": ">", "at_least": ">="}
CONTAINS: Final = {"contains": False, "does_not_contain": True}
MATCHES: Final = {"matches": False, "does_not_match": True}
STARTS: Final = {"starts_with": False, "does_not_start_with": True}
ENDS: Final = {"ends_with": False, "does_not_end_with": True}
PRESENCE: Final[dict[str, Any]] = {"does_not_exist": "=", "exists": "!="}
#: Messages for conditions without a value, by field.
MISSING_VALUE_HINTS: Final[dict[tuple[str, ...], str]] = {
    ("event",): "Enter the event's name",
    ("type",): "Enter the event's type",
}
EQUALITY: Final[dict[str, Any]] = {"is": "=", "is_not": "!="}


class RowError(ValueError):
    """An invalid node.

    ``path`` has the indexes of ``items`` that lead to it, and then its invalid part: ``(1, "value", 0)`` is the first
    value of the second row. ``position`` is the offset in the text of a raw node.
    """

    def __init__(self, message: str, path: tuple[int | str, ...], position: int | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.path = path
        self.position = position


def builder_rows(trigger: Trigger) -> Node:
    """Return the trigger as JSON."""
    negations = 0
    while isinstance(trigger, Not):
        negations += 1
        trigger = trigger.trigger
    node: Node
    if isinstance(trigger, And | Or):
        kind = "all" if isinstance(trigger, And) else "any"
        node = {"kind": kind, "items": [builder_rows(inner) for inner in trigger.triggers]}
    else:
        node = _row_of(trigger) or {"kind": "raw", "text": unparse(trigger)}
    return {**node, "not": negations} if negations else node


def _row_of(condition: Trigger) -> Node | None:
    match condition:
        case Equals(Path(keys), operator, None):
            return _row(keys, "does_not_exist" if operator == "=" else "exists", None)
        case Equals(Path(keys), operator, value):
            return _row(keys, "is" if operator == "=" else "is_not", value)
        case Compares(Path(keys), operator, number):
            return _row(keys, _name_of(ORDERS, operator), number)
        case In(Path(keys), values):
            return _row(keys, "one_of", list(values))
        case Has(Path(keys), value) if not isinstance(value, Path) and _is_scalar(value):
            return _row(keys, "has_item", value)
        case Contains(Path(keys), str() as part, negated):
            return _row(keys, _name_of(CONTAINS, negated), part)
        case Match(Path(keys), pattern, negated):
            return _pattern_row(keys, pattern, negated)
    return None


def _row(keys: tuple[str, ...], operator: str, value: Any) -> Node:
    return {"kind": "row", "path": list(keys), "operator": operator, "value": value}


def _name_of(operators: dict[str, Any], meaning: Any) -> str:
    return next(name for name, each in operators.items() if each == meaning)


def _pattern_row(keys: tuple[str, ...], pattern: str, negated: bool) -> Node:
    """Return a row for the text before or after the only ``*`` of a pattern, or for any other pattern."""
    start = _unescaped(pattern[:-1])
    if start and pattern == f"{_escaped(start)}*":
        return _row(keys, _name_of(STARTS, negated), start)
    end = _unescaped(pattern[1:])
    if end and pattern == f"*{_escaped(end)}":
        return _row(keys, _name_of(ENDS, negated), end)
    return _row(keys, _name_of(MATCHES, negated), pattern)


def _escaped(text: str) -> str:
    return re.sub(r"([*?\[\\])", r"\\\1", text)


def _unescaped(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text, flags=re.DOTALL)


def trigger_of(node: object) -> Trigger:
    """Return the trigger of any JSON value. Raises RowError for the first invalid node."""
    return _trigger_of(node, (), 0)


def _trigger_of(node: object, path: tuple[int, ...], depth: int) -> Trigger:
    if not isinstance(node, dict):
        raise RowError("Expected a condition", path)
    negations = node.get("not", 0)
    if isinstance(negations, bool) or not isinstance(negations, int) or negations < 0:
        raise RowError("Expected a condition", path)
    depth += negations
    if depth > MAXIMUM_DEPTH:
        raise RowError(f"Expected at most {MAXIMUM_DEPTH} nested groups and negations", path)
    trigger = _positive(node, path, depth)
    for _ in range(negations):
        trigger = Not(trigger)
    return trigger


def _positive(node: Node, path: tuple[int, ...], depth: int) -> Trigger:
    match node.get("kind"):
        case "all" | "any" as kind:
            items = node.get("items")
            if not isinstance(items, list) or not items:
                raise RowError("Add a condition to this group, or remove the group", path)
            triggers = tuple(_trigger_of(item, (*path, index), depth + 1) for index, item in enumerate(items))
            if len(triggers) == 1:
                return triggers[0]
            return And(triggers) if kind == "all" else Or(triggers)
        case "raw":
            return _raw(node.get("text"), path)
        case "row":
            return _checked(_condition(node, path), path)
    raise RowError("Expected a condition", path)


def _raw(text: object, path: tuple[int, ...]) -> Trigger:
    if not isinstance(text, str) or not text.strip():
        raise RowError("Enter a condition in FQL", (*path, "text"))
    try:
        trigger = parse(text)
        compile(trigger)
    except FQLError as error:
        raise RowError(error.message, (*path, "text"), error.position) from error
    return trigger


def _checked(condition: Trigger, path: tuple[int, ...]) -> Trigger:
    """Return the condition. Raises RowError if the parser would read it back differently."""
    try:
        text = unparse(condition)
        read = parse(text)
    except FQLError as error:
        raise RowError(error.message, path) from error
    except ValueError as error:
        raise RowError("The first name of a field can't contain dots or brackets", (*path, "path")) from error
    if read != condition:
        raise RowError("This can't be written in FQL", path)
    return condition


def _condition(node: Node, path: tuple[int, ...]) -> Trigger:
    keys, operator, value = node.get("path"), str(node.get("operator")), node.get("value")
    if not isinstance(keys, list) or not keys or not all(isinstance(key, str) for key in keys):
        raise RowError("Enter a field", (*path, "path"))
    if len(keys) > MAX_LENGTH:
        raise RowError("This path is too long", (*path, "path"))
    operand = Path(tuple(keys))
    place: tuple[int | str, ...] = (*path, "value")
    if operator in PRESENCE:
        return Equals(operand, PRESENCE[operator], None)
    if operator in EQUALITY:
        return Equals(operand, EQUALITY[operator], _scalar(value, operand, place))
    if operator == "has_item":
        return Has(operand, _scalar(value, operand, place))
    if operator == "one_of":
        if not isinstance(value, list) or not value:
            raise RowError("Enter at least one value", place)
        return In(operand, tuple(_scalar(each, operand, (*place, index)) for index, each in enumerate(value)))
    if operator in ORDERS:
        if not _is_scalar(value) or isinstance(value, bool) or not isinstance(value, int | float):
            raise RowError("Enter a number", place)
        return Compares(operand, ORDERS[operator], value)
    if operator in {*CONTAINS, *MATCHES, *STARTS, *ENDS}:
        return _text_condition(operand, operator, value, place)
    raise RowError("Choose an operator", (*path, "operator"))


def _text_condition(operand: Path, operator: str, value: object, path: tuple[int | str, ...]) -> Trigger:
    if not isinstance(value, str):
        raise RowError("Enter text", path)
    if operator in CONTAINS:
        return Contains(operand, value, CONTAINS[operator])
    if not value and operator not in MATCHES:
        raise RowError("Enter text", path)
    pattern, negated = value, MATCHES.get(operator, False)
    if operator in STARTS:
        pattern, negated = f"{_escaped(value)}*", STARTS[operator]
    elif operator in ENDS:
        pattern, negated = f"*{_escaped(value)}", ENDS[operator]
    try:
        compile_glob(pattern)
    except GlobError as error:
        raise RowError(error.message, path) from error
    return Match(operand, pattern, negated)


def _scalar(value: object, operand: Path, path: tuple[int | str, ...]) -> Scalar:
    if not _is_scalar(value):
        raise RowError(MISSING_VALUE_HINTS.get(operand.keys, "Enter a value"), path)
    return value


def _is_scalar(value: object) -> TypeGuard[Scalar]:
    """Return whether FQL can write the value: text, true, false, null, or a number that JavaScript can represent."""
    if isinstance(value, float):
        return abs(value) < float("inf")
    if isinstance(value, int) and not isinstance(value, bool):
        return abs(value) <= 2**53
    return value is None or isinstance(value, str | bool)
