"""Reordering of a source's environments, which changes where releases are promoted to."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils import timezone
from simple_history.utils import bulk_update_with_history

from fullstory_dest.models import Environment, Source
from fullstory_dest.services.row_locks import for_update, lock_source
from fullstory_dest.services.source_changes import source_changes


@source_changes()
def reorder_environments(source: Source, order: Sequence[int]) -> list[Environment]:
    """Move the environments with these IDs to the front, in this order, followed by the source's others.

    Returns them in promotion order. The last one is production. Environments that keep their positions aren't saved.
    """
    environments = {each.pk: each for each in lock_environments(lock_source(source))}
    ordered = [environments[key] for key in dict.fromkeys(order) if key in environments]
    ordered += [each for key, each in environments.items() if key not in order]
    save_order(ordered)
    return ordered


def lock_environments(source: Source) -> list[Environment]:
    """Lock the environments of a locked source until the transaction ends, and return them in promotion order."""
    environments = list(for_update(Environment.objects.filter(source=source)).order_by("pk"))
    for each in environments:
        each.source = source
    return sorted(environments, key=lambda each: (each.position, each.pk))


def save_order(ordered: Sequence[Environment], *, reason: str | None = None) -> None:
    """Save the positions that have changed, in two queries. The history has the ``reason``."""
    moved = [(index, each) for index, each in enumerate(ordered) if each.position != index]
    now = timezone.now()
    for index, each in moved:
        each.position, each.updated_at = index, now
    if moved:
        bulk_update_with_history(
            [each for _, each in moved],
            Environment,
            ["position", "updated_at"],
            default_change_reason=reason,
        )
