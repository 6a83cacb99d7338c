"""The admin's error page.

Views raise exceptions, and ``ErrorPageMiddleware`` renders them: as a page that shows the user's input, so that it
isn't lost, or for scripts as JSON with ``detail``.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime
from http import HTTPStatus
from typing import Any, Final

from django.conf import settings
from django.contrib import admin
from django.contrib.admin.models import DELETION, LogEntry
from django.contrib.auth.models import AnonymousUser
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import (
    BadRequest,
    ObjectDoesNotExist,
    PermissionDenied,
    RequestDataTooBig,
    SuspiciousOperation,
    TooManyFieldsSent,
    ValidationError,
)
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.http.multipartparser import MultiPartParserError
from django.http.request import RawPostDataException
from django.shortcuts import render
from django.template.defaultfilters import filesizeformat
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from fullstory_dest.admin.base.model_admin import DeletedRowError
from fullstory_dest.admin.base.posted_inputs import parse_ids, posted_inputs, visible_inputs
from fullstory_dest.admin.pages import is_script_request
from fullstory_dest.services.previews.engine import PreviewBusyError
from fullstory_dest.services.row_locks import is_write_conflict

_logger = logging.getLogger(__name__)

TEMPLATE: Final = "fullstory_dest/error.html"
#: Exceptions that Django raises for requests that are too large or malformed.
UNREADABLE: Final = (SuspiciousOperation, BadRequest, MultiPartParserError, RawPostDataException)
#: Characters of a query string. Each link of a list repeats it, so longer ones take seconds to render.
LONGEST_QUERY: Final = 32_000


class ErrorPageMiddleware:
    """Render the error page for unreadable requests and for exceptions of the admin's views.

    Must come before the CSRF middleware, which reads the form. Otherwise, Django shows its debug page if DEBUG is on.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_view: Any) -> HttpResponse | None:
        if not _is_in_admin(request):
            return None
        if len(request.META.get("QUERY_STRING", "")) > LONGEST_QUERY:
            message = _("Search for less text, or select fewer items.")
            return _failure(request, HTTPStatus.REQUEST_URI_TOO_LONG, _("URL too long"), message)
        if request.method != "POST":
            return None
        try:
            request.POST  # noqa: B018 - reading it raises
        except UNREADABLE as error:
            return bad_request(request, error)
        return None

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not _is_in_admin(request):
            return None
        if isinstance(exception, UNREADABLE):
            return bad_request(request, exception)
        if not request.user.is_authenticated:
            return None
        sent = request.method == "POST"
        match exception:
            case DeletedRowError():
                return _deleted_row(request, exception)
            case ObjectDoesNotExist() | Http404():
                if isinstance(exception, ObjectDoesNotExist):
                    # Probably deleted during the request. Logged, because it could also be a bug.
                    _logger.warning("%s: row not found", request.path, exc_info=exception)
                message = _("It may have been deleted, or the URL is wrong.")
                return _error_page(request, HTTPStatus.NOT_FOUND, _("Page not found"), message)
            case PermissionDenied():
                message = (
                    _("You don't have permission to do this. Ask an owner to change your role.")
                    if sent
                    else _("You don't have permission to view this page. Ask an owner to change your role.")
                )
                return _error_page(request, HTTPStatus.FORBIDDEN, _("Permission denied"), message)
            case PreviewBusyError():
                message = _("Other previews are running. Try again in a moment.")
                response = _error_page(
                    request, HTTPStatus.TOO_MANY_REQUESTS, _("Server busy"), message, reload=True
                )
                response["Retry-After"] = "1"
                return response
        if not is_write_conflict(exception) and not (sent and isinstance(exception, ValidationError)):
            return None
        _logger.warning("%s: write conflict", request.path, exc_info=exception)
        message = _("Someone else changed this at the same time.")
        return _error_page(request, HTTPStatus.CONFLICT, _("Edit conflict"), message, reload=True)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Explain why a request can't be read. The user's input is one page back in the browser."""
    match exception:
        case RequestDataTooBig():
            message = _("The form is larger than %(limit)s. Shorten it, then submit it again.") % {
                "limit": filesizeformat(settings.DATA_UPLOAD_MAX_MEMORY_SIZE)
            }
            return _failure(request, HTTPStatus.REQUEST_ENTITY_TOO_LARGE, _("Form too large"), message)
        case TooManyFieldsSent():
            message = _("The form has more than %(limit)s inputs. Submit fewer at once.") % {
                "limit": settings.DATA_UPLOAD_MAX_NUMBER_FIELDS
            }
            return _failure(request, HTTPStatus.REQUEST_ENTITY_TOO_LARGE, _("Form too large"), message)
    message = _("Reload the page and try again, or check that the URL is complete.")
    return _failure(request, HTTPStatus.BAD_REQUEST, _("Bad request"), message)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Explain a CSRF failure: the form's token is from an earlier session, or cookies are blocked.

    Login changes the token. Redirects login pages that were opened before, as the user is already logged in.
    """
    if request.path == reverse("account_login"):
        return HttpResponseRedirect(request.get_full_path())
    if _is_in_admin(request) and is_script_request(request):
        return JsonResponse({"detail": _("Session expired. Reload the page.")}, status=403)
    message = _("Reload the page and try again. If this keeps happening, allow cookies for this site.")
    return _failure(request, HTTPStatus.FORBIDDEN, _("Session expired"), message)


def server_error(request: HttpRequest) -> HttpResponse:
    """Report a failure of the server. The log has the cause."""
    message = _("Try again, or contact your administrator. The server's log has the cause.")
    try:
        return _failure(request, HTTPStatus.INTERNAL_SERVER_ERROR, _("Something went wrong"), message)
    except Exception:  # noqa: BLE001 - Django has already logged the first failure
        return HttpResponse(message, status=HTTPStatus.INTERNAL_SERVER_ERROR, content_type="text/plain")


def _is_in_admin(request: HttpRequest) -> bool:
    return request.path.startswith(reverse("admin:index"))


def _error_page(
    request: HttpRequest, status: HTTPStatus, title: str, message: str, *, reload: bool = False, **more: Any
) -> HttpResponse:
    """The error page with the admin's layout and the user's input. ``reload`` adds a button that reloads the page."""
    if request.method == "POST":
        message = f"{message} {_('No changes were saved.')}"
    if is_script_request(request):
        return JsonResponse({"detail": message, "problem": message}, status=status)
    context = {
        **admin.site.each_context(request),
        "layout": "fullstory_dest/base/page.html",
        "title": title,
        "message": message,
        "reload_url": request.get_full_path() if reload else "",
        "typed": visible_inputs(posted_inputs(request)),
        **more,
    }
    return render(request, TEMPLATE, context, status=status)


def _failure(request: HttpRequest, status: HTTPStatus, title: str, message: str) -> HttpResponse:
    """The error page without access to form, user and database, any of which may have caused the failure."""
    if not _is_in_admin(request):
        return HttpResponse(f"{title}. {message}", status=status, content_type="text/plain; charset=utf-8")
    if is_script_request(request):
        return JsonResponse({"detail": f"{title}. {message}"}, status=status)
    request.user = AnonymousUser()
    context = {
        **admin.site.each_context(request),
        "layout": "unfold/layouts/unauthenticated.html",
        "title": title,
        "message": message,
        "sent": request.method == "POST",
        "bare": True,
    }
    # Rendered without the request, as its context processors look up the user.
    return HttpResponse(render_to_string(TEMPLATE, context), status=status)


def _deleted_row(request: HttpRequest, error: DeletedRowError) -> HttpResponse:
    """The error page for a deleted row. Users who can add rows can submit their input as a new one."""
    model_admin, inputs = error.model_admin, posted_inputs(request)
    name = f"admin:{model_admin.opts.app_label}_{model_admin.opts.model_name}"
    return _error_page(
        request,
        HTTPStatus.GONE,
        _("Deleted while you were editing"),
        _deleted_by(model_admin.model, error.object_id),
        inputs=[(key, value) for key, value in inputs if not key.startswith("_")],
        add_url=reverse(f"{name}_add") if model_admin.has_add_permission(request) else "",
        back_url=reverse(f"{name}_changelist"),
    )


def _deleted_by(model: Any, object_id: str) -> str:
    found = _in_history(model, object_id) if hasattr(model, "history") else _in_log(model, object_id)
    if found is None:
        return _("It no longer exists.")
    user, row, when = found
    return _("%(user)s deleted “%(row)s” at %(time)s.") % {
        "user": user or _("Someone"),
        "row": row,
        "time": date_format(timezone.localtime(when), "H:i"),
    }


def _in_history(model: Any, object_id: str) -> tuple[Any, Any, datetime] | None:
    record = (
        model.history.filter(id__in=parse_ids([object_id]), history_type="-")
        .select_related("history_user")
        .first()
    )
    return record and (record.history_user, record.instance, record.history_date)


def _in_log(model: Any, object_id: str) -> tuple[Any, Any, datetime] | None:
    """The deletion of a row without a history, such as a user, from Django's log of the admin."""
    kind = ContentType.objects.get_for_model(model)
    entries = LogEntry.objects.filter(object_id=object_id[:20], content_type=kind, action_flag=DELETION)
    entry = entries.select_related("user").order_by("-pk").first()
    return (entry.user, entry.object_repr, entry.action_time) if entry else None
