"""Rotation of a source's write key, with a grace period for the previous key."""

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
    """The source has another write key than the user expected."""


@transaction.atomic
def rotate_key(
    source: Source, *, grace_days: int = GRACE_DAYS, expected_write_key: str | None = None
) -> Source:
    """Replace a source's write key with a random one. The previous key keeps working for ``grace_days`` (0 for none).

    Published documents contain the previous key until the source is published again, and work with either key. Returns
    the source with its current values. Raises ValueError if the days are out of range, and WriteKeyChangedError if the
    source has another key than ``expected_write_key``.
    """
    if not 0 <= grace_days <= MAXIMUM_GRACE_DAYS:
        raise ValueError(f"expected 0 to {MAXIMUM_GRACE_DAYS} days, found {grace_days}")
    source = lock_source(source)
    if expected_write_key is not None and expected_write_key != source.write_key:
        raise WriteKeyChangedError("the write key was already rotated")
    RetiredWriteKey.objects.create(
        source=source, write_key=source.write_key, expires_at=timezone.now() + timedelta(days=grace_days)
    )
    source.write_key = new_write_key()
    source.save()
    return source


def revoke_previous_key(source: Source, write_key: str) -> bool:
    """Revoke a previous key of a source at once. Returns False if it's unknown or has expired."""
    return bool(source.retired_keys.served().filter(write_key=write_key).update(expires_at=timezone.now()))
