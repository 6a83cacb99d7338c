"""JSON that a person typed: read strictly, and shown with a caret where it goes wrong."""

from __future__ import annotations

import json
import math
from typing import Any, NoReturn

from django import forms
from django.core.exceptions import ValidationError
from django.forms.fields import InvalidJSONInput
from django.utils.translation import gettext as _

SHOWN_WIDTH = 80


class JSONTextError(ValueError):
    """The text is not JSON. The message has one line, and where the place is known two more: the line and a caret."""


def parse_json(text: str) -> Any:
    """The value that a text holds.

    Stricter than ``json.loads``: no NaN or Infinity, which neither browsers nor PostgreSQL read, and no key twice in
    one object, where what was typed first would be lost. Raises JSONTextError.
    """
    try:
        return json.loads(
            text, parse_constant=_refuse_constant, parse_float=_finite, object_pairs_hook=_without_repetition
        )
    except json.JSONDecodeError as error:
        raise JSONTextError(_with_caret(error)) from error
    except RecursionError as error:
        raise JSONTextError(_("This JSON is nested too deeply.")) from error
    except JSONTextError:
        raise
    except ValueError as error:
        raise JSONTextError(_("This JSON holds a number that is too long.")) from error


def _with_caret(error: json.JSONDecodeError) -> str:
    message = _("This is not JSON: %(what)s in line %(line)s, column %(column)s.") % {
        "what": error.msg[:1].lower() + error.msg[1:],
        "line": error.lineno,
        "column": error.colno,
    }
    line = error.doc.split("\n")[error.lineno - 1].rstrip("\r")
    start = max(0, error.colno - 1 - SHOWN_WIDTH // 2)
    margin = "".join("\t" if char == "\t" else " " for char in line[start : error.colno - 1])
    return f"{message}\n{line[start : start + SHOWN_WIDTH]}\n{margin}^"


def _refuse_constant(name: str) -> NoReturn:
    raise JSONTextError(_("JSON has no %(name)s.") % {"name": name})


def _finite(text: str) -> float:
    number = float(text)
    if math.isinf(number):
        raise JSONTextError(_("The number %(text)s is too large.") % {"text": text[:SHOWN_WIDTH]})
    return number


def _without_repetition(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise JSONTextError(_("The key “%(key)s” stands twice in one object.") % {"key": key})
        found[key] = value
    return found


class JSONTextField(forms.JSONField):
    """An object typed as JSON. What cannot be read comes back as it was typed; nothing at all is an empty object."""

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
