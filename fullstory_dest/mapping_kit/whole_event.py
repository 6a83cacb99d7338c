"""Warnings about templates that are valid but probably mistakes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ..problem import Problem
from .paths import directive_path_keys, split_placeholders
from .template import is_directive, problems_below

WHOLE_EVENT = "this is the whole event; use a field, such as $.userId"
DOLLAR = 'this is a field named "$"; write $. before the name of a field'


def find_warnings(template: Any) -> Iterator[Problem]:
    """Yield the paths of a template without problems whose value is the whole event, or that are only ``$``.

    Conditions are skipped, because their values aren't sent. So are the shape of an ``@arrayPath`` and the mapping of a
    ``@transform``, where ``$.`` is the item, and the input of a ``@transform``, which can be the event.
    """
    if isinstance(template, list):
        for index, item in enumerate(template):
            yield from problems_below(find_warnings(item), index)
    elif isinstance(template, dict):
        for key, value in template.items():
            yield from problems_below(
                _in_directive(key, value) if is_directive(template) else find_warnings(value), key
            )


def _in_directive(name: str, value: Any) -> Iterator[Problem]:
    match name, value:
        case "@path", str():
            yield from _in_path(value)
        case "@arrayPath", [str() as path, *_]:
            yield from problems_below(_in_path(path), 0)
        case "@template", str():
            if [] in split_placeholders(value):
                yield Problem((), WHOLE_EVENT)
        case "@if", dict():
            for branch in ("then", "else"):
                yield from problems_below(find_warnings(value.get(branch)), branch)
        case (("@arrayPath" | "@transform"), _):
            return
        case _:
            yield from find_warnings(value)


def _in_path(path: str) -> Iterator[Problem]:
    if not directive_path_keys(path):
        yield Problem((), WHOLE_EVENT)
    elif path == "$":
        yield Problem((), DOLLAR)
