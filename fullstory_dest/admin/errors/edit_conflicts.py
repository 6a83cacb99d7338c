"""Who cannot be served is told so on every page of the admin, and sees what was typed: two people changed the same at
the same moment, one deleted what another was typing into, or took the role away.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from http import HTTPStatus

from django.contrib import admin
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from fullstory_dest.admin.base.posted_inputs import by_script, posted_inputs, visible_inputs
from fullstory_dest.services.preview import PreviewBusyError
from fullstory_dest.services.row_locks import is_write_conflict

_logger = logging.getLogger(__name__)


class EditConflictMiddleware:
    """What a view of the admin had no page for: what is not there, what is not allowed, and a collision."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not request.path.startswith(reverse("admin:index")):
            return None
        if isinstance(exception, ObjectDoesNotExist):
            # Deleted while the request was being answered. It is logged: it may be a mistake of ours.
            _logger.warning("%s: a row is gone", request.path, exc_info=exception)
            exception = Http404()
        if isinstance(exception, Http404 | PermissionDenied):
            return _refusal(request, exception) if request.user.is_authenticated else None
        if isinstance(exception, PreviewBusyError):
            told = _("Other previews are running. Try again in a moment.")
            response = _told(request, HTTPStatus.TOO_MANY_REQUESTS, _("Server busy"), told, again=True)
            response["Retry-After"] = "1"
            return response
        if not is_write_conflict(exception) and not (
            request.method == "POST" and isinstance(exception, ValidationError)
        ):
            return None
        _logger.warning("%s: a change collided with another one", request.path, exc_info=exception)
        told = _("Somebody changed this just now, and nothing of yours was saved. Look again.")
        return _told(request, HTTPStatus.CONFLICT, _("Somebody was faster"), told, again=True)


def _refusal(request: HttpRequest, exception: Http404 | PermissionDenied) -> HttpResponse:
    """Not there, or not allowed; it may have been when somebody began to type."""
    sent = request.method == "POST"
    if isinstance(exception, PermissionDenied):
        told = (
            _("Your role does not allow this, and nothing was saved. Owners give roles.")
            if sent
            else _("Your role does not allow you to see this. Owners give roles.")
        )
        return _told(request, HTTPStatus.FORBIDDEN, _("You may not do this"), told)
    told = (
        _("It was deleted meanwhile, or the address is wrong, and nothing was saved.")
        if sent
        else _("It was deleted, or the address is wrong.")
    )
    return _told(request, HTTPStatus.NOT_FOUND, _("This is not there"), told)


def _told(
    request: HttpRequest, status: HTTPStatus, title: str, told: str, *, again: bool = False
) -> HttpResponse:
    """A page that shows what was typed, too; for scripts, JSON. ``again`` is whether looking again may help."""
    if by_script(request):
        return JsonResponse({"detail": told, "problem": told}, status=status)
    context = {
        **admin.site.each_context(request),
        "title": title,
        "told": told,
        "path": request.get_full_path() if again else "",
        "shown": visible_inputs(posted_inputs(request)),
    }
    return render(request, "fullstory_dest/errors/edit_conflict.html", context, status=status)
