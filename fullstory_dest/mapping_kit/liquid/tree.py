"""The syntax tree of a template: statements and values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Scalar:
    """A string, a number, true or false."""

    value: str | float | bool


@dataclass(frozen=True, slots=True)
class Constant:
    """``nil``, ``empty`` or ``blank``, for comparisons."""

    name: str


@dataclass(frozen=True, slots=True)
class Path:
    """A property of the event, or of the ``root``: ``a.b[0][c]``."""

    keys: tuple[Value, ...]
    root: Value | None = None


@dataclass(frozen=True, slots=True)
class Range:
    """A range of whole numbers: ``(1..5)``."""

    low: Value
    high: Value


@dataclass(frozen=True, slots=True)
class Operation:
    """``not`` of one value, a comparison of two, or ``and`` or ``or`` of several."""

    operator: str
    operands: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Filter:
    """A filter with its arguments. ``position`` is the offset of its name."""

    name: str
    arguments: tuple[Value, ...]
    named: tuple[tuple[str, Value], ...]
    position: int


@dataclass(frozen=True, slots=True)
class Filtered:
    """A value with filters that are applied in order."""

    value: Value
    filters: tuple[Filter, ...]


Value: TypeAlias = Scalar | Constant | Path | Range | Operation | Filtered


@dataclass(frozen=True, slots=True)
class Text:
    text: str


@dataclass(frozen=True, slots=True)
class Echo:
    value: Value


@dataclass(frozen=True, slots=True)
class Assign:
    name: str
    value: Value


@dataclass(frozen=True, slots=True)
class Capture:
    name: str
    body: Block


@dataclass(frozen=True, slots=True)
class If:
    """Runs the first branch whose condition holds, or ``otherwise``."""

    branches: tuple[tuple[Value, Block], ...]
    otherwise: Block


@dataclass(frozen=True, slots=True)
class Case:
    """Runs all branches that have the value, or ``otherwise`` if none has."""

    value: Value
    branches: tuple[tuple[tuple[Value, ...], Block], ...]
    otherwise: Block


@dataclass(frozen=True, slots=True)
class Count:
    """``increment`` or ``decrement``."""

    tag: str
    name: str


Statement: TypeAlias = Text | Echo | Assign | Capture | If | Case | Count
Block: TypeAlias = tuple[Statement, ...]


@dataclass(frozen=True, slots=True)
class Template:
    """The statements of a template, and all filters in them, in order."""

    statements: Block
    filters: tuple[Filter, ...]
