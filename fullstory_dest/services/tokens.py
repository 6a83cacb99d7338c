"""API tokens with names: making, revoking, and noting their use."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from cachetools import TTLCache
from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone
from knox.models import AuthToken

from fullstory_dest.models import TokenName

#: A token's use is noted once in this time, by each worker.
NOTED_SECONDS: Final = 60
_noted: Final[TTLCache[str, bool]] = TTLCache(1_000, NOTED_SECONDS)


@transaction.atomic
def make_token(user: User, name: str, *, days: int | None = None) -> tuple[AuthToken, str]:
    """A new token, good for so many days, or until it is revoked. Returns its row, and the token: kept nowhere."""
    made, token = AuthToken.objects.create(user, expiry=timedelta(days=days) if days else None)
    TokenName.objects.create(token=made, name=name)
    return made, token


def revoke_token(token: AuthToken) -> None:
    """The API refuses the token from now on."""
    token.delete()


def note_use(token: AuthToken) -> None:
    """Remembers that a token was used now. Costs a query a minute."""
    if token.pk not in _noted:
        _noted[token.pk] = True
        TokenName.objects.filter(token=token).update(used_at=timezone.now())
