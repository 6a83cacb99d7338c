"""Two-factor login: which users have it, and its enforcement for each session."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from allauth.account.authentication import get_authentication_records
from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_added, authenticator_removed, authenticator_reset
from django.contrib.auth.models import AnonymousUser, User
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject


class SecondFactorMiddleware:
    """Treat users with two-factor login as signed out until they confirm it, in the admin and in REST.

    allauth asks for the second factor at login. This middleware also covers sessions that started before two-factor
    login was turned on, or without allauth. It is lazy: delivery never reads the user, and costs no query.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user: Any = request.user
        request.user = SimpleLazyObject(lambda: _confirmed(request, user))  # type: ignore[assignment]
        return self.get_response(request)


def has_two_factor(user: User) -> bool:
    """Whether a user has an authenticator app or a passkey."""
    return any(kind != Authenticator.Type.RECOVERY_CODES for kind in _factors(user).values())


def remove_factors(user: User) -> None:
    """Turn off a user's two-factor login, so that their password alone logs them in."""
    Authenticator.objects.filter(user=user).delete()


def _confirmed(request: HttpRequest, user: Any) -> Any:
    """The session's user, or AnonymousUser while their second factor is unconfirmed."""
    if not user.is_authenticated or not getattr(user, "has_factors", True):
        return user
    factors = _factors(user)
    if set(factors.values()) <= {Authenticator.Type.RECOVERY_CODES}:
        return user
    used = {
        record.get("id") for record in get_authentication_records(request, user) if record["method"] == "mfa"
    }
    return user if used & factors.keys() else AnonymousUser()


def _factors(user: User) -> dict[int, str]:
    """The type of each of a user's factors, by primary key."""
    return dict(Authenticator.objects.filter(user_id=user.pk).values_list("pk", "type"))


@receiver([authenticator_added, authenticator_removed, authenticator_reset])
def keep_session(request: HttpRequest, user: User, **_more: Any) -> None:
    """Keep the session of a user who changed their factors. They confirmed their identity just before."""
    for key, kind in list(_factors(user).items())[:1]:
        record_authentication(request, user, method="mfa", id=key, type=kind)
