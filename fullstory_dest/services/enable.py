"""Enables and disables many rows at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from django.db import transaction
from django.utils import timezone
from simple_history.utils import bulk_update_with_history

from fullstory_dest.models import Destination, Mapping, Source

Row = TypeVar("Row", Source, Destination, Mapping)


@dataclass(frozen=True, slots=True)
class Switched:
    """What became of rows: how many were switched, and those that another enabled destination stands in the way of."""

    count: int
    refused: Sequence[Source | Destination | Mapping]


@transaction.atomic
def switch(model: type[Row], keys: Sequence[int], *, enabled: bool) -> Switched:
    """Enables or disables the rows with these ids. In a handful of queries, however many there are.

    Rows that are as wanted already are left alone. A destination is refused where its namespace is taken.
    """
    rows = list(
        model._default_manager.select_for_update(of=("self",))
        .filter(pk__in=keys)
        .exclude(enabled=enabled)
        .order_by("pk")
    )
    refused: list[Row] = []
    if enabled and model is Destination:
        rows, refused = _apart(rows)
    now = timezone.now()
    for row in rows:
        row.enabled = enabled
        row.updated_at = now
    if rows:
        bulk_update_with_history(rows, model, ["enabled", "updated_at"], batch_size=500)
    return Switched(len(rows), refused)


def _apart(rows: list[Row]) -> tuple[list[Row], list[Row]]:
    """Destinations that can be enabled together with what is enabled, and those that cannot."""
    destinations = [row for row in rows if isinstance(row, Destination)]
    sources = [row.source_id for row in destinations]
    enabled = Destination.objects.filter(source__in=sources, enabled=True)
    taken = {(other.source_id, other.namespace) for other in enabled}
    free, refused = [], []
    for row in rows:
        place = (row.source_id, row.namespace)  # type: ignore[union-attr]
        (refused if place in taken else free).append(row)
        taken.add(place)
    return free, refused
