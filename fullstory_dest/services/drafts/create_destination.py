"""Creation of a destination with mappings from presets."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from fullstory_dest.catalog import PRESETS, Preset
from fullstory_dest.models import Destination, Source
from fullstory_dest.services.drafts.presets import add_preset
from fullstory_dest.services.source_changes import source_changes

RECOMMENDED_PRESETS = tuple(preset for preset in PRESETS if preset.recommended)


@source_changes()
def create_destination(
    source: Source,
    *,
    settings: dict[str, Any],
    name: str = "FullStory",
    presets: Iterable[Preset] = RECOMMENDED_PRESETS,
    enabled: bool = True,
) -> Destination:
    """Create a destination with an enabled mapping for each preset. Raises ValidationError, and then saves nothing."""
    destination = Destination(source=source, name=name, settings=settings, enabled=enabled)
    destination.save()
    for preset in presets:
        add_preset(destination, preset)
    return destination
