"""Secrets to show once, such as a new token. The session keeps them from the form to the next page."""

from __future__ import annotations

from typing import Final

from django.http import HttpRequest

_KEY: Final = "one_time_secret"


def keep_secret(request: HttpRequest, name: str, secret: str) -> None:
    """Keep a secret in the session until ``take_secret`` takes it."""
    request.session[_KEY] = {"name": name, "secret": secret}


def take_secret(request: HttpRequest, name: str) -> str:
    """Return the secret under this name and remove it from the session; empty if there is none."""
    if request.session.get(_KEY, {}).get("name") != name:
        return ""
    return str(request.session.pop(_KEY)["secret"])
