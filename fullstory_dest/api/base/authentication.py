"""Who asks: by ``Authorization: Bearer TOKEN``, or by the admin's session. Both need somebody who may log in."""

from __future__ import annotations

from typing import Any

from knox.auth import TokenAuthentication
from rest_framework.authentication import SessionAuthentication as AnySessionAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from fullstory_dest.services.accounts.tokens import record_token_use


class BearerAuthentication(TokenAuthentication):
    """knox's tokens. What cannot be one is refused before it is decoded, which knox would fail at."""

    def authenticate_credentials(self, token: bytes) -> tuple[Any, Any]:
        if not token.isalnum():
            raise AuthenticationFailed("Invalid token.")
        user, found = super().authenticate_credentials(token)
        record_token_use(found)
        return user, found

    def validate_user(self, auth_token: Any) -> tuple[Any, Any]:
        # Who may no longer log in keeps the tokens, in case that is taken back. They open nothing meanwhile.
        if not (auth_token.user.is_active and auth_token.user.is_staff):
            raise AuthenticationFailed("The token's user may not log in.")
        return auth_token.user, auth_token


class SessionAuthentication(AnySessionAuthentication):
    """The admin's session, of whom the admin would let in: a session outlasts the permission to log in."""

    def authenticate(self, request: Request) -> tuple[Any, None] | None:
        found = super().authenticate(request)
        if found is not None and not found[0].is_staff:
            raise AuthenticationFailed("The session's user may not log in.")
        return found
