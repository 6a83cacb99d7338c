"""Lookup of documents in the database, behind a small in-memory cache."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from functools import lru_cache
from typing import Final, Literal

from cachetools import TTLCache
from django.conf import settings

from fullstory_dest.compiler.artifacts import build_debug_script, build_files
from fullstory_dest.compiler.compile import inert_spec
from fullstory_dest.compiler.files import ArtifactFile, json_file
from fullstory_dest.compiler.settings_document import build_integrations_document
from fullstory_dest.delivery.documents import CACHE_IMMUTABLE, CACHE_LIVE, CachedDocument
from fullstory_dest.models import Deployment, Document, Environment, RetiredWriteKey

Kind = Literal["snippet", "settings_document", "config_document"]

_cache: Final[TTLCache[tuple[str, ...], CachedDocument | None]] = TTLCache(
    settings.DELIVERY_CACHE_SIZE, settings.DELIVERY_CACHE_SECONDS
)
_lock: Final = threading.Lock()


def get_live(write_key: str, kind: Kind) -> CachedDocument | None:
    """Return a document of an environment's live deployment, or None for an unknown write key.

    Sources that are disabled, archived or never published get inert documents, so that their pages keep working. A
    previous write key works like the current one until it expires.
    """
    return _get_or_find((write_key, kind), lambda: _find_live(write_key, kind))


def get_integrations(write_key: str) -> CachedDocument | None:
    """Return the list of a source's destinations for consent tools, from its live settings document."""

    def find() -> CachedDocument | None:
        settings_document = get_live(write_key, "settings_document")
        return settings_document and _document_of_file(
            json_file(build_integrations_document(json.loads(settings_document.body)))
        )

    return _get_or_find((write_key, "integrations"), find)


def get_pinned(write_key: str, digest: str) -> CachedDocument | None:
    """Return the snippet of an environment's deployment by its digest."""
    return _get_or_find((write_key, "release", digest), lambda: _find_pinned(write_key, digest))


def get_plugin(digest: str) -> CachedDocument | None:
    """Return a plugin for analytics.js 2 by its digest."""
    return _get_or_find(("plugin", digest), lambda: _find_plugin(digest))


@lru_cache(maxsize=1)
def get_debug_script() -> CachedDocument:
    """Return the script that the snippet loads in debug mode. It only depends on the code, so it's built once."""
    return _document_of_file(build_debug_script())


def _get_or_find(key: tuple[str, ...], find: Callable[[], CachedDocument | None]) -> CachedDocument | None:
    """Return the cached document of a key, or find and cache it. Missing documents are cached as None."""
    with _lock:
        if key in _cache:
            return _cache[key]
    found = find()
    with _lock:
        _cache[key] = found
    return found


def _find_live(write_key: str, kind: Kind) -> CachedDocument | None:
    deployment = (
        Deployment.objects.filter(
            live_in__write_key=write_key,
            live_in__source__enabled=True,
            live_in__source__archived_at__isnull=True,
        )
        .select_related(kind)
        .only(f"{kind}__digest", f"{kind}__content_type", f"{kind}__body", f"{kind}__gzip", f"{kind}__brotli")
        .first()
    )
    if deployment:
        return _cached_document(getattr(deployment, kind), CACHE_LIVE)
    if Environment.objects.filter(write_key=write_key).exists():
        return _inert(write_key)[kind]
    current = _current_key(write_key)
    return _find_live(current, kind) if current else None


def _find_pinned(write_key: str, digest: str) -> CachedDocument | None:
    deployment = (
        Deployment.objects.filter(environment__write_key=write_key, snippet_id=digest)
        .select_related("snippet")
        .first()
    )
    if deployment:
        return _cached_document(deployment.snippet, CACHE_IMMUTABLE)
    current = _current_key(write_key)
    return _find_pinned(current, digest) if current else None


def _current_key(old_key: str) -> str | None:
    """Return the current write key of the environment that a previous key belongs to, until that expires.

    This runs last, so that current keys take a single query.
    """
    served = RetiredWriteKey.objects.served().filter(write_key=old_key)
    return served.values_list("environment__write_key", flat=True).first()


def _find_plugin(digest: str) -> CachedDocument | None:
    published = Deployment.objects.filter(plugin_id=digest).select_related("plugin").first()
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
    """Return the documents of a source that sends nothing. analytics.js works, but has no destinations."""
    inert_files = build_files(inert_spec(write_key), {"destinations": []}, settings.PUBLIC_URL)
    by_kind: dict[Kind, ArtifactFile] = {
        "snippet": inert_files.snippet,
        "settings_document": inert_files.settings,
        "config_document": inert_files.config,
    }
    return {kind: _document_of_file(file) for kind, file in by_kind.items()}


def _document_of_file(file: ArtifactFile) -> CachedDocument:
    return CachedDocument(file.digest, file.content_type, CACHE_LIVE, file.body, file.gzip(), file.brotli())
