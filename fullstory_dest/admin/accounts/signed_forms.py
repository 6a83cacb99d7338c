"""What was typed is not lost when a log-in has run out: it is carried through the log-in, and can be sent again.

Only for the person who typed it: a signed cookie says whose browser this is, also after the session is over. And
only what our own page sent: another site could else have somebody send what it wrote.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, TypedDict

from django.conf import settings
from django.contrib import admin, messages
from django.core import signing
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.csrf import csrf_failure as django_csrf_failure

from fullstory_dest.admin.base.posted_inputs import by_script, is_secret, posted_inputs, visible_inputs

COOKIE: Final = "fsd_person"
COOKIE_SECONDS: Final = 365 * 86_400
#: How long the log-in may take.
CARRIED_SECONDS: Final = 86_400
_SALT: Final = "fullstory_dest.carried"


class SignedForm(TypedDict):
    """A form that was sent: where to, by whom (their id), and its inputs."""

    path: str
    person: int
    inputs: list[tuple[str, str]]


class SignedFormMiddleware:
    """Where a log-in has run out: a form gets a log-in page that keeps it, a script is told with 401."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code != 302 or not _asks_to_log_in(request, response):
            return response
        if by_script(request):
            told = _("You were logged out. Log in again in another tab; what you typed here stays.")
            return JsonResponse({"detail": told, "login": reverse("admin:login")}, status=401)
        carried = sign_form(request) if request.method == "POST" else ""
        if not carried:
            return response
        from fullstory_dest.admin.accounts.login import (
            login_page,  # It needs all of the admin; this, only settings.
        )

        return login_page(request, carried=carried)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A page that was opened before its person logged in anew has an old token: what was typed can be sent again."""
    if not _is_ours(request) or not request.path.startswith(reverse("admin:index")):
        return django_csrf_failure(request, reason=reason)
    if by_script(request):
        told = _("This page is from before you logged in again. Load it again.")
        return JsonResponse({"detail": told}, status=403)
    at_login = request.path == reverse("admin:login")
    carried = request.POST.get("carried", "") if at_login else sign_form(request)
    if request.user.is_authenticated and read(carried):
        return after_login(request, carried, request.get_full_path())
    if carried:
        from fullstory_dest.admin.accounts.login import login_page

        return login_page(request, carried=carried)
    if at_login:
        return HttpResponseRedirect(request.get_full_path())
    return django_csrf_failure(request, reason=reason)


def sign_form(request: HttpRequest) -> str:
    """The form that was sent, signed; empty where nobody knows whose it is, or for passwords and files."""
    person = request.get_signed_cookie(COOKIE, "", salt=_SALT)
    if (
        not person
        or is_secret(request)
        or request.FILES
        or request.path in (reverse("admin:login"), reverse("admin:logout"))
    ):
        return ""
    carried: SignedForm = {
        "path": request.get_full_path(),
        "person": int(person),
        "inputs": posted_inputs(request),
    }
    return signing.dumps(carried, salt=_SALT, compress=True)


def read(carried: str) -> SignedForm | None:
    """What was carried; None if it is not ours, or too old."""
    if not carried:
        return None
    try:
        found: SignedForm = signing.loads(carried, salt=_SALT, max_age=CARRIED_SECONDS)
    except signing.BadSignature:
        return None
    return found


def after_login(request: HttpRequest, carried: str, following: str) -> HttpResponse:
    """Where to go after logging in: to the form that was carried, or on. Remembers whose browser this is."""
    found = read(carried)
    if found and found["person"] == request.user.pk:
        response = render(request, "fullstory_dest/accounts/send_again.html", _form(request, found))
    else:
        if found:
            messages.warning(request, _("What was typed here before was somebody else's, and was not sent."))
        response = HttpResponseRedirect(following)
    remember(request, response)
    return response


def remember(request: HttpRequest, response: HttpResponse) -> None:
    """Keeps whose browser this is."""
    response.set_signed_cookie(
        COOKIE,
        str(request.user.pk),
        salt=_SALT,
        max_age=COOKIE_SECONDS,
        path=reverse("admin:index"),
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def _form(request: HttpRequest, found: SignedForm) -> dict[str, Any]:
    return {
        **admin.site.each_context(request),
        "title": _("Nothing you typed is lost"),
        "path": found["path"],
        "inputs": found["inputs"],
        "shown": visible_inputs(found["inputs"]),
    }


def _asks_to_log_in(request: HttpRequest, response: HttpResponse) -> bool:
    index, login = reverse("admin:index"), reverse("admin:login")
    to = response.headers.get("Location", "")
    return request.path.startswith(index) and to.startswith(login + "?") and request.path != login


def _is_ours(request: HttpRequest) -> bool:
    """Whether a page of ours sent this, which browsers say of every form."""
    origin = request.headers.get("Origin", "")
    return origin == f"{request.scheme}://{request.get_host()}" or origin in settings.CSRF_TRUSTED_ORIGINS
