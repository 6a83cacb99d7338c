"""Published documents and their HTTP responses. It doesn't use Django, so any server can run it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

#: Documents of the live release. Browsers revalidate them in the background after five minutes, and keep using them for
#: a week if the server fails.
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
    "Access-Control-Allow-Headers": "*",
    "Access-Control-Max-Age": "86400",
}

_coding_with_quality = re.compile(r"\s*([\w*-]+)\s*(?:;\s*q\s*=\s*([\d.]+)\s*)?(?:;(?!\s*q\s*=).*)?")


@dataclass(frozen=True, slots=True)
class CachedDocument:
    """A body in three encodings. ``digest`` identifies the body; each encoding has a separate ETag."""

    digest: str
    content_type: str
    cache_control: str
    body: bytes
    gzip: bytes
    brotli: bytes

    def encoded(self, accept_encoding: str) -> tuple[str, bytes]:
        """Return the best encoding that the client accepts (``br``, ``gzip``, or ``""`` for none), and the body."""
        codings = _parse_accept_encoding(accept_encoding)
        other = codings.get("*", 0.0)
        weights = {"br": codings.get("br", other), "gzip": codings.get("gzip", other)}
        # At equal weights, brotli is first because it's smaller. Clients always accept an unencoded body.
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
    """Return the response to a request for a document. HEAD responds like GET, without the body."""
    if method == "OPTIONS":
        return preflight()
    if method not in ("GET", "HEAD"):
        return _method_not_allowed()
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


def respond_unstored(body: bytes, content_type: str, method: str) -> Response:
    """Return the response with a body for one browser: no cache stores it, and there is nothing to revalidate."""
    if method == "OPTIONS":
        return preflight()
    if method not in ("GET", "HEAD"):
        return _method_not_allowed()
    headers = {
        **_public_headers,
        "Content-Type": content_type,
        "Cache-Control": "no-store",
        "Content-Length": str(len(body)),
    }
    return Response(200, headers, b"" if method == "HEAD" else body)


def _method_not_allowed() -> Response:
    return Response(405, {**_public_headers, "Allow": "GET, HEAD, OPTIONS", "Content-Length": "0"}, b"")


def preflight(methods: str = "GET, HEAD, OPTIONS") -> Response:
    """Return the response to OPTIONS, which allows all origins."""
    headers = {**_public_headers, **_preflight_headers, "Access-Control-Allow-Methods": methods}
    return Response(204, headers, b"")


def not_found(method: str = "GET") -> Response:
    """Return the response for an unknown write key or digest."""
    if method == "OPTIONS":
        return preflight()
    body = b"Not found. Check the write key or the release's digest.\n"
    headers = {
        **_public_headers,
        "Content-Type": "text/plain; charset=utf-8",
        "Cache-Control": CACHE_NOT_FOUND,
        "Content-Length": str(len(body)),
    }
    return Response(404, headers, b"" if method == "HEAD" else body)


def no_content(method: str) -> Response:
    """Return the response to an event, which is accepted and dropped."""
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
    """Return the quality of each coding in an Accept-Encoding header. Malformed parts are ignored."""
    codings: dict[str, float] = {}
    for part in accept_encoding.lower().split(","):
        if found := _coding_with_quality.fullmatch(part):
            try:
                codings[found[1]] = float(found[2] or 1)
            except ValueError:
                continue
    return codings


def _etag_matches(if_none_match: str, etag: str) -> bool:
    """Return whether If-None-Match has the ETag or ``*``, by weak comparison (RFC 9110, section 13.1.2)."""
    tags = [tag.strip().removeprefix("W/") for tag in if_none_match.split(",")]
    return etag in tags or "*" in tags
