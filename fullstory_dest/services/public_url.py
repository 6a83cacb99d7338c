"""Absolute URLs of this server, for API responses, messages, and the output of commands."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.conf import settings
from django.urls import get_script_prefix


def public_url(path: str) -> str:
    """Return the URL of a path for browsers, according to ``PUBLIC_URL``.

    Behind a proxy, the scheme, host and port of a request can be different. ``path`` is a result of ``reverse`` or
    ``request.get_full_path()``. In an absolute URL, the scheme and the host are replaced.
    """
    relative = urlsplit(path)._replace(scheme="", netloc="").geturl()
    return f"{settings.PUBLIC_URL}/{relative.removeprefix(get_script_prefix())}"
