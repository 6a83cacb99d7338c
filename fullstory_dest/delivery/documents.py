"""A published document, and the HTTP answer that it makes. No Django here: any server can sit in front of it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

#: The live release's documents: browsers ask again after five minutes, but never wait for the answer, and go on with
#: what they have for a week when they get none.
CACHE_LIVE: Final = "public, max-age=300, stale-while-revalidate=86400, stale-if-error=604800"
CACHE_IMMUTABLE: Final = "public, max-age=31536000, immutable"
CACHE_NOT_FOUND: Final = "public, max-age=10"

_public_headers: Final = {
    "Access-Control-Allow-Origin": "*",
    "Cross-Origin-Resource-Policy": "cross-origin",
    "Timing-Allow-Origin": "*",
    "Vary": "Accept-Encoding",
    "X-Content-Type-Options": "nosniff",
}
_preflight_headers: Final = {
    "Access-Control-Allow-Methods": "GET, HEAD, OPTIONS",
    "Access-Control-Allow-Headers": "*",
    "Access-Control-Max-Age": "86400",
}

_coding_with_quality = re.compile(r"\s*([\w*-]+)\s*(?:;\s*q\s*=\s*([\d.]+)\s*)?(?:;(?!\s*q\s*=).*)?")


@dataclass(frozen=True, slots=True)
class CachedDocument:
    """A body in three encodings. ``digest`` identifies the body; each encoding has an ETag of its own."""

    digest: str
    content_type: str
    cache_control: str
    body: bytes
    gzip: bytes
    brotli: bytes

    def encoded(self, accept_encoding: str) -> tuple[str, bytes]:
        """The best encoding that a client accepts, and the body in it: brotli, gzip or plain (``""``)."""
        codings = _parse_accept_encoding(accept_encoding)
        other = codings.get("*", 0.0)
        weights = {"br": codings.get("br", other), "gzip": codings.get("gzip", other)}
        # Of equals the first, which is the smaller. Plain is what nobody has to ask for.
        best = max(weights, key=lambda name: weights[name])
        if weights[best] <= 0 or weights[best] < codings.get("identity", 0):
            return "", self.body
        return best, self.brotli if best == "br" else self.gzip


@dataclass(frozen=True, slots=True)
class Response:
    """An HTTP response."""

    status: int
    headers: Mapping[str, str]
    body: bytes


def respond(
    document: CachedDocument, method: str, *, accept_encoding: str = "", if_none_match: str = ""
) -> Response:
    """The response to a request for a document. HEAD answers as GET, without the body."""
    if method == "OPTIONS":
        return preflight()
    if method not in ("GET", "HEAD"):
        headers = {**_public_headers, "Allow": "GET, HEAD, OPTIONS", "Content-Length": "0"}
        return Response(405, headers, b"")
    encoding, body = document.encoded(accept_encoding)
    etag = f'"{document.digest[:32]}{"-" + encoding if encoding else ""}"'
    headers = {
        **_public_headers,
        "Content-Type": document.content_type,
        "Cache-Control": document.cache_control,
        "ETag": etag,
    }
    headers["Content-Length"] = str(len(body))
    if _etag_matches(if_none_match, etag):
        return Response(304, headers, b"")
    if encoding:
        headers["Content-Encoding"] = encoding
    return Response(200, headers, b"" if method == "HEAD" else body)


def preflight(methods: str = "GET, HEAD, OPTIONS") -> Response:
    """The response to OPTIONS: anyone may ask for anything that is here."""
    headers = {**_public_headers, **_preflight_headers, "Access-Control-Allow-Methods": methods}
    return Response(204, headers, b"")


def not_found(method: str = "GET") -> Response:
    """The response where nothing is published."""
    if method == "OPTIONS":
        return preflight()
    body = b"Not found: no source has this write key, or no release this digest.\n"
    headers = {
        **_public_headers,
        "Content-Type": "text/plain; charset=utf-8",
        "Cache-Control": CACHE_NOT_FOUND,
        "Content-Length": str(len(body)),
    }
    return Response(404, headers, b"" if method == "HEAD" else body)


def no_content(method: str) -> Response:
    """The response to an event: taken, and dropped."""
    if method == "OPTIONS":
        return preflight("POST, OPTIONS")
    if method != "POST":
        headers = {**_public_headers, "Allow": "POST, OPTIONS", "Content-Length": "0"}
        return Response(405, headers, b"")
    body = b'{"success":true}'
    headers = {
        **_public_headers,
        "Content-Type": "application/json",
        "Cache-Control": "no-store",
        "Content-Length": str(len(body)),
    }
    return Response(200, headers, body)


def _parse_accept_encoding(accept_encoding: str) -> dict[str, float]:
    """What an Accept-Encoding header says, as quality by coding. What is not understood is left out."""
    codings: dict[str, float] = {}
    for part in accept_encoding.lower().split(","):
        if found := _coding_with_quality.fullmatch(part):
            try:
                codings[found[1]] = float(found[2] or 1)
            except ValueError:
                continue
    return codings


def _etag_matches(if_none_match: str, etag: str) -> bool:
    """Whether If-None-Match names the ETag, or any; weakly, as RFC 9110 says for it."""
    tags = [tag.strip().removeprefix("W/") for tag in if_none_match.split(",")]
    return etag in tags or "*" in tags
