"""Writer of triggers in the subset of FQL that Segment's client reads correctly.

The subset has two levels: a chain of ``and`` or of ``or``, whose members are conditions or groups in parentheses. A
group is a chain without groups, and with at most one function, at its end. Any logic can be written like this if it's
short enough.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeAlias

from ..compile import TEXT_FIELDS
from ..glob import Glob, compile_glob
from ..js_values import js_string
from ..printer import escape_key
from ..tree import (
    And,
    Call,
    Compares,
    Contains,
    Equals,
    Has,
    In,
    Match,
    Not,
    Operand,
    Or,
    Path,
    Scalar,
    Trigger,
)
from .parser import OBJECT_FIELDS, TEXT_ROOTS

MAXIMUM_GROUPS = 100
MAXIMUM_CONDITIONS = 5_000
MAXIMUM_CHARACTERS = 20_000

# The client's paths follow prototypes. These are on the prototype of every object.
INHERITED = frozenset(
    {
        "__defineGetter__",
        "__defineSetter__",
        "__lookupGetter__",
        "__lookupSetter__",
        "__proto__",
        "constructor",
        "hasOwnProperty",
        "isPrototypeOf",
        "propertyIsEnumerable",
        "toLocaleString",
        "toString",
        "valueOf",
    }
)


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition as text."""

    text: str
    is_call: bool = False


@dataclass(frozen=True, slots=True)
class Chain:
    """Conditions and chains of the other operator, joined by ``and`` or ``or``."""

    operator: str
    members: tuple[Formula, ...]


Formula: TypeAlias = Condition | Chain
Clause: TypeAlias = tuple[Condition, ...]


class UnwritableError(Exception):
    """The trigger can't be written for the client. ``str()`` is the reason."""


def subscribe(trigger: Trigger) -> tuple[str | None, list[str]]:
    """Return a trigger that Segment's client reads correctly; or None and the reasons why there is none."""
    reasons: dict[str, None] = {}
    formula = _formula(trigger, False, reasons)
    if reasons:
        return None, list(reasons)
    text = min(filter(None, (_two_levels(formula, outer) for outer in ("and", "or"))), key=len, default=None)
    if text is None or len(text) > MAXIMUM_CHARACTERS:
        return None, ["doesn't support nested groups, and the trigger is too long without them"]
    return text, []


def _formula(trigger: Trigger, negated: bool, reasons: dict[str, None]) -> Formula:
    """Return the trigger with negations moved to the conditions. Adds a reason for each one that can't be written."""
    match trigger:
        case Not(inner):
            return _formula(inner, not negated, reasons)
        case And(parts) | Or(parts):
            is_and = isinstance(trigger, And) != negated
        case In(operand, values):
            parts = tuple(Equals(operand, "=", value) for value in values)
            is_and = negated
        case _:
            try:
                return _condition(trigger, negated)
            except UnwritableError as unwritable:
                reasons[str(unwritable)] = None
                return Condition("")
    operator = "and" if is_and else "or"
    members: dict[Formula, None] = {}
    for part in parts:
        formula = _formula(part, negated, reasons)
        if isinstance(formula, Chain) and formula.operator == operator:
            members |= dict.fromkeys(formula.members)
        else:
            members[formula] = None
    return Chain(operator, tuple(members)) if len(members) > 1 else next(iter(members))


def _condition(trigger: Trigger, negated: bool) -> Formula:
    match trigger:
        case Equals(operand, operator, value):
            return _equals(_keys(operand), operator == "=", value, negated)
        case Compares(operand, operator, number):
            return _positive(f"{_field(_keys(operand))} {operator} {_number(number)}", negated)
        case Contains(operand, part, lacks):
            if isinstance(part, Path | Call):
                raise UnwritableError("can't compare two fields with contains()")
            return _call("contains", _keys(operand), js_string(part), lacks, negated)
        case Match(operand, pattern, mismatches):
            return _match(_keys(operand), compile_glob(pattern), mismatches, negated)
        case Has():
            raise UnwritableError("doesn't support in with a list in the event")
        case _:
            raise AssertionError(trigger)


def _equals(keys: tuple[str, ...], is_equal: bool, value: Scalar, negated: bool) -> Formula:
    field = _field(keys)
    operator = "=" if is_equal != negated else "!="
    if value is None:
        if keys in (("type",), ("event",)):
            raise UnwritableError(
                f'compares {field} with the text "null" instead of checking whether it exists'
            )
        return Condition(f"{field} {operator} null")
    if isinstance(value, bool) and (keys not in TEXT_FIELDS or keys == ("userId",)):
        if operator == "!=":
            raise UnwritableError(f'compares != {js_string(value)} with the text "{js_string(value)}"')
        return Condition(f"{field} = {js_string(value)}")
    if isinstance(value, str) or keys in TEXT_FIELDS:
        return Condition(f"{field} {operator} {_quoted(js_string(value))}")
    return _positive(f"{field} {'=' if is_equal else '!='} {_number(value)}", negated)


def _match(keys: tuple[str, ...], glob: Glob, mismatches: bool, negated: bool) -> Formula:
    match glob:
        case [] | [str()]:
            [text] = glob or [""]
            if not mismatches:
                return _equals(keys, True, str(text), negated)
            # Text, but not this one.
            parts = _call("contains", keys, "", False, negated), _equals(keys, False, str(text), negated)
            return Chain("and", parts)
        case [["*"]]:
            return _call("match", keys, "*", mismatches, negated)
        case [str(text), ["*"]]:
            return _call("match", keys, f"{text}*", mismatches, negated)
        case [["*"], str(text)] if not text.endswith("*"):
            return _call("match", keys, f"*{text}", mismatches, negated)
        case [["*"], str(text), ["*"]]:
            return _call("contains", keys, text, mismatches, negated)
    raise UnwritableError("only supports patterns with a single * at one end")


def _call(function: str, keys: tuple[str, ...], text: str, is_not: bool, negated: bool) -> Condition:
    if keys == ("type",):
        raise UnwritableError(f"ignores {function}() on type")
    call = _positive(f"{'!' * is_not}{function}({_field(keys)}, {_quoted(text)})", negated)
    return Condition(call.text, is_call=True)


def _positive(text: str, negated: bool) -> Condition:
    """Return a condition that requires a number or text. Its negation, which includes all else, can't be written."""
    if negated:
        raise UnwritableError(f'ignores "!" before parentheses, and can\'t negate {text} otherwise')
    return Condition(text)


def _keys(operand: Operand) -> tuple[str, ...]:
    """Return the keys of a path that the client follows as this project does."""
    if isinstance(operand, Call):
        raise UnwritableError(f"doesn't support {operand.function}()")
    root, *keys = operand.keys
    field = ".".join(operand.keys)
    if root in TEXT_ROOTS:
        if keys:
            raise UnwritableError(f"reads {field} as {root}")
    elif root not in OBJECT_FIELDS:
        raise UnwritableError(
            f"only supports type, event, name, userId, properties, traits and context, but not {field}"
        )
    elif not keys:
        raise UnwritableError(f"reads {field} without a key as {field}.{field}")
    if not all(keys) or re.search(r"[.\[\]]", "".join(keys)):
        raise UnwritableError("splits names at dots and brackets, and doesn't support empty ones")
    if re.search("[^\0-\uffff]", "".join(keys)):
        raise UnwritableError(f"can't read the name {field}")
    if not INHERITED.isdisjoint(keys):
        raise UnwritableError(f"finds {field} on the prototype of every object")
    return operand.keys


def _field(keys: tuple[str, ...]) -> str:
    return ".".join(map(escape_key, keys))


def _quoted(text: str) -> str:
    if '"' in text:
        raise UnwritableError("doesn't support \" in text")
    return f'"{text}"'


def _number(number: int | float) -> str:
    """Write a number in digits, because the client's lexer doesn't support exponents."""
    return format(Decimal(repr(number)), "f")


def _two_levels(formula: Formula, outer: str) -> str | None:
    """Return the formula as a chain of ``outer`` with groups of the other operator, or None if that's impossible."""
    clauses = _clauses(formula, outer)
    if clauses is None:
        return None
    inner = "or" if outer == "and" else "and"
    if len(clauses) == 1:
        return f" {inner} ".join(condition.text for condition in clauses[0])
    written = []
    for clause in clauses:
        if len(clause) > 1 and sum(condition.is_call for condition in clause) > 1:
            return None
        text = f" {inner} ".join(
            condition.text for condition in sorted(clause, key=lambda each: each.is_call)
        )
        written.append(f"({text})" if len(clause) > 1 else text)
    return f" {outer} ".join(dict.fromkeys(written))


def _clauses(formula: Formula, outer: str) -> list[Clause] | None:
    """Return the formula's groups as a chain of ``outer``: its conjunctive or disjunctive normal form."""
    if isinstance(formula, Condition):
        return [(formula,)]
    members: Iterable[Formula] = formula.members
    clauses: list[Clause] = []
    if formula.operator != outer:
        # All at once, because adding them one by one takes quadratic time.
        clauses = [tuple(member for member in members if isinstance(member, Condition))]
        members = [member for member in members if isinstance(member, Chain)]
    for member in members:
        more = _clauses(member, outer)
        if more is None:
            return None
        if formula.operator == outer:
            clauses += more
        elif len(clauses) * len(more) > MAXIMUM_GROUPS:
            return None
        else:
            clauses = [tuple(dict.fromkeys((*one, *other))) for one in clauses for other in more]
        if sum(map(len, clauses)) > MAXIMUM_CONDITIONS:
            return None
    return clauses
