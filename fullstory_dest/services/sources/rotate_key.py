"""Rotates a source's write key: a new one at once, and the old one for as long as its pages may still name it."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from django.db import transaction
from django.utils import timezone

from fullstory_dest.models import RetiredWriteKey, Source
from fullstory_dest.models.source import new_write_key
from fullstory_dest.services.row_locks import lock_source

GRACE_DAYS: Final = 30
MAXIMUM_GRACE_DAYS: Final = 365


class WriteKeyChangedError(ValueError):
    """The source has another write key than somebody saw."""


@transaction.atomic
def rotate_key(
    source: Source, *, grace_days: int = GRACE_DAYS, expected_write_key: str | None = None
) -> Source:
    """Gives a source a new, random write key. The old one is served the same documents for ``grace_days`` (0: not).

    Published documents name the old key until the source is published again; they work under either. Returns the
    source as it is now. Raises ValueError for days out of range, and WriteKeyChangedError when the source has another
    key than ``expected_write_key``.
    """
    if not 0 <= grace_days <= MAXIMUM_GRACE_DAYS:
        raise ValueError(f"expected 0 to {MAXIMUM_GRACE_DAYS} days, found {grace_days}")
    source = lock_source(source)
    if expected_write_key is not None and expected_write_key != source.write_key:
        raise WriteKeyChangedError("the source has another write key by now")
    RetiredWriteKey.objects.create(
        source=source, write_key=source.write_key, expires_at=timezone.now() + timedelta(days=grace_days)
    )
    source.write_key = new_write_key()
    source.save()
    return source


def revoke_previous_key(source: Source, write_key: str) -> bool:
    """Stops serving an old key of a source now. False when it is none, or is served no longer."""
    return bool(source.retired_keys.served().filter(write_key=write_key).update(expires_at=timezone.now()))
