"""Reading of a source's drafts as a spec."""

from __future__ import annotations

from collections.abc import Iterable

from fullstory_dest.compiler.schema import DestinationSpec, MappingSpec, SourceSpec
from fullstory_dest.models import Destination, Mapping, Source


def source_spec(source: Source, destinations: Iterable[Destination] | None = None) -> SourceSpec:
    """Return the drafts of a source, from which releases are compiled. This takes two queries.

    Pass ``destinations``, ordered by ID and with their mappings, to avoid the queries.
    """
    if destinations is None:
        destinations = source.destinations.order_by("id").prefetch_related("mappings")
    spec: SourceSpec = {
        "name": source.name,
        "slug": source.slug,
        "write_key": source.write_key,
        "api_host": source.api_host,
        "destinations": [destination_spec(destination) for destination in destinations],
    }
    # Only if they are on, so that specs of earlier releases without these keys still compare as equal.
    if source.honor_gpc:
        spec["honor_gpc"] = True
    if source.honor_dnt:
        spec["honor_dnt"] = True
    return spec


def destination_spec(destination: Destination) -> DestinationSpec:
    """Return a destination with its mappings, in the order in which they run."""
    spec: DestinationSpec = {
        "id": destination.pk,
        "name": destination.name,
        "enabled": destination.enabled,
        "settings": destination.settings,
        "mappings": [mapping_spec(mapping) for mapping in destination.mappings.all()],
    }
    if destination.consent_categories:
        spec["consent_categories"] = destination.consent_categories
    return spec


def mapping_spec(mapping: Mapping) -> MappingSpec:
    return {
        "id": mapping.pk,
        "name": mapping.name,
        "enabled": mapping.enabled,
        "action": mapping.action,
        "trigger": mapping.trigger,
        "fields": mapping.fields,
    }
