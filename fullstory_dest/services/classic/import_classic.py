"""Import of the settings of a classic FullStory destination.

The settings can be in a source's settings document on Segment's CDN (``GET /v1/projects/{write key}/settings``), in the
object that a classic bundle (``analytics.min.js``) passes to ``analytics.initialize``, in a response of the Public API
(``GET /destinations/{id}``, ``GET /sources/{id}/connected-destinations``), or in an object by themselves.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError

from fullstory_dest.models import CLASSIC_DEFAULTS, ClassicDestination, Source
from fullstory_dest.problem import describe
from fullstory_dest.services.source_changes import source_changes
from fullstory_dest.unstorable_text import check_text

#: The classic destination's name in a settings document, and its slug in the Public API.
CLASSIC_NAME = "FullStory"
CLASSIC_SLUG = "fullstory"
#: The integration in a settings document that has the source's write key.
SEGMENT_NAME = "Segment.io"


class ImportClassicError(ValueError):
    """The document doesn't contain a classic FullStory destination."""


class UnknownSourceError(ImportClassicError):
    """Neither the document nor the caller specifies a source."""


@dataclass(frozen=True, slots=True)
class FoundClassic:
    """A classic destination in a document, with the write key of its source, if known."""

    settings: dict[str, Any]
    enabled: bool = True
    write_key: str = ""


def find_classic(document: object) -> FoundClassic:
    """Return the classic FullStory destination in a document. Raises ImportClassicError if there is none."""
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
        raise ImportClassicError("the Public API's response has no classic FullStory destination")
    if document.keys() & CLASSIC_DEFAULTS.keys():
        return FoundClassic(_classic_settings(document))
    if document.keys() & {CLASSIC_NAME, SEGMENT_NAME}:
        return _in_integrations(document)
    raise ImportClassicError(
        "expected a settings document, options of analytics.initialize, a Public API response, or classic settings"
    )


def _in_integrations(integrations: dict[str, Any], place: str = "") -> FoundClassic:
    """Return the classic destination in the settings of integrations, which are at ``place`` in the document."""
    settings = integrations.get(CLASSIC_NAME)
    if settings is not None and not isinstance(settings, dict):
        raise ImportClassicError(f"{place}{CLASSIC_NAME}: expected an object, found {describe(settings)}")
    if settings is None:
        names = ", ".join(sorted(map(str, integrations))) or "none"
        raise ImportClassicError(f"expected {place}{CLASSIC_NAME}, found {names}")
    segment = integrations.get(SEGMENT_NAME)
    write_key = segment.get("apiKey", "") if isinstance(segment, dict) else ""
    return FoundClassic(
        _classic_settings(settings), write_key=write_key if isinstance(write_key, str) else ""
    )


def _destinations(data: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield the classic FullStory destinations in the ``data`` of a Public API response."""
    connected = data.get("destinations")
    candidates = [data.get("destination"), *(connected if isinstance(connected, list) else [])]
    for destination in candidates:
        if isinstance(destination, dict):
            metadata = destination.get("metadata")
            slug = metadata.get("slug", CLASSIC_SLUG) if isinstance(metadata, dict) else CLASSIC_SLUG
            if slug == CLASSIC_SLUG:
                yield destination


def _classic_settings(settings: dict[str, Any]) -> dict[str, Any]:
    """Return only the classic settings. Documents also have other keys."""
    return {key: settings[key] for key in CLASSIC_DEFAULTS if settings.get(key) is not None}


@source_changes()
def import_classic(document: object, *, source: Source | None = None) -> ClassicDestination:
    """Save the classic destination of a document on a source.

    The default is the source with the document's write key, which is created if there is none, so that a site can keep
    its write key and only change the host. Raises ImportClassicError, in which case nothing is saved.
    """
    found = find_classic(document)
    if source is None:
        if not found.write_key:
            raise UnknownSourceError("the document has no write key; specify a source")
        source = Source.objects.filter(environments__write_key=found.write_key).first()
    try:
        if source is None:
            source = Source(name=f"Imported {found.write_key[:8]}")
            source.write_key = found.write_key
            source.save()
        classic = ClassicDestination(source=source, settings=found.settings, enabled=found.enabled)
        classic.save()
    except ValidationError as error:
        raise ImportClassicError("; ".join(error.messages)) from error
    return classic
