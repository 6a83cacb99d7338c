"""Reads a source's drafts from the database as a spec."""

from __future__ import annotations

from collections.abc import Iterable

from fullstory_dest.compiler.config import DestinationSpec, MappingSpec, SourceSpec
from fullstory_dest.models import Destination, Mapping, Source


def source_spec(source: Source, destinations: Iterable[Destination] | None = None) -> SourceSpec:
    """The drafts of a source, in two queries: everything that a release is made from.

    Who has read the destinations already, by id and with their mappings, gives them and spares the queries.
    """
    if destinations is None:
        destinations = source.destinations.order_by("id").prefetch_related("mappings")
    return {
        "name": source.name,
        "slug": source.slug,
        "write_key": source.write_key,
        "api_host": source.api_host,
        "destinations": [destination_spec(destination) for destination in destinations],
    }


def destination_spec(destination: Destination) -> DestinationSpec:
    """One destination with its mappings in the order in which they run."""
    return {
        "id": destination.pk,
        "name": destination.name,
        "enabled": destination.enabled,
        "settings": destination.settings,
        "mappings": [mapping_spec(mapping) for mapping in destination.mappings.all()],
    }


def mapping_spec(mapping: Mapping) -> MappingSpec:
    return {
        "id": mapping.pk,
        "name": mapping.name,
        "enabled": mapping.enabled,
        "action": mapping.action,
        "trigger": mapping.trigger,
        "fields": mapping.fields,
    }
