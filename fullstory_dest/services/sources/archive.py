"""Archives a source: it leaves the lists, and its pages get a script that does nothing. Nothing is deleted."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from fullstory_dest.models import Source
from fullstory_dest.services.row_locks import lock_source


@transaction.atomic
def archive(source: Source) -> Source:
    """Archives a source, unless it is. Returns it as it is now."""
    source = lock_source(source)
    if source.archived_at is None:
        source.archived_at = timezone.now()
        source.save()
    return source


@transaction.atomic
def restore(source: Source) -> Source:
    """Takes a source out of the archive: it serves again what it served before. Returns it as it is now."""
    source = lock_source(source)
    if source.archived_at is not None:
        source.archived_at = None
        source.save()
    return source
