"""Sessions that last while they are used, and what pages learn when one has ended."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from django.contrib.auth import SESSION_KEY
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.csrf import csrf_failure as django_csrf_failure

from fullstory_dest.admin.base.posted_inputs import by_script

_EXTENDED: Final = "extended_on"


class SlidingSessionMiddleware:
    """Extends the session of those who are logged in, once a day. Requests that read no session leave it alone."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        session = request.session
        today = timezone.now().date().isoformat()
        if session.accessed and SESSION_KEY in session and session.get(_EXTENDED) != today:
            session[_EXTENDED] = today
        return response


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
        told = _("Session expired. Log in again in another tab. What you typed here stays.")
        return JsonResponse({"detail": told, "login": login}, status=401)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Logging in changes the token that forms carry: a page from before it has an old one."""
    if by_script(request) and request.path.startswith(reverse("admin:index")):
        told = _("You logged in again since you opened this page. Reload it.")
        return JsonResponse({"detail": told}, status=403)
    if request.path == reverse("account_login"):
        return HttpResponseRedirect(request.get_full_path())
    return django_csrf_failure(request, reason=reason)
