"""Liquid, the language of ``@liquid``: that of LiquidJS 10, without what Segment turns off.

``check`` says what is wrong with a template, ``compile`` makes it into the instructions that browsers run,
``used_names`` says what of the runtime these need. ``docs/liquid.md`` is the reference.
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
    """The problems of a template, each with its position: the first mistake in its grammar, or all in its filters."""
    try:
        errors = list(check_filters(parse(source), source))
    except LiquidError as mistake:
        errors = [mistake]
    for error in errors:
        yield Problem((), str(error), position=error.position, expected=error.expected)


def compile(source: str) -> Instruction:
    """The instruction for a template, plain JSON: ``["liquid", "Hello ", ["echo", ["path", "traits", "name"]]]``.

    Only for a template without problems: see ``check``.
    """
    return compile_liquid(parse(source))
