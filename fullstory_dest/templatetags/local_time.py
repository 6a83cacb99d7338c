"""Times, as everybody can read them: with their zone, and by local_time.js in that of whoever looks."""

from __future__ import annotations

from datetime import datetime

from django import template
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()


@register.filter
def local_time(at: datetime) -> SafeString:
    """A ``<time>`` in the server's zone, which is named."""
    here = timezone.localtime(at)
    return format_html(
        '<time datetime="{}" data-local-time>{} {}</time>',
        at.isoformat(),
        date_format(here, "DATETIME_FORMAT"),
        here.tzname(),
    )
