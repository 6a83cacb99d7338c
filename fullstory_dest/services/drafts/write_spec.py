"""Saving of destinations and mappings from a spec. Unchanged mappings don't get a new version in the history."""

from __future__ import annotations

from fullstory_dest.compiler.schema import DestinationSpec, MappingSpec
from fullstory_dest.models import Destination, Mapping
from fullstory_dest.models.validated import KEEP_UPDATED_AT


def write_destination(destination: Destination, spec: DestinationSpec, *, reason: str | None = None) -> None:
    """Save a destination from a spec, without its mappings. ``reason`` is for the history."""
    destination.name = spec["name"]
    destination.enabled = spec["enabled"]
    destination.settings = spec["settings"]
    destination.consent_categories = spec.get("consent_categories", [])
    destination._change_reason = reason
    destination.save()


def write_mappings(destination: Destination, specs: list[MappingSpec], *, reason: str | None = None) -> None:
    """Replace the mappings of a locked destination, in this order.

    Mappings with the ID of a spec are changed, other mappings are deleted, and the remaining specs are added.
    """
    existing = {mapping.pk: mapping for mapping in Mapping.objects.filter(destination=destination)}
    for key in existing.keys() - {spec["id"] for spec in specs}:
        mapping = existing.pop(key)
        mapping._change_reason = reason
        mapping.delete()
    Mapping.objects.filter(destination=destination).move_aside()
    for position, spec in enumerate(specs):
        mapping = existing.get(spec["id"]) or Mapping(destination=destination)
        values = {**{name: value for name, value in spec.items() if name != "id"}, "position": position}
        if mapping.pk and all(getattr(mapping, name) == value for name, value in values.items()):
            Mapping.objects.filter(pk=mapping.pk).update(position=position, **KEEP_UPDATED_AT)
            continue
        for name, value in values.items():
            setattr(mapping, name, value)
        mapping.destination = destination
        mapping._change_reason = reason
        mapping.save()
