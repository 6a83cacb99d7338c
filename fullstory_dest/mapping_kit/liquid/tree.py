"""A template as a tree: statements, and the values in them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Scalar:
    """A string, a number, true or false."""

    value: str | float | bool


@dataclass(frozen=True, slots=True)
class Constant:
    """``nil``, ``empty`` or ``blank``: something to compare with."""

    name: str


@dataclass(frozen=True, slots=True)
class Path:
    """A property of the event, or of the ``root``: ``a.b[0][c]``."""

    keys: tuple[Value, ...]
    root: Value | None = None


@dataclass(frozen=True, slots=True)
class Range:
    """The whole numbers from one to another: ``(1..5)``."""

    low: Value
    high: Value


@dataclass(frozen=True, slots=True)
class Operation:
    """``not`` of one value, or a comparison of two, or ``and`` or ``or`` of several."""

    operator: str
    operands: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Filter:
    """A filter with its arguments. ``position`` is that of its name."""

    name: str
    arguments: tuple[Value, ...]
    named: tuple[tuple[str, Value], ...]
    position: int


@dataclass(frozen=True, slots=True)
class Filtered:
    """A value put through filters, one after another."""

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
    """The body of the first branch whose condition is true, or the ``otherwise``."""

    branches: tuple[tuple[Value, Block], ...]
    otherwise: Block


@dataclass(frozen=True, slots=True)
class Case:
    """The bodies of every branch that has the value, or the ``otherwise`` if none has."""

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
    """The statements of a template, and all the filters in them, in the order in which they stand."""

    statements: Block
    filters: tuple[Filter, ...]
