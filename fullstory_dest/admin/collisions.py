"""Two people change the same at the same moment: who cannot be served is told so, on every page of the admin."""

from __future__ import annotations

import logging
from collections.abc import Callable

from django.contrib import admin
from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from fullstory_dest.admin.carried import by_script, shown, typed
from fullstory_dest.services.hold import collided

_logger = logging.getLogger(__name__)


class CollisionMiddleware:
    """What a view of the admin had no answer for: a row that is gone is not found, a collision is a conflict."""

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
            raise Http404 from exception
        if not collided(exception) and not (
            request.method == "POST" and isinstance(exception, ValidationError)
        ):
            return None
        _logger.warning("%s: a change collided with another one", request.path, exc_info=exception)
        return _collision(request)


def _collision(request: HttpRequest) -> HttpResponse:
    told = _("Somebody changed this just now, and nothing of yours was saved. Look again.")
    if by_script(request):
        return JsonResponse({"detail": told, "problem": told}, status=409)
    context = {
        **admin.site.each_context(request),
        "title": _("Somebody was faster"),
        "path": request.get_full_path(),
        "shown": shown(typed(request)),
    }
    return render(request, "fullstory_dest/collision.html", context, status=409)
