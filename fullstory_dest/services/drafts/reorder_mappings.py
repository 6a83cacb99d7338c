"""Reordering of a destination's mappings."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils import timezone
from simple_history.utils import bulk_update_with_history

from fullstory_dest.models import Destination, Mapping
from fullstory_dest.services.row_locks import lock_tree
from fullstory_dest.services.source_changes import source_changes


@source_changes()
def reorder_mappings(destination: Destination, order: Sequence[int]) -> None:
    """Move the mappings with these IDs to the front, in this order, followed by the destination's other mappings.

    The number of queries is constant. Mappings that keep their positions aren't saved.
    """
    lock_tree(Destination, [destination.pk])
    # Raises DoesNotExist for a deleted destination.
    mappings = {mapping.pk: mapping for mapping in Destination.objects.get(pk=destination.pk).mappings.all()}
    ordered = [mappings[key] for key in dict.fromkeys(order) if key in mappings]
    ordered += [mapping for key, mapping in mappings.items() if key not in order]
    moved = [(position, mapping) for position, mapping in enumerate(ordered) if mapping.position != position]
    if not moved:
        return
    Mapping.objects.filter(pk__in=[mapping.pk for _, mapping in moved]).move_aside()
    now = timezone.now()
    for position, mapping in moved:
        mapping.position, mapping.updated_at = position, now
    bulk_update_with_history([mapping for _, mapping in moved], Mapping, ["position", "updated_at"])
