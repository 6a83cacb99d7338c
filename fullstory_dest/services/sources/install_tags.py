"""Script tags that load a source, and the types of install instructions."""

from __future__ import annotations

import base64
from html import escape
from typing import Final, Literal, TypedDict

from django.conf import settings

from fullstory_dest.models import Deployment, Environment

#: JavaScript that makes the queue, unless the page has one.
QUEUE: Final = "if (!window.analytics || !window.analytics.push) window.analytics = [];"


class CodeSnippet(TypedDict):
    """Code to copy, with a title."""

    title: str
    language: Literal["html", "javascript", "shell", "header"]
    code: str


class InstallMethod(TypedDict):
    """An install method: when to use it, the code, and notes."""

    key: str
    title: str
    use_case: str
    codes: list[CodeSnippet]
    notes: list[str]


def script_tag(url: str, **attributes: str) -> str:
    """Return a script element that doesn't block the page."""
    more = "".join(f' {name}="{escape(value)}"' for name, value in attributes.items())
    return f'<script async src="{escape(url)}"{more}></script>'


def page_script(**attributes: str) -> str:
    """Return a script element that queues the page view, which the tag by itself doesn't send."""
    more = "".join(f' {name}="{escape(value)}"' for name, value in attributes.items())
    return f'<script{more}>\n  {QUEUE}\n  window.analytics.push(["page"]);\n</script>'


def pinned_tag(deployment: Deployment) -> str:
    """Return the page view and a script tag that always loads the script of this deployment."""
    write_key, digest = deployment.environment.write_key, deployment.digest
    url = f"{settings.PUBLIC_URL}/v1/sources/{write_key}/releases/{digest}.js"
    integrity = "sha256-" + base64.b64encode(bytes.fromhex(digest)).decode()
    return f"{page_script()}\n{script_tag(url, integrity=integrity, crossorigin='anonymous')}"


def script_url(environment: Environment) -> str:
    """Return the URL of the script in an environment."""
    return f"{settings.PUBLIC_URL}/analytics.js/v1/{environment.write_key}/analytics.min.js"
