"""What a page shows once: a new token, a link to set a password. Kept in the session from the form to the next page."""

from __future__ import annotations

from typing import Final

from django.http import HttpRequest

_KEY: Final = "shown_once"


def show_once(request: HttpRequest, name: str, secret: str) -> None:
    """Keeps a secret for the next look at the page that ``name`` is of."""
    request.session[_KEY] = {"name": name, "secret": secret}


def shown_once(request: HttpRequest, name: str) -> str:
    """The secret that was kept for this page, and is forgotten now; empty if there is none."""
    kept = request.session.get(_KEY, {})
    if kept.get("name") != name:
        return ""
    del request.session[_KEY]
    return str(kept["secret"])
