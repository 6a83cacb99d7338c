"""Compiler of triggers to instructions (docs/compiled-config.md)."""

from __future__ import annotations

from typing import Any, TypeAlias

from .glob import compile_glob
from .js_values import js_string
from .tree import (
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

Instruction: TypeAlias = list[Any]

# Segment's client compares these as text: ``userId = 5`` matches "5", but never 5.
TEXT_FIELDS = {("type",), ("event",), ("name",), ("userId",)}


def compile(trigger: Trigger) -> Instruction:
    """Return the instruction tree of a trigger as JSON: ``["=", ["type"], "track"]``.

    Triggers that Segment's client understands (``validate`` of @segment/destination-subscriptions) have the same
    meaning, with these exceptions. ``segment`` finds them in a trigger, and docs/triggers.md lists them.

    - ``= null`` and ``!= null`` check whether a field is null or absent. The client compares ``type`` and ``event``
      with the text "null".
    - ``!= true`` and ``!= false`` are the opposites of ``=``. The client compares with the text "true".
    - The pattern of ``match`` is a glob. The client only supports a ``*`` at one end, and reads the rest as text.
    """
    match trigger:
        case And(triggers):
            return ["and", *_flat("and", triggers)]
        case Or(triggers):
            return ["or", *_flat("or", triggers)]
        case Not(negated):
            return ["!", compile(negated)]
        case Equals(operand, operator, value):
            return [operator, _operand(operand), _value(value, operand)]
        case Compares(operand, operator, number):
            return [operator, _operand(operand), number]
        case In(operand, values):
            return ["in", _operand(operand), [_value(value, operand) for value in values]]
        case Has(operand, value):
            item = _operand(value) if isinstance(value, Path | Call) else value
            return ["has", _operand(operand), item]
        case Contains(operand, part, negated):
            compiled = _operand(part) if isinstance(part, Path | Call) else js_string(part)
            return ["!contains" if negated else "contains", _operand(operand), compiled]
        case Match(operand, pattern, negated):
            return ["!match" if negated else "match", _operand(operand), compile_glob(pattern)]


def _flat(operator: str, triggers: tuple[Trigger, ...]) -> list[Instruction]:
    """Return the instructions of a chain, with nested chains of the same operator merged into it."""
    flat: list[Instruction] = []
    for instruction in map(compile, triggers):
        if instruction[0] == operator:
            flat += instruction[1:]
        else:
            flat.append(instruction)
    return flat


def _operand(operand: Operand) -> list[str] | dict[str, list[Any]]:
    if isinstance(operand, Call):
        return {operand.function: [_operand(operand.operand)]}
    return list(operand.keys)


def _value(value: Scalar, operand: Operand) -> Scalar:
    if value is None or not isinstance(operand, Path) or operand.keys not in TEXT_FIELDS:
        return value
    if isinstance(value, bool) and operand.keys == ("userId",):
        return value  # the client has this one exception
    return js_string(value)
