"""Liquid, the language of ``@liquid``: that of LiquidJS 10, without the tags and filters that Segment turns off.

``check`` finds the problems of a template, ``compile`` compiles it to the instructions that browsers run, and
``used_names`` finds the parts of the runtime that these need. ``docs/liquid.md`` is the reference.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...problem import Problem
from ..template import Instruction
from .check import check_filters
from .compile import compile_liquid
from .errors import LiquidError
from .parser import parse
from .usage import UsedName, used_names

__all__ = ["LiquidError", "UsedName", "check", "compile", "parse", "used_names"]


def check(source: str) -> Iterator[Problem]:
    """Yield the problems of a template with their positions: the first syntax error, or all errors in filters."""
    try:
        errors = list(check_filters(parse(source), source))
    except LiquidError as mistake:
        errors = [mistake]
    for error in errors:
        yield Problem((), str(error), position=error.position, expected=error.expected)


def compile(source: str) -> Instruction:
    """Return the instruction of a template as JSON: ``["liquid", "Hello ", ["echo", ["path", "traits", "name"]]]``.

    The template must have no problems (see ``check``).
    """
    return compile_liquid(parse(source))
