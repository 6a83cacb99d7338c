"""Secrets that a page shows once, such as a new token: kept in the session from the form to the next page."""

from __future__ import annotations

from typing import Final

from django.http import HttpRequest

_KEY: Final = "one_time_secret"


def keep_secret(request: HttpRequest, name: str, secret: str) -> None:
    """Keep a secret until the page that asks for ``name`` shows it."""
    request.session[_KEY] = {"name": name, "secret": secret}


def take_secret(request: HttpRequest, name: str) -> str:
    """Return the secret kept under this name, and forget it; empty if there is none."""
    if request.session.get(_KEY, {}).get("name") != name:
        return ""
    return str(request.session.pop(_KEY)["secret"])
