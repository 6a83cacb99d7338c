"""Creation and revocation of API tokens, and the time of their last use."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from cachetools import TTLCache
from django.contrib.auth.models import User
from django.utils import timezone

from fullstory_dest.models import ApiToken

#: Each worker records the use of a token at most once in this interval.
RECORD_INTERVAL_SECONDS: Final = 60
_recently_recorded: Final[TTLCache[str, bool]] = TTLCache(1_000, RECORD_INTERVAL_SECONDS)


def create_token(user: User, name: str, *, days: int = 0) -> tuple[ApiToken, str]:
    """Create a token that expires after some days; 0 is never. Returns its row and the token, which isn't stored."""
    row, token = ApiToken.objects.create(user, timedelta(days=days) if days else None, name=name)
    return row, token


def revoke_token(token: ApiToken) -> None:
    """Revoke a token, which the API then rejects."""
    token.delete()


def record_token_use(token: ApiToken) -> None:
    """Record that a token was used now, with at most one query per interval."""
    if token.pk not in _recently_recorded:
        _recently_recorded[token.pk] = True
        ApiToken.objects.filter(pk=token.pk).update(used_at=timezone.now())
