"""JSON that a person typed: read strictly, and shown with a caret where it goes wrong."""

from __future__ import annotations

import json
import math
import re
from typing import Any, NoReturn

from django import forms
from django.core.exceptions import ValidationError
from django.forms.fields import InvalidJSONInput
from django.utils.translation import gettext as _

from fullstory_dest.admin.base.error_locations import describe_in_text


def pretty(value: Any) -> str:
    """JSON that people read."""
    return json.dumps(value, indent=2, ensure_ascii=False)


SHOWN_WIDTH = 80


#: A string, with its colon if it is a key; a brace; a number, or what Python takes for one.
_token = re.compile(r'("(?:[^"\\]|\\.)*")(\s*:)?|[{}]|NaN|-?Infinity|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?')


class JSONTextError(ValueError):
    """The text is not JSON. The message has one line, and where the place is known two more: the line and a caret."""


class _RefusedError(ValueError):
    """Python would read it."""


def parse_json(text: str) -> Any:
    """The value that a text holds.

    Stricter than ``json.loads``: no NaN or Infinity, which neither browsers nor PostgreSQL read, and no key twice in
    one object, where what was typed first would be lost. A byte order mark, which text copied from a file may have, is
    skipped. Raises JSONTextError.
    """
    text = text.removeprefix("\ufeff")
    try:
        return json.loads(
            text, parse_constant=_refuse_constant, parse_float=_finite, object_pairs_hook=_without_repetition
        )
    except json.JSONDecodeError as error:
        raise JSONTextError(_with_caret(error)) from error
    except RecursionError as error:
        raise JSONTextError(_("This JSON is nested too deeply.")) from error
    except _RefusedError as error:
        raise JSONTextError(_refused(text)) from error
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
    raise _RefusedError(name)


def _finite(text: str) -> float:
    number = float(text)
    if math.isinf(number):
        raise _RefusedError(text)
    return number


def _without_repetition(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise _RefusedError
    return found


def _refused(text: str) -> str:
    """The first thing in a text that Python would read and we do not, and its line. Up to there, the text is JSON."""
    objects: list[set[str]] = []
    for token in _token.finditer(text):
        word, string, colon = token[0], token[1], token[2]
        message = ""
        if word == "{":
            objects.append(set())
        elif word == "}":
            objects.pop()
        elif colon:
            key = json.loads(string)
            if key in objects[-1]:
                message = _("The key “%(key)s” stands twice in one object.") % {"key": key}
            objects[-1].add(key)
        elif word in ("NaN", "Infinity", "-Infinity"):
            message = _("JSON has no %(name)s.") % {"name": word}
        elif not string and set(".eE") & set(word) and math.isinf(float(word)):
            message = _("The number %(text)s is too large.") % {"text": word[:SHOWN_WIDTH]}
        if message:
            return describe_in_text(message, text, token.start())
    return _("This is not JSON.")


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
