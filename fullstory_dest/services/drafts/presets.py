"""Mappings that are created from presets."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from fullstory_dest.catalog import PRESETS, Preset
from fullstory_dest.models import Destination, Mapping
from fullstory_dest.services.row_locks import lock_tree
from fullstory_dest.services.source_changes import source_changes


def add_preset(destination: Destination, preset: Preset, *, enabled: bool = True) -> Mapping:
    """Add a preset as the last mapping of a destination. Raises ValidationError."""
    mapping = Mapping(
        destination=destination,
        name=preset.name,
        enabled=enabled,
        action=preset.action.key,
        trigger=preset.trigger,
        fields=preset.fields,
    )
    mapping.save()
    return mapping


def find_preset_mapping(preset: Preset, mappings: Iterable[Mapping]) -> Mapping | None:
    """Return the mapping that was made from a preset: the one with its name and action."""
    key = (preset.name, preset.action.key)
    return next((mapping for mapping in mappings if (mapping.name, mapping.action) == key), None)


def is_unedited(mapping: Mapping, preset: Preset) -> bool:
    """Return whether a mapping still has the trigger and the fields of its preset."""
    return (mapping.trigger, mapping.fields) == (preset.trigger, preset.fields)


@source_changes()
def save_presets(destination: Destination, chosen: Collection[str], shown: Collection[str]) -> None:
    """Add the chosen presets (by action), and delete unedited ones that are no longer chosen.

    ``shown`` are the presets that the page showed as mappings. Presets that others added or deleted since then don't
    change. Raises ValidationError.
    """
    lock_tree(Destination, [destination.pk])
    mappings = list(destination.mappings.all())
    for preset in PRESETS:
        mapping = find_preset_mapping(preset, mappings)
        is_chosen, was_shown = preset.action.key in chosen, preset.action.key in shown
        if mapping is None and is_chosen and not was_shown:
            add_preset(destination, preset)
        elif mapping is not None and not is_chosen and was_shown and is_unedited(mapping, preset):
            mapping.delete()
