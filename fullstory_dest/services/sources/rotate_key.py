"""Rotation of an environment's write key, with a grace period for the previous key."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from django.utils import timezone

from fullstory_dest.models import Environment, RetiredWriteKey
from fullstory_dest.models.environment import new_write_key
from fullstory_dest.services.row_locks import lock_environment
from fullstory_dest.services.source_changes import source_changes

GRACE_DAYS: Final = 30
MAXIMUM_GRACE_DAYS: Final = 365


class WriteKeyChangedError(ValueError):
    """The environment has another write key than the user expected."""


@source_changes()
def rotate_key(
    environment: Environment, *, grace_days: int = GRACE_DAYS, expected_write_key: str | None = None
) -> Environment:
    """Replace an environment's write key with a random one. The previous key keeps working for ``grace_days``, if any.

    Published documents contain the previous key until the next publish, and work with either key. Returns the
    environment with its current values. Raises ValueError if the days are out of range, and WriteKeyChangedError if the
    environment has another key than ``expected_write_key``.
    """
    if not 0 <= grace_days <= MAXIMUM_GRACE_DAYS:
        raise ValueError(f"expected 0 to {MAXIMUM_GRACE_DAYS} days, found {grace_days}")
    environment = lock_environment(environment)
    if expected_write_key is not None and expected_write_key != environment.write_key:
        raise WriteKeyChangedError("the write key was already rotated")
    RetiredWriteKey.objects.create(
        environment=environment,
        write_key=environment.write_key,
        expires_at=timezone.now() + timedelta(days=grace_days),
    )
    environment.write_key = new_write_key()
    environment.save()
    return environment


def revoke_previous_key(environment: Environment, write_key: str) -> bool:
    """Revoke a previous key of an environment at once. Returns False if it's unknown or has expired."""
    keys = environment.retired_keys.served().filter(write_key=write_key)
    return bool(keys.update(expires_at=timezone.now()))
