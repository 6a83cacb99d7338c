"""Puts the mappings of a destination in another order."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction
from django.db.models import F

from fullstory_dest.models import Destination, Mapping
from fullstory_dest.services.hold import hold_whole


@transaction.atomic
def reorder(destination: Destination, order: Sequence[int]) -> None:
    """Gives the mappings with these ids, then all others of the destination, the positions from 0 on."""
    hold_whole(Destination, [destination.pk])
    # Raises DoesNotExist for a destination that is gone.
    mappings = {mapping.pk: mapping for mapping in Destination.objects.get(pk=destination.pk).mappings.all()}
    wanted = [mappings[key] for key in dict.fromkeys(order) if key in mappings]
    wanted += [mapping for key, mapping in mappings.items() if key not in order]
    moved = [(position, mapping) for position, mapping in enumerate(wanted) if mapping.position != position]
    # Positions are unique at every moment: out of the way first, then one by one to the new place.
    Mapping.objects.filter(pk__in=[mapping.pk for _, mapping in moved]).update(position=-1 - F("position"))
    for position, mapping in moved:
        mapping.position = position
        mapping.save()
