"""API tokens with names: making, revoking, and noting their use."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from cachetools import TTLCache
from django.contrib.auth.models import User
from django.utils import timezone

from fullstory_dest.models import ApiToken

#: A token's use is noted once in this time, by each worker.
RECORD_INTERVAL_SECONDS: Final = 60
_recently_recorded: Final[TTLCache[str, bool]] = TTLCache(1_000, RECORD_INTERVAL_SECONDS)


def create_token(user: User, name: str, *, days: int | None = None) -> tuple[ApiToken, str]:
    """A new token, good for so many days, or until it is revoked. Returns its row, and the token: kept nowhere."""
    row, token = ApiToken.objects.create(user, timedelta(days=days) if days else None, name=name)
    return row, token


def revoke_token(token: ApiToken) -> None:
    """The API refuses the token from now on."""
    token.delete()


def record_token_use(token: ApiToken) -> None:
    """Remembers that a token was used now. Costs a query a minute."""
    if token.pk not in _recently_recorded:
        _recently_recorded[token.pk] = True
        ApiToken.objects.filter(pk=token.pk).update(used_at=timezone.now())
