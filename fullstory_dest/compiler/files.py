"""Content of files for browsers, and JSON that is safe and the same each time."""

from __future__ import annotations

import gzip
import hashlib
import json
import re
from dataclasses import dataclass
from typing import Any, Final

import brotli

SCRIPT: Final = "text/javascript; charset=utf-8"
JSON: Final = "application/json; charset=utf-8"

_plain_name = re.compile(r"[A-Za-z]\w*", re.ASCII)


@dataclass(frozen=True, slots=True)
class ArtifactFile:
    """The content of a document. Compressing is slow, so it happens once, when the file is published."""

    content_type: str
    body: bytes

    @property
    def digest(self) -> str:
        """The SHA-256 of the body in hexadecimal, which identifies the file."""
        return hashlib.sha256(self.body).hexdigest()

    def gzip(self) -> bytes:
        return gzip.compress(self.body, mtime=0)

    def brotli(self) -> bytes:
        compressed: bytes = brotli.compress(self.body)
        return compressed


def canonical_json(value: Any) -> str:
    """Return JSON in ASCII with sorted keys and no spaces. Equal values have equal text, in any charset of a page."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False)


def json_file(value: Any) -> ArtifactFile:
    """Return a file with ``canonical_json``."""
    return ArtifactFile(JSON, canonical_json(value).encode("ascii"))


def script_literal(value: Any) -> str:
    """Return a JavaScript literal of a JSON value that is safe inside a ``<script>`` element.

    It's ASCII, so it has no U+2028 and U+2029. ``<`` is escaped, so it can't contain ``</script>`` or ``<!--``.
    """
    return _javascript_literal(value).replace("<", "\\u003c")


def _javascript_literal(value: Any) -> str:
    """Return JSON without quotes around the names that don't need them."""
    if isinstance(value, dict):
        return (
            "{"
            + ",".join(f"{_javascript_key(key)}:{_javascript_literal(value[key])}" for key in sorted(value))
            + "}"
        )
    if isinstance(value, list):
        return "[" + ",".join(map(_javascript_literal, value)) + "]"
    return canonical_json(value)


def _javascript_key(key: str) -> str:
    return key if _plain_name.fullmatch(key) else canonical_json(key)
