"""Locations of problems in text: a line and column, or a path in the JSON of fields."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from django.utils.translation import gettext as _

from fullstory_dest.admin.base.labels import field_label
from fullstory_dest.problem import Problem

#: Length of a line, in characters, from which locations include the column.
LONG_LINE: Final = 120

_space = re.compile(r"[ \t\n\r]*")
_decoder = json.JSONDecoder()


def place_of(text: str, path: Sequence[str | int]) -> int:
    """The offset in JSON text of the value at a path; if it's missing, of its innermost existing parent."""
    position = _after_space(text, 0)
    for step in path:
        found = _item(text, position, step)
        if found is None:
            break
        position = found
    return position


def line_and_column(text: str, position: int) -> tuple[int, int]:
    """The line and column of an offset, both starting at 1."""
    start = text.rfind("\n", 0, position) + 1
    return text.count("\n", 0, position) + 1, position - start + 1


def describe_in_text(message: str, text: str, position: int | None) -> str:
    """A message prefixed with its line; without a prefix if the text has a single line."""
    where = _place(text, position)
    return f"{where}: {message}" if where else message[:1].upper() + message[1:]


def describe_in_fields(problem: Problem, message: str, text: str) -> str:
    """A message about fields, prefixed with the line and the field's name.

    Such as ``Line 4, “User ID”: expected a string, found a number``. ``text`` is the JSON as typed; if it is
    empty, the prefix has no line.
    """
    path = problem.path
    names = [_step_label(step, depth) for depth, step in enumerate(path)]
    position = place_of(text, path) if path and text.strip() else None
    if position is not None and position == place_of(text, path[:-1]):
        position = None  # The value is missing, so it has no line.
    where = _place(text, position)
    if not names or (len(names) == 1 and message.startswith(f"{names[0]} is ")):
        return describe_in_text(message, text, position)
    name = _("“%(name)s”") % {"name": " › ".join(names)}  # noqa: RUF001
    return ": ".join([", ".join(filter(None, [where, name])), message])


def _step_label(step: str | int, depth: int) -> str:
    if isinstance(step, int):
        return _("item %(number)s") % {"number": step + 1}
    return step if depth else field_label(step)


def describe_error(problem: Problem, text: str) -> str:
    """A problem that ``check_mapping`` found, as a sentence with its location, followed by its excerpt."""
    sentence, newline, excerpt = problem.message.partition("\n")
    if problem.path[0] == "fields":
        sentence = describe_in_fields(replace(problem, path=problem.path[1:]), sentence, text)
    else:
        sentence = describe_in_text(sentence, text, problem.position)
    return f"{sentence}{newline}{excerpt}"


def _place(text: str, position: int | None) -> str:
    """The location as ``Line 4``, with the column in long lines; empty if the text is a single short line."""
    if position is None:
        return ""
    line, column = line_and_column(text, position)
    length = len(text.split("\n", line)[line - 1])
    if length > LONG_LINE:
        return _("Line %(line)s, column %(column)s") % {"line": line, "column": column}
    return _("Line %(line)s") % {"line": line} if "\n" in text.strip() else ""


def _item(text: str, position: int, step: str | int) -> int | None:
    """The offset of an item in the object or list that starts at ``position``; None if it isn't in there."""
    is_object = text[position] == "{"
    if not is_object and text[position] != "[":
        return None
    index = 0
    position = _after_space(text, position + 1)
    while text[position] not in "}]":
        key: str | int = index
        if is_object:
            key, position = _decoder.raw_decode(text, position)
            position = _after_space(text, text.index(":", position) + 1)
        if key == step:
            return position
        _, position = _decoder.raw_decode(text, position)
        position = _after_space(text, position)
        if text[position] == ",":
            position = _after_space(text, position + 1)
        index += 1
    return None


def _after_space(text: str, position: int) -> int:
    found = _space.match(text, position)
    return found.end() if found else position
