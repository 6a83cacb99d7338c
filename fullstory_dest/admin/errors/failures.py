"""What is told where a request cannot be read, or the server fails at it: ``handler400`` and ``handler500``.

Neither reads what was sent, the person or the database: the one of them that fails may be why we are here.
"""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from typing import Any, Final

from django.conf import settings
from django.contrib import admin
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import BadRequest, RequestDataTooBig, SuspiciousOperation, TooManyFieldsSent
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.multipartparser import MultiPartParserError
from django.http.request import RawPostDataException
from django.template.defaultfilters import filesizeformat
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _

from fullstory_dest.admin.base.posted_inputs import by_script

#: What Django raises for what is too long, or no form.
UNREADABLE: Final = (SuspiciousOperation, BadRequest, MultiPartParserError, RawPostDataException)
#: Of an address, what follows the ``?``, in characters. Each link of a list repeats it: a page of them took seconds.
LONGEST_QUERY: Final = 32_000


class UnreadableMiddleware:
    """Tells of a form or an address that cannot be read as ``bad_request`` does, before anything else looks at it.

    With DEBUG, as on a laptop, Django would show whoever sent too much its own account of where that failed.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *view: Any) -> HttpResponse | None:
        if not request.path.startswith(reverse("admin:index")):
            return None
        if len(request.META.get("QUERY_STRING", "")) > LONGEST_QUERY:
            told = _("Search for less, or choose less at a time.")
            return _told(request, HTTPStatus.REQUEST_URI_TOO_LONG, _("This address is too long"), told)
        if request.method != "POST":
            return None
        try:
            request.POST  # noqa: B018 - reading is what fails
        except UNREADABLE as error:
            return bad_request(request, error)
        return None

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """For views that read what is no form, such as JSON."""
        if isinstance(exception, UNREADABLE) and request.path.startswith(reverse("admin:index")):
            return bad_request(request, exception)
        return None


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Why a request was not read. What was typed is still in the browser, one page back."""
    match exception:
        case RequestDataTooBig():
            told = _("What you sent is longer than %(limit)s. Make it shorter, then send it again.") % {
                "limit": filesizeformat(settings.DATA_UPLOAD_MAX_MEMORY_SIZE)
            }
            return _told(request, HTTPStatus.REQUEST_ENTITY_TOO_LARGE, _("This is too long to send"), told)
        case TooManyFieldsSent():
            told = _("What you sent has more than %(limit)s inputs. Send less at a time.") % {
                "limit": settings.DATA_UPLOAD_MAX_NUMBER_FIELDS
            }
            return _told(request, HTTPStatus.REQUEST_ENTITY_TOO_LARGE, _("This is too much to send"), told)
    told = _("Load the page again. If it goes on, look at the address: a part of it may be missing.")
    return _told(request, HTTPStatus.BAD_REQUEST, _("The server cannot read this"), told)


def server_error(request: HttpRequest) -> HttpResponse:
    """That the server failed. Its log says at what."""
    told = _("Try again. If it goes on, tell whoever runs this server: its log says what went wrong.")
    status = HTTPStatus.INTERNAL_SERVER_ERROR
    try:
        return _told(request, status, _("The server failed at this"), told)
    except Exception:  # noqa: BLE001 - whatever it is, Django has logged what went wrong first
        return HttpResponse(told, status=status, content_type="text/plain; charset=utf-8")


def _told(request: HttpRequest, status: HTTPStatus, title: str, told: str) -> HttpResponse:
    """A page of the admin; a line of text elsewhere; and for scripts, JSON."""
    if not request.path.startswith(reverse("admin:index")):
        return HttpResponse(f"{title}. {told}", status=status, content_type="text/plain; charset=utf-8")
    if by_script(request):
        return JsonResponse({"detail": f"{title}. {told}"}, status=status)
    request.user = AnonymousUser()
    context = {
        **admin.site.each_context(request),
        "title": title,
        "told": told,
        "sent": request.method == "POST",
    }
    # Without the request: what templates are given with it looks at who is logged in.
    page = render_to_string("fullstory_dest/errors/failure.html", context)
    return HttpResponse(page, status=status)
