"""Times as text: relative times, durations, and times that local-time.js converts to the reader's zone."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.timesince import timesince
from django.utils.translation import gettext as _


def ago(at: datetime) -> str:
    """A relative time in one unit, such as ``just now`` or ``3 minutes ago``."""
    if timezone.now() - at < timedelta(minutes=1):
        return _("just now")
    return _("%(time)s ago") % {"time": timesince(at, depth=1)}


def lasting(since: datetime, until: datetime | None = None) -> str:
    """A duration, such as ``less than a minute`` or ``1 hour, 3 minutes``; until now without an end."""
    if (until or timezone.now()) - since < timedelta(minutes=1):
        return _("less than a minute")
    return timesince(since, until)


def local_time(at: datetime) -> SafeString:
    """A ``<time>`` in the server's time zone, with the zone named."""
    here = timezone.localtime(at)
    return format_html(
        '<time datetime="{}" data-local-time>{} {}</time>',
        at.isoformat(),
        date_format(here, "DATETIME_FORMAT"),
        here.tzname(),
    )
