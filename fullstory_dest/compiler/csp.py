"""Content-Security-Policy directives for the scripts and connections of a source."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, Final
from urllib.parse import quote, urlsplit

#: Placeholder of the random value that a site generates for each response.
NONCE: Final = "RANDOM"

_fullstory = re.compile(r"([a-z]{2,3}[0-9]+\.)?fullstory\.com")


def csp_directives(
    public_url: str, api_host: str, destinations: Iterable[dict[str, Any]], *, nonce: bool
) -> dict[str, list[str]]:
    """Return the sources that a page with the tag must add to each directive. Unneeded directives are left out.

    ``destinations`` are the settings of compiled destinations. With ``nonce``, the tag has a nonce, which the snippet
    passes on to fs.js. FullStory's script doesn't pass it on to the scripts that it loads.

    FullStory's hosts are those in https://help.fullstory.com/hc/en-us/articles/360020622854 (scripts and connections
    from ``edge`` and ``rs``, images from ``rs``). A relay or proxy replaces all of them:
    https://help.fullstory.com/hc/en-us/articles/360046112593.
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
    """Return the origins of all scripts: the snippet, fs.js, and the scripts that it loads."""
    return csp_directives(public_url, "", destinations, nonce=False)["script-src"]


def csp_header(allowed: dict[str, list[str]]) -> str:
    """Return the directives as the value of a header."""
    return "; ".join(" ".join([name, *sources]) for name, sources in allowed.items())


def origin(address: str) -> str:
    """Return the origin of a URL, with https by default. It's quoted, so it can't end a source or a directive."""
    parts = urlsplit(address if re.match(r"https?://", address) else "https://" + address)
    return f"{parts.scheme}://{quote(parts.netloc, safe='.:-[]')}"


def _fullstory_origins(host: str) -> tuple[str, str]:
    """Return the origins that fs.js loads its settings from and sends recordings to, for a ``host`` setting."""
    if _fullstory.fullmatch(host):
        return origin("edge." + host), origin("rs." + host)
    return origin(host), origin(host)
