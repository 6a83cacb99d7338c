"""The tree of a trigger: plain data, without the text that it was read from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

Scalar: TypeAlias = str | int | float | bool | None
Equality: TypeAlias = Literal["=", "!="]
Order: TypeAlias = Literal["<", "<=", ">", ">="]


@dataclass(frozen=True, slots=True)
class Path:
    """A field of the event: ``properties.price``. One key or more.

    The first has no ``.``, ``[`` or ``]`` in it, and is not empty.
    """

    keys: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Call:
    """A value made of a value: ``lowercase(event)``. The function is one of ``vocabulary.FUNCTIONS``."""

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
    """``operand < number`` and kin."""

    operand: Operand
    operator: Order
    number: int | float


@dataclass(frozen=True, slots=True)
class In:
    """``operand in [value, ...]``, of one value or more."""

    operand: Operand
    values: tuple[Scalar, ...]


@dataclass(frozen=True, slots=True)
class Has:
    """``value in operand``: a list in the event, and a value or another field that may be one of its items."""

    operand: Operand
    value: Operand | Scalar


@dataclass(frozen=True, slots=True)
class Contains:
    """``contains(operand, part)``, or ``!contains(...)``, which is not its opposite: both want strings."""

    operand: Operand
    part: Operand | Scalar
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Match:
    """``match(operand, pattern)``, or ``!match(...)``, which is not its opposite: both want a string."""

    operand: Operand
    pattern: str
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Not:
    """``!(trigger)``: true when the trigger is false."""

    trigger: Trigger


@dataclass(frozen=True, slots=True)
class And:
    """Two triggers or more, all of which must be true."""

    triggers: tuple[Trigger, ...]


@dataclass(frozen=True, slots=True)
class Or:
    """Two triggers or more, one of which must be true."""

    triggers: tuple[Trigger, ...]


Trigger: TypeAlias = Equals | Compares | In | Has | Contains | Match | Not | And | Or
