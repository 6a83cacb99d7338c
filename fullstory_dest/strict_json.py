"""Reads JSON as RFC 8259 has it. Python's own reader takes more, and loses what it cannot hold."""

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
SHOWN_DIGITS: Final = 40  # of a number, in a message

_too_deep: Final = Problem((), f"is nested too deeply: more than {MAXIMUM_DEPTH} levels")


class JSONError(ProblemsError):
    """The text is not JSON, or holds what JSON has not.

    Where the grammar is broken there is one problem, with its position in the text. All others have paths.
    """


@dataclass(frozen=True, slots=True)
class _Refused:
    """Holds the place of a value that JSON cannot have."""

    message: str


def read_json(source: str | bytes) -> Any:
    """The value that a text holds; bytes are UTF-8. A byte order mark, which files may have, is skipped.

    Refused are NaN and Infinity, which neither browsers nor PostgreSQL read, numbers beyond those of JavaScript, a key
    twice in one object, where the first value would be lost, keys that cannot be stored, and nesting too deep to walk.
    Raises JSONError, with the first 20 problems.
    """
    text = (_decoded(source) if isinstance(source, bytes) else source).removeprefix("\ufeff")
    try:
        value = json.loads(
            text,
            parse_constant=lambda name: _Refused(f"JSON has no {name}"),
            parse_float=_float,
            parse_int=_int,
            object_pairs_hook=_object,
        )
    except json.JSONDecodeError as error:
        raise JSONError([Problem((), f"is not JSON: {error.msg}", position=error.pos)]) from error
    except RecursionError as error:
        raise JSONError([_too_deep]) from error
    if problems := list(dict.fromkeys(islice(_refusals(value, ()), MAXIMUM_PROBLEMS))):
        raise JSONError(problems)
    return value


def _decoded(content: bytes) -> str:
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) or b"\0" in content[:4]:
        message = "is not UTF-8 text, but UTF-16 or UTF-32. Save it as UTF-8 and try again"
        raise JSONError([Problem((), message)])
    try:
        return content.decode()
    except UnicodeDecodeError as error:
        raise JSONError([Problem((), f"is not UTF-8 text at byte {error.start}")]) from error


def _float(text: str) -> float | _Refused:
    number = float(text)
    return number if abs(number) <= sys.float_info.max else _too_large(text)


def _int(text: str) -> int | _Refused:
    # Python refuses to read an int with thousands of digits, and reads it as a float.
    return int(text) if abs(float(text)) <= sys.float_info.max else _too_large(text)


def _too_large(text: str) -> _Refused:
    shown = text if len(text) <= SHOWN_DIGITS else f"{text[:SHOWN_DIGITS]}…"
    return _Refused(f"The number {shown} is too large")


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any] | _Refused:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if character := find_unstorable(key):
            return _Refused(f"A key holds the character {character.name}, which cannot be stored")
        found[key] = _Refused(f"The key “{key}” stands twice in one object") if key in found else value
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
