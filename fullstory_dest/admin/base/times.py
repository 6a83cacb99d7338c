"""Times as text: relative times, durations, and times that local-time.js converts to the reader's zone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.timesince import timesince
from django.utils.translation import gettext as _
from unfold.decorators import display


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
    text = date_format(timezone.localtime(at), "DATETIME_FORMAT")
    return format_html('<time datetime="{}" data-local-time>{}</time>', at.isoformat(), text)


def time_column(name: str, description: str | Promise) -> Callable[[Any], str]:
    """A column or a read-only field of a model admin with the time in an attribute."""

    @display(description=description, ordering=name)
    def column(row: Any) -> str:
        at = getattr(row, name)
        return local_time(at) if at else "-"

    return column
