"""Notices changes to sources, and has their statuses stored before the transaction ends.

Saving, deleting and bulk updates of a source's rows count as changes, in any code. Inside ``source_changes``, the
statuses are stored once, at the end of the outermost block. Outside, they are stored at once. The rows of statuses are
locked last, so that this doesn't lead to deadlocks.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any, Final

from django.db import transaction
from django.db.models.signals import post_delete, post_save

from fullstory_dest.models import Destination, Environment, Mapping, Source
from fullstory_dest.models.validated import rows_updated

#: The models whose rows decide the status of a source.
_WATCHED: Final = {Source, Environment, Destination, Mapping}

_state = threading.local()
_stores: list[Callable[[set[int]], None]] = []


def store_with(store: Callable[[set[int]], None]) -> None:
    """Call a function with the IDs of changed sources. ``apps.py`` connects it, because it needs all other services."""
    _stores.append(store)
    post_save.connect(_row_changed)
    post_delete.connect(_row_changed)
    rows_updated.connect(_rows_changed)


@contextmanager
def source_changes() -> Iterator[None]:
    """Make changes to sources in a transaction, and store their statuses at its end."""
    if getattr(_state, "changed", None) is not None:
        with transaction.atomic():
            yield
        return
    with transaction.atomic():
        _state.changed = set()
        try:
            yield
            changed, _state.changed = _state.changed, None
            _store(changed)
        finally:
            _state.changed = None


def _row_changed(
    sender: type[Any], instance: Any, raw: bool = False, created: bool = False, **_more: object
) -> None:
    # The first environment of a new source is saved next. Without one, the source has no status.
    if raw or sender not in _WATCHED or (created and sender is Source):
        return
    row = instance.destination if isinstance(instance, Mapping) else instance
    _changed([row.pk if isinstance(row, Source) else row.source_id])


def _rows_changed(sender: type[Any], sources: set[int], **_more: object) -> None:
    if sender in _WATCHED:
        _changed(sources)


def _changed(sources: Iterable[int]) -> None:
    pending = getattr(_state, "changed", None)
    if pending is not None:
        pending.update(sources)
    else:
        _store(set(sources))


def _store(sources: set[int]) -> None:
    if sources:
        for store in _stores:
            store(sources)
