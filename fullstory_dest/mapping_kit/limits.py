"""Limits of templates, which are checked before directives."""

from __future__ import annotations

import math
import sys
from collections.abc import Iterator
from typing import Any

from ..problem import Problem, describe
from ..unstorable_text import find_unstorable

MAX_DEPTH = 32  # nested objects and arrays
MAX_VALUES = 5_000  # values, including objects and arrays
MAX_TEXT = 100_000  # characters in keys and values


def check_limits(template: Any) -> Iterator[Problem]:
    """Yield the problems of a template that isn't JSON, is unsafe, or is too large. Stops at the first limit."""
    values, text = 1, 0
    waiting: list[tuple[tuple[str | int, ...], Any]] = [((), template)]
    while waiting:
        path, value = waiting.pop()
        if isinstance(value, str):
            text += len(value)
        elif isinstance(value, list | dict):
            values += len(value)
        if values > MAX_VALUES:
            yield Problem((), f"expected at most {MAX_VALUES:,} values")
            return
        if text > MAX_TEXT:
            yield Problem((), f"expected at most {MAX_TEXT:,} characters of text")
            return
        if isinstance(value, list | dict) and len(path) == MAX_DEPTH:
            yield Problem(path, f"expected at most {MAX_DEPTH} nested levels")
            return
        if isinstance(value, list):
            # Reversed, so that problems are in the order of the template.
            waiting += [((*path, index), item) for index, item in enumerate(value)][::-1]
        elif isinstance(value, dict):
            text += sum(len(key) for key in value if isinstance(key, str))
            waiting += [((*path, key), item) for key, item in value.items() if isinstance(key, str)][::-1]
            yield from _check_keys(path, value)
        else:
            yield from _check_scalar(path, value)


def _check_keys(path: tuple[str | int, ...], value: dict[Any, Any]) -> Iterator[Problem]:
    for key in value:
        if not isinstance(key, str):
            yield Problem(path, f"expected strings as keys, found {describe(key)}")
        elif key == "__proto__":
            # In a browser, assigning it would change the object's prototype.
            yield Problem((*path, key), 'the key "__proto__" isn\'t allowed', of_key=True)
        elif unstorable := find_unstorable(key):
            yield Problem(path, f"the character {unstorable.name} isn't allowed in keys")


def _check_scalar(path: tuple[str | int, ...], value: Any) -> Iterator[Problem]:
    if isinstance(value, str):
        if unstorable := find_unstorable(value):
            yield Problem(path, f"the character {unstorable.name} isn't allowed")
    elif isinstance(value, float) and not math.isfinite(value):
        yield Problem(path, "expected a finite number")
    elif isinstance(value, int) and abs(value) > sys.float_info.max:
        yield Problem(path, "expected a number that JavaScript can represent")
    elif value is not None and not isinstance(value, bool | int | float):
        yield Problem(path, f"expected a JSON value, found {describe(value)}")
