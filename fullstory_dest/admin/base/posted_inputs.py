"""The inputs of a posted form."""

from __future__ import annotations

from typing import Final

from django.http import HttpRequest


def by_script(request: HttpRequest) -> bool:
    """Browsers say so where there is TLS; our own scripts, htmx and jQuery do everywhere."""
    if "X-Requested-With" in request.headers or "HX-Request" in request.headers:
        return True
    mode = request.headers.get("Sec-Fetch-Mode", "navigate")
    return mode != "navigate" or request.headers.get("Accept", "").startswith("application/json")


def visible_inputs(inputs: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Of a form's inputs, those that people know of."""
    return [(name, value) for name, value in inputs if value and not name.startswith(("_", "initial-"))]


def posted_inputs(request: HttpRequest) -> list[tuple[str, str]]:
    """The inputs of the form that was sent; none of a form with passwords."""
    if is_secret(request):
        return []
    return [(name, value) for name, values in request.POST.lists() if name != _TOKEN for value in values]


def is_secret(request: HttpRequest) -> bool:
    return any("password" in name for name in request.POST)


_TOKEN: Final = "csrfmiddlewaretoken"  # noqa: S105
