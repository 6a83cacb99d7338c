"""Absolute addresses of this server, for links that leave it: in answers, messages, and what commands print."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.conf import settings
from django.urls import get_script_prefix


def public_url(path: str) -> str:
    """The address at which browsers reach a path, by ``PUBLIC_URL``.

    A request does not know it: behind a proxy it may name another scheme, host or port. ``path`` is what ``reverse``
    and ``request.get_full_path()`` return; of a whole address, scheme and host are replaced.
    """
    relative = urlsplit(path)._replace(scheme="", netloc="").geturl()
    return f"{settings.PUBLIC_URL}/{relative.removeprefix(get_script_prefix())}"
