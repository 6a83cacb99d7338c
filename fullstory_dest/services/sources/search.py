"""Search for sources by name, slug or write key."""

from __future__ import annotations

from typing import Final

from django.db.models import Exists, OuterRef, Q

from fullstory_dest.models import Environment, RetiredWriteKey

#: Longer than any name or key. SQLite fails on patterns of more than 50,000 bytes.
MAXIMUM_TERM: Final = 1_000


def source_search_q(term: str) -> Q:
    """Return the condition for sources that match a search term.

    It matches part of the name or slug, or the start of a current or previous write key.
    """
    if "\0" in term or len(term) > MAXIMUM_TERM:
        return Q(pk__in=())
    retired = RetiredWriteKey.objects.filter(environment__source=OuterRef("pk"), write_key__istartswith=term)
    current = Environment.objects.filter(source=OuterRef("pk"), write_key__istartswith=term)
    by_name = Q(name__icontains=term) | Q(slug__icontains=term)
    return by_name | Q(Exists(current)) | Q(Exists(retired))
