"""A form field for JSON, with strict parsing and errors that mark their position with a caret."""

from __future__ import annotations

import json
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.fields import InvalidJSONInput
from django.utils.translation import gettext as _

from fullstory_dest.admin.base.error_locations import describe_in_text, line_and_column, place_of
from fullstory_dest.problem import Problem, excerpt
from fullstory_dest.strict_json import JSONError, read_json


def pretty(value: Any) -> str:
    """Format a value as indented JSON."""
    return json.dumps(value, indent=2, ensure_ascii=False)


class JSONTextError(ValueError):
    """Raised for text that isn't valid JSON.

    The message is one line. For a syntax error, two more follow: the faulty line and a caret. ``position`` is the
    offset in the text, or None.
    """

    def __init__(self, message: str, position: int | None) -> None:
        super().__init__(message)
        self.position = position


def parse_json(text: str) -> Any:
    """Parse JSON with ``read_json``. Raises JSONTextError."""
    try:
        return read_json(text)
    except JSONError as error:
        raise _in_text(error.problems[0], text) from error


def _in_text(problem: Problem, text: str) -> JSONTextError:
    if problem.path:
        position = place_of(text, problem.path)
        return JSONTextError(describe_in_text(f"{problem.message}.", text, position), position)
    if problem.position is None:
        return JSONTextError(f"{problem.message}.", None)
    what = problem.message.removeprefix("Invalid JSON: ")
    line, column = line_and_column(text, problem.position)
    message = _("Invalid JSON: %(what)s in line %(line)s, column %(column)s.") % {
        "what": what[:1].lower() + what[1:],
        "line": line,
        "column": column,
    }
    return JSONTextError(f"{message}\n{excerpt(text, problem.position)}", problem.position)


class JSONTextField(forms.JSONField):
    """A JSON object as text. Invalid input is shown again as typed; empty input is an empty object."""

    def to_python(self, value: Any) -> Any:
        if value in self.empty_values:
            return {}
        try:
            return parse_json(value) if isinstance(value, str) else value
        except JSONTextError as error:
            raise ValidationError(str(error), code="invalid") from error

    def bound_data(self, data: Any, initial: Any) -> Any:
        return None if data is None else InvalidJSONInput(data)

    def prepare_value(self, value: Any) -> str:
        return (
            value if isinstance(value, InvalidJSONInput) else json.dumps(value, indent=2, ensure_ascii=False)
        )
