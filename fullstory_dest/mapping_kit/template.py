"""Checking and compiling of templates. The directives are in directives.py."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from ..did_you_mean import did_you_mean
from ..problem import Problem

Template: TypeAlias = Any  # any JSON value
Instruction: TypeAlias = Any  # a scalar, or an array: see docs/compiled-config.md
Check: TypeAlias = Callable[[Any], Iterator[Problem]]

UNDEFINED: list[Any] = []  # the instruction that returns undefined
METADATA_KEY = "_metadata"  # Segment's editor stores its data under this key, next to a directive


@dataclass(frozen=True, slots=True)
class Directive:
    """The check and the compiler of the value under a directive's key."""

    check: Check
    compile: Callable[[Any], Instruction]


directives: dict[str, Directive] = {}


def directive(
    name: str, check: Check
) -> Callable[[Callable[[Any], Instruction]], Callable[[Any], Instruction]]:
    """Declare a directive. The decorated function compiles the checked value under its key."""

    def declare(compile: Callable[[Any], Instruction]) -> Callable[[Any], Instruction]:
        directives[name] = Directive(check, compile)
        return compile

    return declare


def is_directive(template: Template) -> bool:
    """Return whether this is an object with a key that begins with ``@``. It might not be a valid directive."""
    return isinstance(template, dict) and any(key.startswith("@") for key in template)


def check_template(template: Template) -> Iterator[Problem]:
    """Yield the problems of the directives in a template."""
    if is_directive(template):
        yield from _check_directive(template)
    elif isinstance(template, dict):
        for key, value in template.items():
            yield from problems_below(check_template(value), key)
    elif isinstance(template, list):
        for index, value in enumerate(template):
            yield from problems_below(check_template(value), index)


def compile_template(template: Template) -> Instruction:
    """Return the instruction of a template without problems."""
    if is_directive(template):
        name = _names(template)[0]
        return directives[name].compile(template[name])
    if isinstance(template, dict):
        return ["object", {key: compile_template(value) for key, value in template.items()}]
    if isinstance(template, list):
        return ["array", *map(compile_template, template)]
    return template


def problems_below(problems: Iterator[Problem], *path: str | int) -> Iterator[Problem]:
    """Prepend keys to the paths of problems."""
    return (problem.below(*path) for problem in problems)


def _names(template: Mapping[str, Any]) -> list[str]:
    return [key for key in template if key.startswith("@")]


def _check_directive(template: Mapping[str, Any]) -> Iterator[Problem]:
    names = _names(template)
    others = [key for key in template if key not in names and key != METADATA_KEY]
    if len(names) > 1:
        yield Problem((), f"expected a single key with an @, found {', '.join(names)}")
    elif others:
        yield Problem((), f"expected no other keys next to {names[0]}, found {', '.join(map(repr, others))}")
    elif names[0] not in directives:
        hint = did_you_mean(names[0], directives)
        yield Problem((names[0],), f"unknown directive {names[0]}{hint}")
    else:
        yield from problems_below(directives[names[0]].check(template[names[0]]), names[0])
