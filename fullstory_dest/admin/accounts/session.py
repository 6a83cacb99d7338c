"""Sessions that last while they are used, and what pages learn when one has ended."""

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

from fullstory_dest.admin.base.posted_inputs import by_script

_EXTENDED: Final = "extended_on"


class SlidingSessionMiddleware:
    """Extends the session of those who are logged in, once a day. Requests that read no session leave it alone."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        session = request.session
        if session.accessed and SESSION_KEY in session and session.get(_EXTENDED) != _today():
            session[_EXTENDED] = _today()
        return response


@receiver(user_logged_in)
def start_session(request: HttpRequest, **_more: Any) -> None:
    """Count a new session as extended, so that the next request does not write it again."""
    if hasattr(request, "session"):
        request.session[_EXTENDED] = _today()


def _today() -> str:
    return timezone.now().date().isoformat()


class SessionExpiredMiddleware:
    """Answers scripts of the admin with 401 where a page would be led to the login."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        login = reverse("account_login")
        leads_to_login = response.status_code == 302 and response["Location"].startswith(f"{login}?")
        if (
            not leads_to_login
            or not request.path.startswith(reverse("admin:index"))
            or not by_script(request)
        ):
            return response
        detail = _("Session expired. Log in again in another tab. What you typed here stays.")
        return JsonResponse({"detail": detail, "login": login}, status=401)
