"""Search for sources by name, slug or write key."""

from __future__ import annotations

from typing import Final

from django.db.models import Q

from fullstory_dest.models import Environment, RetiredWriteKey

#: Longer than any name or key. SQLite fails on patterns of more than 50,000 bytes.
MAXIMUM_TERM: Final = 1_000


def source_search_q(term: str) -> Q:
    """Return the condition for sources that match a search term. This takes a query.

    It matches part of the name or slug, or the start of a current or previous write key.
    """
    if not term:
        return Q()
    if "\0" in term or len(term) > MAXIMUM_TERM:
        return Q(pk__in=())
    retired = RetiredWriteKey.objects.filter(write_key__istartswith=term, environment__isnull=False)
    current = Environment.objects.filter(write_key__istartswith=term).order_by()
    # Looked up first. With a condition on other tables, the database would use no index for names either.
    by_key = current.values_list("source").union(retired.order_by().values_list("environment__source"))
    keys = [source for (source,) in by_key]
    return Q(name__icontains=term) | Q(slug__icontains=term) | Q(pk__in=keys)
