"""Search sources by name, key or origin."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q

from fullstory_dest.models import RetiredWriteKey


def source_search_q(term: str) -> Q:
    """The sources that somebody means who types a name, a slug or how a write key begins, be it one of before."""
    old = RetiredWriteKey.objects.filter(source=OuterRef("pk"), write_key__istartswith=term)
    return Q(name__icontains=term) | Q(slug__icontains=term) | Q(write_key__istartswith=term) | Q(Exists(old))
