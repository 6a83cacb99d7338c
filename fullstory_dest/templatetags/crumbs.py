"""The way to a page, from home."""

from __future__ import annotations

from typing import Any

from django import template
from django.core.exceptions import ObjectDoesNotExist
from django.utils.text import capfirst

register = template.Library()


@register.filter
def on_the_way(parts: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What stands between home and the last of unfold's parts, each with ``title`` and ``link``.

    For a destination its source, for a mapping both, as people think of them; for all else, the list that it is on.
    """
    # Tags are loaded before models and the admin are.
    from fullstory_dest.admin.base import admin_url
    from fullstory_dest.models import Destination, Mapping

    row = parts[-1]["title"]
    try:
        destination = row.destination if isinstance(row, Mapping) else row
        if not isinstance(destination, Destination):
            return _lists(parts)
        above = [destination.source, destination][: 2 if isinstance(row, Mapping) else 1]
    except ObjectDoesNotExist:  # An old version may name what is gone.
        return _lists(parts)
    pages = ("overview", "change")
    return [
        {"title": str(each), "link": admin_url(each, page, each.pk)}
        for each, page in zip(above, pages, strict=False)
    ]


def _lists(parts: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{**part, "title": capfirst(part["title"])} for part in parts[1:-1]]
