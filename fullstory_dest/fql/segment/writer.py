"""Writes a trigger for Segment's client, in the part of FQL that it reads as we do.

That part has two levels: a chain of ``and`` or of ``or``, in which a group in parentheses can stand for a
condition. A group is a chain, too, holds no other group, and no more than one function, at its end. Any logic can
be written so, given the room.
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

# Paths lead through prototypes there. These are on that of every object.
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
    """One condition, as it is written."""

    text: str
    is_call: bool = False


@dataclass(frozen=True, slots=True)
class Chain:
    """Conditions, and chains of the other operator, of which all must be true (``and``) or one (``or``)."""

    operator: str
    members: tuple[Formula, ...]


Formula: TypeAlias = Condition | Chain
Clause: TypeAlias = tuple[Condition, ...]


class UnwritableError(Exception):
    """There are no words for this. ``str()`` says what the client does instead."""


def subscribe(trigger: Trigger) -> tuple[str | None, list[str]]:
    """The trigger in words that Segment's client reads as we do; or None, and what it does instead, and with what."""
    reasons: dict[str, None] = {}
    formula = _formula(trigger, False, reasons)
    if reasons:
        return None, list(reasons)
    text = min(filter(None, (_two_levels(formula, outer) for outer in ("and", "or"))), key=len, default=None)
    if text is None or len(text) > MAXIMUM_CHARACTERS:
        return None, ["has no groups inside groups; without them this would be too long"]
    return text, []


def _formula(trigger: Trigger, negated: bool, reasons: dict[str, None]) -> Formula:
    """The trigger with each "!" drawn down to the conditions. What cannot be written adds a reason."""
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
                raise UnwritableError("cannot look for one field in another with contains()")
            return _call("contains", _keys(operand), js_string(part), lacks, negated)
        case Match(operand, pattern, mismatches):
            return _match(_keys(operand), compile_glob(pattern), mismatches, negated)
        case Has():
            raise UnwritableError("does not know in with a list in the event")
        case _:
            raise AssertionError(trigger)


def _equals(keys: tuple[str, ...], is_equal: bool, value: Scalar, negated: bool) -> Formula:
    field = _field(keys)
    operator = "=" if is_equal != negated else "!="
    if value is None:
        if keys in (("type",), ("event",)):
            raise UnwritableError(f'compares {field} with the text "null" where we ask whether it is there')
        return Condition(f"{field} {operator} null")
    if isinstance(value, bool) and (keys not in TEXT_FIELDS or keys == ("userId",)):
        if operator == "!=":
            raise UnwritableError(f'takes != {js_string(value)} for another text than "{js_string(value)}"')
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
    raise UnwritableError("knows no pattern but text with a * at one end")


def _call(function: str, keys: tuple[str, ...], text: str, is_not: bool, negated: bool) -> Condition:
    if keys == ("type",):
        raise UnwritableError(f"leaves out {function}() of type")
    call = _positive(f"{'!' * is_not}{function}({_field(keys)}, {_quoted(text)})", negated)
    return Condition(call.text, is_call=True)


def _positive(text: str, negated: bool) -> Condition:
    """A condition that wants a number, or text. Its opposite, which is true of all else, cannot be written."""
    if negated:
        raise UnwritableError(f'drops a "!" before parentheses, and has no other way to negate {text}')
    return Condition(text)


def _keys(operand: Operand) -> tuple[str, ...]:
    """The keys of a path that the client follows as we do."""
    if isinstance(operand, Call):
        raise UnwritableError(f"does not know {operand.function}()")
    root, *keys = operand.keys
    field = ".".join(operand.keys)
    if root in TEXT_ROOTS:
        if keys:
            raise UnwritableError(f"takes {field} for {root}")
    elif root not in OBJECT_FIELDS:
        raise UnwritableError(
            f"knows type, event, name, userId, and what is in properties, traits and context, but not {field}"
        )
    elif not keys:
        raise UnwritableError(f"takes {field} alone for {field}.{field}")
    if not all(keys) or re.search(r"[.\[\]]", "".join(keys)):
        raise UnwritableError("splits a name at a dot or bracket in it, and has no empty ones")
    if re.search("[^\0-\uffff]", "".join(keys)):
        raise UnwritableError(f"cannot read the name {field}")
    if not INHERITED.isdisjoint(keys):
        raise UnwritableError(f"follows {field} into what every object inherits")
    return operand.keys


def _field(keys: tuple[str, ...]) -> str:
    return ".".join(map(escape_key, keys))


def _quoted(text: str) -> str:
    if '"' in text:
        raise UnwritableError('has no way to write a " in text')
    return f'"{text}"'


def _number(number: int | float) -> str:
    """In digits alone: the client's lexer knows no exponent."""
    return format(Decimal(repr(number)), "f")


def _two_levels(formula: Formula, outer: str) -> str | None:
    """The formula as a chain of ``outer``, with groups of the other operator. None if there is none, or too long."""
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
    """The groups of the formula as a chain of ``outer``: its conjunctive or its disjunctive normal form."""
    if isinstance(formula, Condition):
        return [(formula,)]
    members: Iterable[Formula] = formula.members
    clauses: list[Clause] = []
    if formula.operator != outer:
        # All at once: one after the other, a long list would take the square of its length.
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
