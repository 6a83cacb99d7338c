"""The script tags that load a source, and the shape in which a way to install it is described."""

from __future__ import annotations

import base64
from html import escape
from typing import Final, Literal, TypedDict

from django.conf import settings

from fullstory_dest.models import Release, Source

#: JavaScript that makes the queue, unless the page has one.
QUEUE: Final = "if (!window.analytics || !window.analytics.push) window.analytics = [];"


class CodeSnippet(TypedDict):
    """Something to copy, and what it is."""

    title: str
    language: Literal["html", "javascript", "shell", "header"]
    code: str


class InstallMethod(TypedDict):
    """One way to install a source: for whom it is, the code, and what to know."""

    key: str
    title: str
    when: str
    codes: list[CodeSnippet]
    notes: list[str]


def script_tag(url: str, **attributes: str) -> str:
    """A script element that does not hold up the page."""
    more = "".join(f' {name}="{escape(value)}"' for name, value in attributes.items())
    return f'<script async src="{escape(url)}"{more}></script>'


def page_script(**attributes: str) -> str:
    """A script element that queues the page view, for before the tag: the tag alone sends no event."""
    more = "".join(f' {name}="{escape(value)}"' for name, value in attributes.items())
    return f'<script{more}>\n  {QUEUE}\n  window.analytics.push(["page"]);\n</script>'


def pinned_tag(release: Release) -> str:
    """The page view and the script tag that loads this release for ever, and nothing else."""
    url = f"{settings.PUBLIC_URL}/v1/sources/{release.source.write_key}/releases/{release.digest}.js"
    integrity = "sha256-" + base64.b64encode(bytes.fromhex(release.digest)).decode()
    return f"{page_script()}\n{script_tag(url, integrity=integrity, crossorigin='anonymous')}"


def script_url(source: Source) -> str:
    """The address that the site's pages load."""
    return f"{settings.PUBLIC_URL}/analytics.js/v1/{source.write_key}/analytics.min.js"
