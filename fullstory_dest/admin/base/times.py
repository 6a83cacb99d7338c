"""Times in words: how long ago, how long, and a moment that local-time.js shows in the reader's zone."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.timesince import timesince
from django.utils.translation import gettext as _


def ago(at: datetime) -> str:
    """``just now``, ``3 minutes ago``: in one unit."""
    if timezone.now() - at < timedelta(minutes=1):
        return _("just now")
    return _("%(time)s ago") % {"time": timesince(at, depth=1)}


def lasting(since: datetime, until: datetime | None = None) -> str:
    """``less than a minute``, ``1 hour, 3 minutes``: until now where no end is given."""
    if (until or timezone.now()) - since < timedelta(minutes=1):
        return _("less than a minute")
    return timesince(since, until)


def local_time(at: datetime) -> SafeString:
    """A ``<time>`` in the server's zone, which is named."""
    here = timezone.localtime(at)
    return format_html(
        '<time datetime="{}" data-local-time>{} {}</time>',
        at.isoformat(),
        date_format(here, "DATETIME_FORMAT"),
        here.tzname(),
    )
