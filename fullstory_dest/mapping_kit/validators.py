"""The checks that directives are declared with. Each takes a value and yields what is wrong with it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ..did_you_mean import did_you_mean
from ..problem import Problem, describe
from .template import METADATA_KEY, Check, check_template, is_directive, problems_below


@dataclass(frozen=True, slots=True)
class Optional:
    """An option that may be left out."""

    check: Check


def any_template(value: Any) -> Iterator[Problem]:
    """A template."""
    return check_template(value)


def truthy_template(value: Any) -> Iterator[Problem]:
    """A template that JavaScript does not take for false."""
    if not is_truthy(value):
        yield Problem((), f"should be a template, but it is {_found(value)}")
    yield from check_template(value)


def text(value: Any) -> Iterator[Problem]:
    """A string, written out."""
    if not isinstance(value, str):
        yield Problem((), f"should be a string, but it is {_found(value)}")


def text_or_directive(value: Any) -> Iterator[Problem]:
    """A string, or a directive that gives one."""
    if is_directive(value):
        yield from check_template(value)
    elif not isinstance(value, str):
        yield Problem((), f"should be a string or a directive, but it is {_found(value)}")


def object_or_directive(value: Any) -> Iterator[Problem]:
    """An object, or a directive that gives one."""
    if isinstance(value, dict):
        yield from check_template(value)
    else:
        yield Problem((), f"should be an object or a directive, but it is {_found(value)}")


def boolean(value: Any) -> Iterator[Problem]:
    """true or false, written out."""
    if not isinstance(value, bool):
        yield Problem((), f"should be true or false, but it is {_found(value)}")


def text_of_length(shortest: int, longest: int) -> Check:
    """A string, written out, of so many characters as JavaScript counts them."""

    def check(value: Any) -> Iterator[Problem]:
        yield from text(value)
        if isinstance(value, str):
            length = len(value.encode("utf-16-le", "surrogatepass")) // 2
            if not shortest <= length <= longest:
                yield Problem((), f"should have {shortest} to {longest} characters, but it has {length}")

    return check


def or_null(otherwise: Check) -> Check:
    """null, or what another check wants."""

    def check(value: Any) -> Iterator[Problem]:
        if value is not None:
            yield from otherwise(value)

    return check


def one_of(*words: str) -> Check:
    """One of these strings, written out."""

    def check(value: Any) -> Iterator[Problem]:
        if value not in words:
            wanted = " or ".join(f'"{word}"' for word in words)
            found = f'"{value}"' if isinstance(value, str) and len(value) <= 40 else _found(value)
            yield Problem((), f"should be {wanted}, but it is {found}")

    return check


def array_of(item: Check) -> Check:
    """An array, each of its items like this."""

    def check(value: Any) -> Iterator[Problem]:
        if not isinstance(value, list):
            yield Problem((), f"should be an array, but it is {_found(value)}")
            return
        for index, each in enumerate(value):
            yield from problems_below(item(each), index)

    return check


def options(**checks: Check | Optional) -> Check:
    """An object with these options and no others."""

    def check(value: Any) -> Iterator[Problem]:
        if is_directive(value) or not isinstance(value, dict):
            yield Problem((), f"should be an object with {', '.join(checks)}, but it is {_found(value)}")
            return
        for name, option in checks.items():
            if name in value:
                each = option.check if isinstance(option, Optional) else option
                yield from problems_below(each(value[name]), name)
            elif not isinstance(option, Optional):
                yield Problem((), f'should have "{name}", but it has not')
        for name in value:
            if name not in checks and name != METADATA_KEY:
                suggestion = did_you_mean(name, checks)
                yield Problem((name,), f"should not be there: there is no such option{suggestion}")

    return check


def all_of(*checks: Check) -> Check:
    """What every one of these checks wants; the later ones are asked only if the earlier found nothing."""

    def check(value: Any) -> Iterator[Problem]:
        for each in checks:
            problems = list(each(value))
            if problems:
                yield from problems
                return

    return check


def is_truthy(value: Any) -> bool:
    """Whether JavaScript takes a JSON value for true: every object and array, even an empty one, is."""
    return isinstance(value, list | dict) or bool(value)


def _found(value: Any) -> str:
    return "a directive" if is_directive(value) else describe(value)
