"""How long ago something was, and how long it lasted, in words."""

from __future__ import annotations

from datetime import datetime, timedelta

from django import template
from django.utils import timezone
from django.utils.timesince import timesince
from django.utils.translation import gettext as _

register = template.Library()


@register.filter
def ago(at: datetime) -> str:
    """``just now``, ``3 minutes ago``: in one unit."""
    if timezone.now() - at < timedelta(minutes=1):
        return _("just now")
    return _("%(time)s ago") % {"time": timesince(at, depth=1)}


@register.filter
def lasting(since: datetime, until: datetime | None = None) -> str:
    """``less than a minute``, ``1 hour, 3 minutes``: until now where no end is given."""
    if (until or timezone.now()) - since < timedelta(minutes=1):
        return _("less than a minute")
    return timesince(since, until)
