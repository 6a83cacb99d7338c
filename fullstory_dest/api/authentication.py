"""``Authorization: Bearer TOKEN``."""

from __future__ import annotations

from typing import Any

from knox.auth import TokenAuthentication
from rest_framework.exceptions import AuthenticationFailed

from fullstory_dest.services.tokens import note_use


class BearerAuthentication(TokenAuthentication):  # type: ignore[misc]
    """knox's tokens. What cannot be one is refused before it is decoded, which knox would fail at."""

    def authenticate_credentials(self, token: bytes) -> tuple[Any, Any]:
        if not token.isalnum():
            raise AuthenticationFailed("Invalid token.")
        user, found = super().authenticate_credentials(token)
        note_use(found)
        return user, found
