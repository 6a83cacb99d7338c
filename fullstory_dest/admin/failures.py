"""What is told where a request cannot be read, or the server fails at it: ``handler400`` and ``handler500``.

Neither reads what was sent, the person or the database: the one of them that fails may be why we are here.
"""

from __future__ import annotations

from http import HTTPStatus

from django.conf import settings
from django.contrib import admin
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.defaultfilters import filesizeformat
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _

from fullstory_dest.admin.carried import by_script


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
    page = render_to_string("fullstory_dest/failure.html", context)
    return HttpResponse(page, status=status)
