"""Authentication by ``Authorization: Bearer TOKEN`` or the admin's session. The user must have access to the admin."""

from __future__ import annotations

from typing import Any

from knox.auth import TokenAuthentication
from rest_framework.authentication import SessionAuthentication as AnySessionAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from fullstory_dest.services.accounts.tokens import record_token_use


class BearerAuthentication(TokenAuthentication):
    """Authenticate by knox's tokens. Non-ASCII and malformed tokens are rejected early because knox fails on them."""

    def authenticate_credentials(self, token: bytes) -> tuple[Any, Any]:
        if not token.isalnum():
            raise AuthenticationFailed("Invalid token.")
        user, found = super().authenticate_credentials(token)
        record_token_use(found)
        return user, found

    def validate_user(self, auth_token: Any) -> tuple[Any, Any]:
        # Users without access keep their tokens, which work again if access is restored.
        if not (auth_token.user.is_active and auth_token.user.is_staff):
            raise AuthenticationFailed("The token's user can't log in.")
        return auth_token.user, auth_token


class SessionAuthentication(AnySessionAuthentication):
    """Authenticate by the admin's session. Sessions outlast access to the admin, so check that as well."""

    def authenticate(self, request: Request) -> tuple[Any, None] | None:
        found = super().authenticate(request)
        if found is not None and not found[0].is_staff:
            raise AuthenticationFailed("The session's user can't log in.")
        return found
