"""Creation of a destination with mappings from presets."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import transaction

from fullstory_dest.catalog import PRESETS, Preset
from fullstory_dest.models import Destination, Source
from fullstory_dest.services.drafts.presets import add_preset

RECOMMENDED_PRESETS = tuple(preset for preset in PRESETS if preset.recommended)


@transaction.atomic
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
