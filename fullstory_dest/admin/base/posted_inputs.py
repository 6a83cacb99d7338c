"""The inputs of a posted form."""

from __future__ import annotations

from typing import Any, Final

from django.http import HttpRequest

_TOKEN: Final = "csrfmiddlewaretoken"  # noqa: S105


def visible_inputs(inputs: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """The inputs that users filled in: not empty, and not internal."""
    return [(name, value) for name, value in inputs if value and not name.startswith(("_", "initial-"))]


def posted_inputs(request: HttpRequest) -> list[tuple[str, str]]:
    """The names and values of a posted form; empty for a form with passwords."""
    if is_secret(request):
        return []
    return [(name, value) for name, values in request.POST.lists() if name != _TOKEN for value in values]


def parse_ids(values: Any) -> list[str]:
    """The posted values that can be primary keys. Others would fail in the database."""
    return [value for value in map(str, values) if value.isdecimal() and len(value) < 19]


def parse_number(value: Any) -> int | None:
    """The posted value as a number, or None if ``parse_ids`` refuses it."""
    return next(map(int, parse_ids([value])), None)


def is_secret(request: HttpRequest) -> bool:
    """Whether the posted form has passwords."""
    return any("password" in name for name in request.POST)
