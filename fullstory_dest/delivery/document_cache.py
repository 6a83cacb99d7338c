"""Where delivery finds documents: releases in the database, behind a small memory."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from functools import lru_cache
from typing import Final, Literal

from cachetools import TTLCache
from django.conf import settings

from fullstory_dest.compiler.artifacts import (
    ArtifactFile,
    build_debug_script,
    build_files,
    build_integrations_document,
)
from fullstory_dest.compiler.compile import compile_checked, inert_source
from fullstory_dest.delivery.documents import CACHE_IMMUTABLE, CACHE_LIVE, CachedDocument
from fullstory_dest.models import Document, Release, RetiredWriteKey, Source

Kind = Literal["snippet", "settings_document", "config_document"]

_cache: Final[TTLCache[tuple[str, ...], CachedDocument | None]] = TTLCache(
    settings.DELIVERY_CACHE_SIZE, settings.DELIVERY_CACHE_SECONDS
)
_lock: Final = threading.Lock()


def get_live(write_key: str, kind: Kind) -> CachedDocument | None:
    """A document of a source's live release; None for an unknown write key.

    A source that is disabled, archived or was never published has inert documents, so that its pages go on working.
    A key that was rotated away is served as the source's key is, until it expires.
    """
    return _get_or_find((write_key, kind), lambda: _find_live(write_key, kind))


def get_integrations(write_key: str) -> CachedDocument | None:
    """The list of a source's destinations for consent tools, as its live settings document has them."""

    def find() -> CachedDocument | None:
        settings_document = get_live(write_key, "settings_document")
        return settings_document and _document_of_file(
            build_integrations_document(json.loads(settings_document.body))
        )

    return _get_or_find((write_key, "integrations"), find)


def get_pinned(write_key: str, digest: str) -> CachedDocument | None:
    """The snippet of one of a source's releases, by digest."""
    return _get_or_find((write_key, "release", digest), lambda: _find_pinned(write_key, digest))


def get_plugin(digest: str) -> CachedDocument | None:
    """A plugin for analytics.js 2, by digest."""
    return _get_or_find(("plugin", digest), lambda: _find_plugin(digest))


@lru_cache(maxsize=1)
def get_debug_script() -> CachedDocument:
    """What the snippet loads where a page is debugged. It depends on the code alone: it is made once a process."""
    return _document_of_file(build_debug_script())


def clear() -> None:
    """Empties the memory of this process."""
    with _lock:
        _cache.clear()


def _get_or_find(key: tuple[str, ...], find: Callable[[], CachedDocument | None]) -> CachedDocument | None:
    """What is remembered under a key, or found and remembered: also that nothing is there."""
    with _lock:
        if key in _cache:
            return _cache[key]
    found = find()
    with _lock:
        _cache[key] = found
    return found


def _find_live(write_key: str, kind: Kind) -> CachedDocument | None:
    release = (
        Release.objects.filter(
            source__write_key=write_key, source__enabled=True, source__archived_at__isnull=True
        )
        .select_related(kind)
        .only(f"{kind}__digest", f"{kind}__content_type", f"{kind}__body", f"{kind}__gzip", f"{kind}__brotli")
        .order_by("-number")
        .first()
    )
    if release:
        return _cached_document(getattr(release, kind), CACHE_LIVE)
    if Source.objects.filter(write_key=write_key).exists():
        return _inert(write_key)[kind]
    current = _current_key(write_key)
    return _find_live(current, kind) if current else None


def _find_pinned(write_key: str, digest: str) -> CachedDocument | None:
    release = (
        Release.objects.filter(source__write_key=write_key, snippet_id=digest)
        .select_related("snippet")
        .first()
    )
    if release:
        return _cached_document(release.snippet, CACHE_IMMUTABLE)
    current = _current_key(write_key)
    return _find_pinned(current, digest) if current else None


def _current_key(old_key: str) -> str | None:
    """The write key of the source whose key this was, as long as that is served.

    Looked for last: so a key of today still costs a single query.
    """
    served = RetiredWriteKey.objects.served().filter(write_key=old_key)
    return served.values_list("source__write_key", flat=True).first()


def _find_plugin(digest: str) -> CachedDocument | None:
    published = Release.objects.filter(plugin_id=digest).select_related("plugin").first()
    return _cached_document(published.plugin, CACHE_IMMUTABLE) if published else None


def _cached_document(stored: Document, cache_control: str) -> CachedDocument:
    return CachedDocument(
        digest=stored.digest,
        content_type=stored.content_type,
        cache_control=cache_control,
        body=bytes(stored.body),
        gzip=bytes(stored.gzip),
        brotli=bytes(stored.brotli),
    )


@lru_cache(maxsize=256)
def _inert(write_key: str) -> dict[Kind, CachedDocument]:
    """The documents of a source that sends nothing: analytics.js works, no destination is there."""
    source = inert_source(write_key)
    inert_files = build_files(source, compile_checked(source), settings.PUBLIC_URL)
    by_kind: dict[Kind, ArtifactFile] = {
        "snippet": inert_files.snippet,
        "settings_document": inert_files.settings,
        "config_document": inert_files.config,
    }
    return {kind: _document_of_file(file) for kind, file in by_kind.items()}


def _document_of_file(file: ArtifactFile) -> CachedDocument:
    return CachedDocument(file.digest, file.content_type, CACHE_LIVE, file.body, file.gzip(), file.brotli())
