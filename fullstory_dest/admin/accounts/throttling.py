"""Log-in throttling: where a request comes from, and what those are told who have to wait. axes counts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import IPv6Address, IPv6Network, ip_address
from typing import Any, Final

from axes.attempts import get_cool_off_threshold
from axes.handlers.database import AxesDatabaseHandler
from axes.helpers import get_client_username, get_cool_off, get_failure_limit
from axes.models import AccessAttempt
from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

#: Wrong passwords from one address, whatever the names: who tries one password on many names tries none of them often.
FAILURES_FROM_ONE_ADDRESS: Final = 20


class Throttle(AxesDatabaseHandler):  # type: ignore[misc]
    """Counts for each name from an address, as the settings have it, and for each address."""

    def get_failures(self, request: Any, credentials: Any = None) -> int:
        failures: int = super().get_failures(request, credentials)
        lasting = _attempts(request).filter(attempt_time__gte=get_cool_off_threshold(request))
        if sum(lasting.values_list("failures_since_start", flat=True)) >= FAILURES_FROM_ONE_ADDRESS:
            limit: int = get_failure_limit(request, credentials)
            return max(failures, limit)
        return failures


def client_address(request: HttpRequest) -> str:
    """The address of whoever sent a request. Behind a proxy, what the proxy says: the last one it added.

    Of IPv6, the network that a household or a server has to itself (/64): there, each request can have its own address.
    """
    forwarded = request.headers.get("X-Forwarded-For", "") if settings.BEHIND_PROXY else ""
    for text in (forwarded.rpartition(",")[2].strip(), str(request.META.get("REMOTE_ADDR", ""))):
        try:
            address = ip_address(text)
        except ValueError:
            continue
        if not isinstance(address, IPv6Address):
            return str(address)
        network = IPv6Network((int(address), 64), strict=False)
        return str(address.ipv4_mapped or network.network_address)
    return str(request.META.get("REMOTE_ADDR", ""))


def lockout_response(request: HttpRequest, response: Any = None, credentials: Any = None) -> HttpResponse:
    """The log-in page, saying when to try again."""
    from fullstory_dest.admin.accounts.login import (
        login_page,  # Settings name this module before there is an admin.
    )

    found = wait(request, credentials)
    page = login_page(request, carried=request.POST.get("carried", ""), told=found.told, status=429)
    page["Retry-After"] = str(found.seconds)
    return page


@dataclass(frozen=True, slots=True)
class Lockout:
    """For how long somebody has to wait, and the words for it."""

    seconds: int
    told: str


def wait(request: HttpRequest, credentials: Any) -> Lockout:
    """How long those have to wait who had too many wrong passwords."""
    seconds = _seconds_left(request, credentials)
    minutes = -(-seconds // 60)
    told = _("Too many wrong passwords.") + " "
    told += ngettext("Try again in %(count)d minute.", "Try again in %(count)d minutes.", minutes) % {
        "count": minutes
    }
    return Lockout(seconds, told)


def _seconds_left(request: HttpRequest, credentials: Any) -> int:
    """How long until neither the name nor the address has too many failures."""
    cool_off: timedelta = get_cool_off(request)
    attempts = _attempts(request)
    of_name = attempts.filter(username=get_client_username(request, credentials))
    last = [
        _decisive(of_name, get_failure_limit(request, credentials)),
        _decisive(attempts, FAILURES_FROM_ONE_ADDRESS),
    ]
    until = max((at + cool_off for at in last if at), default=timezone.now())
    return max(1, round((until - timezone.now()).total_seconds()))


def _decisive(attempts: QuerySet[Any], limit: int) -> datetime | None:
    """When the failure was that, once it is over, leaves fewer than ``limit``."""
    failures = 0
    for at, count in attempts.order_by("-attempt_time").values_list("attempt_time", "failures_since_start"):
        failures += count
        if failures >= limit:
            return at  # type: ignore[no-any-return]
    return None


def _attempts(request: HttpRequest) -> QuerySet[Any]:
    return AccessAttempt.objects.filter(ip_address=client_address(request))  # type: ignore[no-any-return]
