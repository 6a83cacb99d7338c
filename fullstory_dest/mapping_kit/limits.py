"""What a template may be made of, before anything in it is read as a directive."""

from __future__ import annotations

import math
import sys
from collections.abc import Iterator
from typing import Any

from ..problem import Problem, describe
from ..unstorable_text import find_unstorable

MAX_DEPTH = 32  # objects and arrays inside one another
MAX_VALUES = 5_000  # objects, arrays and what is in them
MAX_TEXT = 100_000  # characters, in keys and values together


def check_limits(template: Any) -> Iterator[Problem]:
    """What is not JSON, or not safe to hand on, or too much. Stops at the first thing beyond a limit."""
    values, text = 1, 0
    waiting: list[tuple[tuple[str | int, ...], Any]] = [((), template)]
    while waiting:
        path, value = waiting.pop()
        if isinstance(value, str):
            text += len(value)
        elif isinstance(value, list | dict):
            values += len(value)
        if values > MAX_VALUES:
            yield Problem((), f"should have at most {MAX_VALUES:,} values")
            return
        if text > MAX_TEXT:
            yield Problem((), f"should have at most {MAX_TEXT:,} characters of text")
            return
        if isinstance(value, list | dict) and len(path) == MAX_DEPTH:
            yield Problem(path, f"should not be nested more than {MAX_DEPTH} levels deep")
            return
        if isinstance(value, list):
            # Turned round, so that problems come in the order of the template.
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
            yield Problem(path, f"should have text for keys, but one is {describe(key)}")
        elif key == "__proto__":
            # Assigned in a browser, it would change what the object is instead of what it holds.
            yield Problem(
                (*path, key), 'should not be there: the key "__proto__" is not allowed', of_key=True
            )
        elif unstorable := find_unstorable(key):
            yield Problem(path, f"should not have the character {unstorable.name} in a key")


def _check_scalar(path: tuple[str | int, ...], value: Any) -> Iterator[Problem]:
    if isinstance(value, str):
        if unstorable := find_unstorable(value):
            yield Problem(path, f"should not have the character {unstorable.name} in it")
    elif isinstance(value, float) and not math.isfinite(value):
        yield Problem(path, "should be a finite number")
    elif isinstance(value, int) and abs(value) > sys.float_info.max:
        yield Problem(path, "should be a number that JavaScript can hold")
    elif value is not None and not isinstance(value, bool | int | float):
        yield Problem(path, f"should be a JSON value, but it is {describe(value)}")
