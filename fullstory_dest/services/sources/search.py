"""Search for sources by name, slug or write key."""

from __future__ import annotations

from typing import Final

from django.db.models import Q

from fullstory_dest.models import Environment, RetiredWriteKey

#: Longer than any name or key. SQLite fails on patterns of more than 50,000 bytes.
MAXIMUM_TERM: Final = 1_000


def source_search_q(term: str) -> Q:
    """Return the condition for sources that match a search term.

    It matches part of the name or slug, or the start of a current or previous write key.
    """
    if "\0" in term or len(term) > MAXIMUM_TERM:
        return Q(pk__in=())
    # Not correlated with sources, so that the database looks for keys once instead of once per source.
    retired = RetiredWriteKey.objects.filter(write_key__istartswith=term, environment__isnull=False)
    current = Environment.objects.filter(write_key__istartswith=term)
    by_name = Q(name__icontains=term) | Q(slug__icontains=term)
    by_key = Q(pk__in=current.values("source")) | Q(pk__in=retired.values("environment__source"))
    return by_name | by_key
