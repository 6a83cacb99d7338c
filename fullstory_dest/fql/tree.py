"""The syntax tree of triggers: plain data, without the source text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

Scalar: TypeAlias = str | int | float | bool | None
Equality: TypeAlias = Literal["=", "!="]
Order: TypeAlias = Literal["<", "<=", ">", ">="]


@dataclass(frozen=True, slots=True)
class Path:
    """A field of the event, as in ``properties.price``, with one or more keys.

    The first key isn't empty, and has no ``.``, ``[`` or ``]``.
    """

    keys: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Call:
    """A function call, as in ``lowercase(event)``. The function is one of ``vocabulary.FUNCTIONS``."""

    function: str
    operand: Operand


Operand: TypeAlias = Path | Call


@dataclass(frozen=True, slots=True)
class Equals:
    """``operand = value`` and ``operand != value``."""

    operand: Operand
    operator: Equality
    value: Scalar


@dataclass(frozen=True, slots=True)
class Compares:
    """``operand < number``, and the other orders."""

    operand: Operand
    operator: Order
    number: int | float


@dataclass(frozen=True, slots=True)
class In:
    """``operand in [value, ...]``, with one or more values."""

    operand: Operand
    values: tuple[Scalar, ...]


@dataclass(frozen=True, slots=True)
class Has:
    """``value in operand``: whether a list in the event has an item, which is a value or another field."""

    operand: Operand
    value: Operand | Scalar


@dataclass(frozen=True, slots=True)
class Contains:
    """``contains(operand, part)`` or ``!contains(...)``. Neither matches operands that aren't strings."""

    operand: Operand
    part: Operand | Scalar
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Match:
    """``match(operand, pattern)`` or ``!match(...)``. Neither matches operands that aren't strings."""

    operand: Operand
    pattern: str
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Not:
    """``!(trigger)``, which matches if the trigger doesn't."""

    trigger: Trigger


@dataclass(frozen=True, slots=True)
class And:
    """Two or more triggers that must all match."""

    triggers: tuple[Trigger, ...]


@dataclass(frozen=True, slots=True)
class Or:
    """Two or more triggers of which one must match."""

    triggers: tuple[Trigger, ...]


Trigger: TypeAlias = Equals | Compares | In | Has | Contains | Match | Not | And | Or
