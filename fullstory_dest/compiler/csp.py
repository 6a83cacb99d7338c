"""What a page with a Content-Security-Policy must allow, for what its source loads and calls."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, Final
from urllib.parse import quote, urlsplit

#: Stands for the random value that a site makes for every response.
NONCE: Final = "RANDOM"

_fullstory = re.compile(r"([a-z]{2,3}[0-9]+\.)?fullstory\.com")


def csp_directives(
    public_url: str, api_host: str, destinations: Iterable[dict[str, Any]], *, nonce: bool
) -> dict[str, list[str]]:
    """The sources that a page must add to each directive, for our tag; none for what it can do without.

    ``destinations`` are the settings of compiled ones. With ``nonce``, the tag has one, which our script hands on to
    fs.js; FullStory's script does not hand it on to those that it loads. Of FullStory's hosts, those that it documents:
    https://help.fullstory.com/hc/en-us/articles/360020622854 (scripts and connections from ``edge`` and ``rs``, images
    from ``rs``). A relay or proxy is all of them: https://help.fullstory.com/hc/en-us/articles/360046112593.
    """
    allowed: dict[str, list[str]] = {"script-src": [], "connect-src": [], "img-src": []}
    options = [settings["env"] for settings in destinations]
    if nonce:
        allowed["script-src"].append(f"'nonce-{NONCE}'")
    else:
        allowed["script-src"] += [origin(public_url), *(origin(each["script"]) for each in options)]
    for each in options:
        edge, capture = _fullstory_origins(each["host"])
        allowed["script-src"].append(capture)
        allowed["connect-src"] += [edge, capture]
        allowed["img-src"].append(capture)
    if api_host:
        allowed["connect-src"].append(origin(api_host))
    return {name: list(dict.fromkeys(sources)) for name, sources in allowed.items() if sources}


def script_origins(public_url: str, destinations: Iterable[dict[str, Any]]) -> list[str]:
    """Where all scripts come from: ours, fs.js and those that it loads."""
    return csp_directives(public_url, "", destinations, nonce=False)["script-src"]


def csp_header(allowed: dict[str, list[str]]) -> str:
    """The directives as they stand in a header."""
    return "; ".join(" ".join([name, *sources]) for name, sources in allowed.items())


def origin(address: str) -> str:
    """The origin of an address, https unless it has a scheme. Nothing in it can end a source or a directive."""
    parts = urlsplit(address if re.match(r"https?://", address) else "https://" + address)
    return f"{parts.scheme}://{quote(parts.netloc, safe='.:-[]')}"


def _fullstory_origins(host: str) -> tuple[str, str]:
    """Where fs.js asks for its settings and where it sends what it records, for the ``host`` that it is told."""
    if _fullstory.fullmatch(host):
        return origin("edge." + host), origin("rs." + host)
    return origin(host), origin(host)
