"""The inputs of a posted form."""

from __future__ import annotations

from typing import Final

from django.http import HttpRequest


def is_script_request(request: HttpRequest) -> bool:
    """Whether a script sent the request, by its headers.

    Browsers send Sec-Fetch-Mode only over TLS. Our scripts, htmx and jQuery always send a header.
    """
    if "X-Requested-With" in request.headers or "HX-Request" in request.headers:
        return True
    mode = request.headers.get("Sec-Fetch-Mode", "navigate")
    return mode != "navigate" or request.headers.get("Accept", "").startswith("application/json")


def visible_inputs(inputs: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """The inputs that users filled in: not empty, and not internal."""
    return [(name, value) for name, value in inputs if value and not name.startswith(("_", "initial-"))]


def posted_inputs(request: HttpRequest) -> list[tuple[str, str]]:
    """The names and values of a posted form; empty for a form with passwords."""
    if is_secret(request):
        return []
    return [(name, value) for name, values in request.POST.lists() if name != _TOKEN for value in values]


def is_secret(request: HttpRequest) -> bool:
    """Whether the posted form has passwords."""
    return any("password" in name for name in request.POST)


_TOKEN: Final = "csrfmiddlewaretoken"  # noqa: S105
