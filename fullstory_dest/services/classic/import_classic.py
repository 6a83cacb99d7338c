"""Imports the settings of a classic FullStory destination from where people have them.

That is the settings document of their source on Segment's CDN (``GET /v1/projects/{write key}/settings``), the object
that a classic bundle (``analytics.min.js``) hands to ``analytics.initialize``, the Public API
(``GET /destinations/{id}``, ``GET /sources/{id}/connected-destinations``), or the bare settings.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from fullstory_dest.models import CLASSIC_DEFAULTS, ClassicDestination, Source
from fullstory_dest.problem import describe
from fullstory_dest.unstorable_text import check_text

#: The classic destination's name in a settings document, and its slug in the Public API.
CLASSIC_NAME = "FullStory"
CLASSIC_SLUG = "fullstory"
#: Beside it stands what names the source.
SEGMENT_NAME = "Segment.io"


class ImportClassicError(ValueError):
    """The document does not hold a classic FullStory destination."""


class UnknownSourceError(ImportClassicError):
    """Neither the document nor the caller names a source."""


@dataclass(frozen=True, slots=True)
class FoundClassic:
    """A classic destination in a document, and the write key of its source where the document tells."""

    settings: dict[str, Any]
    enabled: bool = True
    write_key: str = ""


def find_classic(document: object) -> FoundClassic:
    """The classic FullStory destination in a document. Raises ImportClassicError, saying what was expected."""
    if not isinstance(document, dict):
        raise ImportClassicError(f"expected a JSON object, found {describe(document)}")
    if problem := next(check_text(document), None):
        raise ImportClassicError(str(problem))
    if isinstance(integrations := document.get("integrations"), dict):
        return _in_integrations(integrations, "integrations.")
    if isinstance(data := document.get("data"), dict):
        for destination in _destinations(data):
            if isinstance(settings := destination.get("settings"), dict):
                return FoundClassic(_classic_settings(settings), bool(destination.get("enabled", True)))
        raise ImportClassicError("the answer of the Public API holds no classic FullStory destination")
    if document.keys() & CLASSIC_DEFAULTS.keys():
        return FoundClassic(_classic_settings(document))
    if document.keys() & {CLASSIC_NAME, SEGMENT_NAME}:
        return _in_integrations(document)
    raise ImportClassicError(
        "expected a settings document (with integrations.FullStory), the object of analytics.initialize (with "
        "FullStory), an answer of Segment's Public API (with data.destination), or classic settings "
        f"({', '.join(CLASSIC_DEFAULTS)})"
    )


def _in_integrations(integrations: dict[str, Any], place: str = "") -> FoundClassic:
    """The classic destination among settings by name of integration, which stand at ``place`` in the document."""
    settings = integrations.get(CLASSIC_NAME)
    if settings is not None and not isinstance(settings, dict):
        raise ImportClassicError(f"{place}{CLASSIC_NAME}: expected an object, found {describe(settings)}")
    if settings is None:
        there = ", ".join(sorted(map(str, integrations))) or "none"
        raise ImportClassicError(f"the document has no {place}{CLASSIC_NAME}; there: {there}")
    segment = integrations.get(SEGMENT_NAME)
    write_key = segment.get("apiKey", "") if isinstance(segment, dict) else ""
    return FoundClassic(
        _classic_settings(settings), write_key=write_key if isinstance(write_key, str) else ""
    )


def _destinations(data: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The classic FullStory destinations in the ``data`` of the Public API's answers."""
    connected = data.get("destinations")
    candidates = [data.get("destination"), *(connected if isinstance(connected, list) else [])]
    for destination in candidates:
        if isinstance(destination, dict):
            metadata = destination.get("metadata")
            slug = metadata.get("slug", CLASSIC_SLUG) if isinstance(metadata, dict) else CLASSIC_SLUG
            if slug == CLASSIC_SLUG:
                yield destination


def _classic_settings(settings: dict[str, Any]) -> dict[str, Any]:
    """The classic settings alone: documents carry bookkeeping beside them."""
    return {key: settings[key] for key in CLASSIC_DEFAULTS if settings.get(key) is not None}


@transaction.atomic
def import_classic(document: object, *, source: Source | None = None) -> ClassicDestination:
    """Keeps the classic destination of a document, on a source.

    Without a source it is the one with the document's write key, made when there is none: a site that keeps its write
    key changes only the host it loads from. Raises ImportClassicError; then nothing was kept.
    """
    found = find_classic(document)
    if source is None:
        if not found.write_key:
            raise UnknownSourceError("the document does not say which source it belongs to: name one")
        source = Source.objects.filter(write_key=found.write_key).first()
    try:
        if source is None:
            source = Source(name=f"Imported {found.write_key[:8]}", write_key=found.write_key)
            source.save()
        classic = ClassicDestination(source=source, settings=found.settings, enabled=found.enabled)
        classic.save()
    except ValidationError as error:
        raise ImportClassicError("; ".join(error.messages)) from error
    return classic
