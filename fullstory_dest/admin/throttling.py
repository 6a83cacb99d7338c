"""Log-in throttling: where a request comes from, and what those are told who have to wait. axes counts."""

from __future__ import annotations

from datetime import timedelta
from ipaddress import ip_address
from typing import Any

from axes.helpers import get_client_username, get_cool_off
from axes.models import AccessAttempt
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext


def client_address(request: HttpRequest) -> str:
    """The address of whoever sent a request. Behind a proxy, what the proxy says: the last one it added."""
    forwarded = request.headers.get("X-Forwarded-For", "") if settings.BEHIND_PROXY else ""
    try:
        return str(ip_address(forwarded.rpartition(",")[2].strip()))
    except ValueError:
        return str(request.META.get("REMOTE_ADDR", ""))


def told_to_wait(request: HttpRequest, response: Any = None, credentials: Any = None) -> HttpResponse:
    """The log-in page, saying when to try again."""
    from fullstory_dest.admin.login import login_page  # Settings name this module before there is an admin.

    seconds = _seconds_left(request, credentials)
    minutes = -(-seconds // 60)
    told = _("Too many wrong passwords.") + " "
    told += ngettext("Try again in %(count)d minute.", "Try again in %(count)d minutes.", minutes) % {
        "count": minutes
    }
    page = login_page(request, carried=request.POST.get("carried", ""), told=told, status=429)
    page["Retry-After"] = str(seconds)
    return page


def _seconds_left(request: HttpRequest, credentials: Any) -> int:
    wait: timedelta = get_cool_off(request)
    attempts = AccessAttempt.objects.filter(
        username=get_client_username(request, credentials), ip_address=client_address(request)
    )
    last = attempts.order_by("-attempt_time").values_list("attempt_time", flat=True).first() or timezone.now()
    return max(1, round((last + wait - timezone.now()).total_seconds()))
