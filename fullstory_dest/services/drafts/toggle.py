"""Enabling and disabling of many rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from django.utils import timezone
from simple_history.utils import bulk_update_with_history

from fullstory_dest.models import Destination, Mapping, Source
from fullstory_dest.services.row_locks import lock_rows
from fullstory_dest.services.source_changes import source_changes

ModelT = TypeVar("ModelT", Source, Destination, Mapping)


@dataclass(frozen=True, slots=True)
class ToggleResult:
    """The number of changed rows, and the rows that can't be enabled because their namespace is in use."""

    count: int
    refused: Sequence[Source | Destination | Mapping]


@source_changes()
def toggle(model: type[ModelT], keys: Sequence[int], *, enabled: bool) -> ToggleResult:
    """Enable or disable the rows with these IDs. The number of queries is constant.

    Rows that are already in this state aren't saved. Destinations are refused if their namespace is in use.
    """
    lock_rows(model, keys)
    rows = list(model._default_manager.filter(pk__in=keys).exclude(enabled=enabled).order_by("pk"))
    refused: list[ModelT] = []
    if enabled and model is Destination:
        destinations: list[Any] = list(rows)
        conflicting = _with_taken_namespace(destinations)
        refused = [row for row in rows if row.pk in conflicting]
        rows = [row for row in rows if row.pk not in conflicting]
    now = timezone.now()
    for row in rows:
        row.enabled = enabled
        row.updated_at = now
    if rows:
        bulk_update_with_history(rows, model, ["enabled", "updated_at"], batch_size=500)
    return ToggleResult(len(rows), refused)


def _with_taken_namespace(destinations: Sequence[Destination]) -> set[int]:
    """Return the IDs of destinations whose namespace is used by an enabled one, or by an earlier one in the list."""
    sources = [destination.source_id for destination in destinations]
    enabled = Destination.objects.filter(source__in=sources, enabled=True)
    places = {(other.source_id, other.namespace) for other in enabled}
    conflicting = set()
    for destination in destinations:
        place = (destination.source_id, destination.namespace)
        if place in places:
            conflicting.add(destination.pk)
        places.add(place)
    return conflicting
