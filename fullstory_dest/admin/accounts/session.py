"""Sliding sessions, and a JSON response for scripts whose session has expired."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from django.contrib.auth import SESSION_KEY
from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from fullstory_dest.admin.pages import is_script_request

_EXTENDED_KEY: Final = "extended_on"


class SlidingSessionMiddleware:
    """Extend a logged-in user's session once a day. Requests that don't read the session don't write it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        session = request.session
        if session.accessed and SESSION_KEY in session and session.get(_EXTENDED_KEY) != _today():
            session[_EXTENDED_KEY] = _today()
        return response


@receiver(user_logged_in)
def mark_extended(request: HttpRequest, **_more: Any) -> None:
    """Mark a new session as extended, so that the next request doesn't write it again."""
    if hasattr(request, "session"):
        request.session[_EXTENDED_KEY] = _today()


def _today() -> str:
    return timezone.now().date().isoformat()


class SessionExpiredMiddleware:
    """Return 401 to the admin's scripts where a page would redirect to the login."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        login = reverse("account_login")
        leads_to_login = response.status_code == 302 and response["Location"].startswith(f"{login}?")
        if (
            not leads_to_login
            or not request.path.startswith(reverse("admin:index"))
            or not is_script_request(request)
        ):
            return response
        detail = _("Session expired. Log in again in a new tab to keep your input.")
        return JsonResponse({"detail": detail, "login": login}, status=401)
