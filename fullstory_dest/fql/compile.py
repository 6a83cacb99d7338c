"""Compiles a trigger to the instructions that docs/compiled-config.md describes."""

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

# Segment's client compares these as text, whatever the value: ``userId = 5`` is true of "5", and never of 5.
TEXT_FIELDS = {("type",), ("event",), ("name",), ("userId",)}


def compile(trigger: Trigger) -> Instruction:
    """The instruction tree of a trigger: plain JSON, ``["=", ["type"], "track"]``.

    Wherever the trigger means something to Segment's client (``validate`` of
    @segment/destination-subscriptions), this means the same, but for these (``segment`` knows them all, and
    docs/triggers.md lists them):

    - ``= null`` and ``!= null`` ask of every field whether it is null or absent; the client compares
      ``type`` and ``event`` with the text "null".
    - ``!= true`` and ``!= false`` are the opposites of ``=``; the client compares with the text "true".
    - The pattern of ``match`` is a glob throughout; the client knows a ``*`` at one end only, and takes all
      else for itself.
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
    """The instructions of a chain, those of the same operator inside it drawn up into it."""
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
