"""Checks for the declarations of directives. Each takes a value and yields its problems."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ..did_you_mean import did_you_mean
from ..problem import Problem, describe
from .template import METADATA_KEY, Check, check_template, is_directive, problems_below


@dataclass(frozen=True, slots=True)
class Optional:
    """An option that isn't required."""

    check: Check


def any_template(value: Any) -> Iterator[Problem]:
    """Accept any template."""
    return check_template(value)


def truthy_template(value: Any) -> Iterator[Problem]:
    """Accept templates that are truthy in JavaScript."""
    if not is_truthy(value):
        yield Problem((), f"expected a template, found {_found(value)}")
    yield from check_template(value)


def text(value: Any) -> Iterator[Problem]:
    """Accept literal strings."""
    if not isinstance(value, str):
        yield Problem((), f"expected a string, found {_found(value)}")


def text_or_directive(value: Any) -> Iterator[Problem]:
    """Accept strings and directives."""
    if is_directive(value):
        yield from check_template(value)
    elif not isinstance(value, str):
        yield Problem((), f"expected a string or a directive, found {_found(value)}")


def object_or_directive(value: Any) -> Iterator[Problem]:
    """Accept objects and directives."""
    if isinstance(value, dict):
        yield from check_template(value)
    else:
        yield Problem((), f"expected an object or a directive, found {_found(value)}")


def boolean(value: Any) -> Iterator[Problem]:
    """Accept literal true and false."""
    if not isinstance(value, bool):
        yield Problem((), f"expected true or false, found {_found(value)}")


def text_of_length(shortest: int, longest: int) -> Check:
    """Return a check that accepts literal strings of this length in UTF-16 units, as JavaScript counts."""

    def check(value: Any) -> Iterator[Problem]:
        yield from text(value)
        if isinstance(value, str):
            length = len(value.encode("utf-16-le", "surrogatepass")) // 2
            if not shortest <= length <= longest:
                yield Problem((), f"expected {shortest} to {longest} characters, found {length}")

    return check


def or_null(otherwise: Check) -> Check:
    """Return a check that accepts null, and what another check accepts."""

    def check(value: Any) -> Iterator[Problem]:
        if value is not None:
            yield from otherwise(value)

    return check


def one_of(*words: str) -> Check:
    """Return a check that accepts these literal strings."""

    def check(value: Any) -> Iterator[Problem]:
        if value not in words:
            wanted = " or ".join(f'"{word}"' for word in words)
            found = f'"{value}"' if isinstance(value, str) and len(value) <= 40 else _found(value)
            yield Problem((), f"expected {wanted}, found {found}")

    return check


def array_of(item: Check) -> Check:
    """Return a check that accepts arrays, and checks their items."""

    def check(value: Any) -> Iterator[Problem]:
        if not isinstance(value, list):
            yield Problem((), f"expected an array, found {_found(value)}")
            return
        for index, each in enumerate(value):
            yield from problems_below(item(each), index)

    return check


def options(**checks: Check | Optional) -> Check:
    """Return a check that accepts objects with only these options."""

    def check(value: Any) -> Iterator[Problem]:
        if is_directive(value) or not isinstance(value, dict):
            yield Problem((), f"expected an object with {', '.join(checks)}, found {_found(value)}")
            return
        for name, option in checks.items():
            if name in value:
                each = option.check if isinstance(option, Optional) else option
                yield from problems_below(each(value[name]), name)
            elif not isinstance(option, Optional):
                yield Problem((), f'"{name}" is missing')
        for name in value:
            if name not in checks and name != METADATA_KEY:
                suggestion = did_you_mean(name, checks)
                yield Problem((name,), f"unknown option{suggestion}")

    return check


def all_of(*checks: Check) -> Check:
    """Return a check that runs these checks in order, up to the first one that finds problems."""

    def check(value: Any) -> Iterator[Problem]:
        for each in checks:
            problems = list(each(value))
            if problems:
                yield from problems
                return

    return check


def is_truthy(value: Any) -> bool:
    """Return whether a JSON value is truthy in JavaScript. All objects and arrays are, even empty ones."""
    return isinstance(value, list | dict) or bool(value)


def _found(value: Any) -> str:
    return "a directive" if is_directive(value) else describe(value)
