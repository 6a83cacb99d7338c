"""Storing of the status of sources, in the transaction of each change."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from django.db import transaction

from fullstory_dest.models import Source, StoredStatus
from fullstory_dest.services.row_locks import for_update
from fullstory_dest.services.sources.compute_statuses import compute_statuses

#: The number of sources whose statuses are computed together.
BATCH: Final = 500
_FIELDS: Final = [field.name for field in StoredStatus._meta.concrete_fields if not field.primary_key]


@transaction.atomic(savepoint=False)
def store_statuses(keys: Iterable[int]) -> None:
    """Compute and store the statuses of the sources with these IDs.

    Their rows are locked before drafts are read, so that of two transactions, the later one sees the other's changes.
    """
    ordered = sorted(keys)
    for start in range(0, len(ordered), BATCH):
        batch = ordered[start : start + BATCH]
        locked = for_update(StoredStatus.objects.filter(pk__in=batch)).order_by("pk")
        list(locked.values_list("pk", flat=True))
        StoredStatus.objects.bulk_create(
            compute_statuses(batch), update_conflicts=True, unique_fields=["source"], update_fields=_FIELDS
        )


def store_all_statuses() -> Iterator[tuple[int, int]]:
    """Compute the statuses of all sources again, as another version might judge drafts differently.

    Each batch is a transaction. Yields the number of sources that are done, and of all, after each.
    """
    keys = list(Source.objects.order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(keys), BATCH):
        batch = keys[start : start + BATCH]
        store_statuses(batch)
        yield start + len(batch), len(keys)
