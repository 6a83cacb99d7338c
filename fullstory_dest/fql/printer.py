"""Printer of triggers as FQL."""

from __future__ import annotations

import re

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
from .vocabulary import RESERVED_WORDS, closest_field


def unparse(trigger: Trigger) -> str:
    """Return the trigger as FQL, such that ``parse(unparse(trigger)) == trigger``.

    Raises ValueError for a path whose first key can't be written.
    """
    match trigger:
        case Or(triggers):
            return " or ".join(map(_inside_or, triggers))
        case And(triggers):
            return " and ".join(map(_inside_and, triggers))
        case Not(Not() | Contains(negated=True) | Match(negated=True) as negated):
            return f"!{unparse(negated)}"
        case Not(negated):
            return f"!({unparse(negated)})"
        case Equals(operand, operator, value):
            return f"{_operand(operand)} {operator} {_value(value)}"
        case Compares(operand, operator, number):
            return f"{_operand(operand)} {operator} {_value(number)}"
        case In(operand, values):
            return f"{_operand(operand)} in [{', '.join(map(_value, values))}]"
        case Has(operand, value):
            return f"{_either(value)} in {_operand(operand)}"
        case Contains(operand, part, negated):
            return f"{'!' * negated}contains({_operand(operand)}, {_either(part)})"
        case Match(operand, pattern, negated):
            return f"{'!' * negated}match({_operand(operand)}, {_value(pattern)})"


def _inside_or(trigger: Trigger) -> str:
    return f"({unparse(trigger)})" if isinstance(trigger, Or) else unparse(trigger)


def _inside_and(trigger: Trigger) -> str:
    return f"({unparse(trigger)})" if isinstance(trigger, Or | And) else unparse(trigger)


def _operand(operand: Operand) -> str:
    if isinstance(operand, Call):
        return f"{operand.function}({_operand(operand.operand)})"
    root, *keys = operand.keys
    return _root(root) + "".join(map(_key, keys))


def _root(key: str) -> str:
    if not key or re.search(r"[.\[\]]", key):
        raise ValueError(f"a path can't begin with {key!r}")
    # A backslash before the first letter confirms a name that looks like a typo.
    written = escape_key(key)
    return f"\\{written}" if closest_field(key) and not written.startswith("\\") else written


def _key(key: str) -> str:
    if re.fullmatch(r"[0-9]+", key):
        return f"[{key}]"
    return f"[{_quoted(key)}]" if not key or re.search(r"[.\[\]]", key) else f".{escape_key(key)}"


def escape_key(key: str) -> str:
    """Return the key with a backslash wherever the lexer of @segment/fql-ts needs one."""
    written = re.sub(r"([^A-Za-z0-9_-])", r"\\\1", key)
    return f"\\{written}" if key in RESERVED_WORDS or re.match(r"[0-9-]", key) else written


def _either(value: Operand | Scalar) -> str:
    return _operand(value) if isinstance(value, Path | Call) else _value(value)


def _value(value: Scalar) -> str:
    return _quoted(value) if isinstance(value, str) else js_string(value)


def _quoted(text: str) -> str:
    """Quote text, with double quotes if possible. Segment's client reads single quotes as part of the text."""
    quote = "'" if '"' in text and "'" not in text else '"'
    return quote + text.replace(quote, quote * 2) + quote
