"""Strict JSON parser (RFC 8259). Python's parser accepts more, and loses data."""

from __future__ import annotations

import codecs
import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final

from .problem import Problem, ProblemsError
from .unstorable_text import MAXIMUM_DEPTH, find_unstorable

MAXIMUM_PROBLEMS: Final = 20
SHOWN_DIGITS: Final = 40  # digits of a number that messages show

_too_deep: Final = Problem((), f"Expected at most {MAXIMUM_DEPTH} nested levels")


class JSONError(ProblemsError):
    """The text isn't strict JSON.

    A syntax error is a single problem with its position in the text. Other problems have paths.
    """


@dataclass(frozen=True, slots=True)
class _Refused:
    """Replaces a value that JSON can't have."""

    message: str


def read_json(source: str | bytes) -> Any:
    """Parse text, or bytes in UTF-8, with an optional byte order mark.

    Raises JSONError with the first 20 problems. Besides syntax errors, these are NaN and Infinity, which browsers and
    PostgreSQL reject; numbers that JavaScript can't represent; duplicate keys, which would lose a value; keys that
    can't be stored; and too many nested levels.
    """
    text = (_decoded(source) if isinstance(source, bytes) else source).removeprefix("\ufeff")
    try:
        value = json.loads(
            text,
            parse_constant=lambda name: _Refused(f"JSON doesn't allow {name}"),
            parse_float=_float,
            parse_int=_int,
            object_pairs_hook=_object,
        )
    except json.JSONDecodeError as error:
        raise JSONError([Problem((), f"Invalid JSON: {error.msg}", position=error.pos)]) from error
    except RecursionError as error:
        raise JSONError([_too_deep]) from error
    if problems := list(dict.fromkeys(islice(_refusals(value, ()), MAXIMUM_PROBLEMS))):
        raise JSONError(problems)
    return value


def _decoded(content: bytes) -> str:
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) or b"\0" in content[:4]:
        message = "Expected UTF-8, found UTF-16 or UTF-32; save it as UTF-8 and try again"
        raise JSONError([Problem((), message)])
    try:
        return content.decode()
    except UnicodeDecodeError as error:
        raise JSONError([Problem((), f"Invalid UTF-8 at byte {error.start}")]) from error


def _float(text: str) -> float | _Refused:
    number = float(text)
    return number if abs(number) <= sys.float_info.max else _too_large(text)


def _int(text: str) -> int | _Refused:
    # Python's int() rejects numbers with thousands of digits, but float() accepts them.
    return int(text) if abs(float(text)) <= sys.float_info.max else _too_large(text)


def _too_large(text: str) -> _Refused:
    shown = text if len(text) <= SHOWN_DIGITS else f"{text[:SHOWN_DIGITS]}…"
    return _Refused(f"The number {shown} is too large")


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any] | _Refused:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if character := find_unstorable(key):
            return _Refused(f"The character {character.name} isn't allowed in keys")
        found[key] = _Refused(f"Duplicate key “{key}”") if key in found else value
    return found


def _refusals(value: Any, path: tuple[str | int, ...]) -> Iterator[Problem]:
    if len(path) > MAXIMUM_DEPTH:
        yield _too_deep
    elif isinstance(value, _Refused):
        yield Problem(path, value.message)
    elif isinstance(value, dict):
        for key, part in value.items():
            yield from _refusals(part, (*path, key))
    elif isinstance(value, list):
        for index, part in enumerate(value):
            yield from _refusals(part, (*path, index))
