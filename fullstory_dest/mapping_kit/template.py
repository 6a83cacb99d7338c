"""Templates: raw values and directives. The directives themselves are in directives.py."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from ..did_you_mean import did_you_mean
from ..problem import Problem

Template: TypeAlias = Any  # any JSON value
Instruction: TypeAlias = Any  # a scalar, or an array: see docs/compiled-config.md
Check: TypeAlias = Callable[[Any], Iterator[Problem]]

UNDEFINED: list[Any] = []  # the instruction that gives undefined
METADATA_KEY = "_metadata"  # what Segment's editor keeps beside a directive


@dataclass(frozen=True, slots=True)
class Directive:
    """What may be written under a directive's key, and what becomes of it."""

    check: Check
    compile: Callable[[Any], Instruction]


directives: dict[str, Directive] = {}


def directive(
    name: str, check: Check
) -> Callable[[Callable[[Any], Instruction]], Callable[[Any], Instruction]]:
    """Declares a directive. What it decorates compiles the value under the directive's key, once checked."""

    def declare(compile: Callable[[Any], Instruction]) -> Callable[[Any], Instruction]:
        directives[name] = Directive(check, compile)
        return compile

    return declare


def is_directive(template: Template) -> bool:
    """Whether this is a directive, or an attempt at one: an object with a key that begins with ``@``."""
    return isinstance(template, dict) and any(key.startswith("@") for key in template)


def check_template(template: Template) -> Iterator[Problem]:
    """The problems with the directives of a template. Paths lead from the template."""
    if is_directive(template):
        yield from _check_directive(template)
    elif isinstance(template, dict):
        for key, value in template.items():
            yield from problems_below(check_template(value), key)
    elif isinstance(template, list):
        for index, value in enumerate(template):
            yield from problems_below(check_template(value), index)


def compile_template(template: Template) -> Instruction:
    """The instruction for a template that has no problems."""
    if is_directive(template):
        name = _names(template)[0]
        return directives[name].compile(template[name])
    if isinstance(template, dict):
        return ["object", {key: compile_template(value) for key, value in template.items()}]
    if isinstance(template, list):
        return ["array", *map(compile_template, template)]
    return template


def problems_below(problems: Iterator[Problem], *path: str | int) -> Iterator[Problem]:
    """The same problems, seen from further out."""
    return (problem.below(*path) for problem in problems)


def _names(template: Mapping[str, Any]) -> list[str]:
    return [key for key in template if key.startswith("@")]


def _check_directive(template: Mapping[str, Any]) -> Iterator[Problem]:
    names = _names(template)
    others = [key for key in template if key not in names and key != METADATA_KEY]
    if len(names) > 1:
        yield Problem((), f"should have only one key with an @, but it has {', '.join(names)}")
    elif others:
        yield Problem((), f"should have nothing beside {names[0]}, but it has {', '.join(map(repr, others))}")
    elif names[0] not in directives:
        hint = did_you_mean(names[0], directives)
        yield Problem((names[0],), f"should be a directive, but there is no {names[0]}{hint}")
    else:
        yield from problems_below(directives[names[0]].check(template[names[0]]), names[0])
