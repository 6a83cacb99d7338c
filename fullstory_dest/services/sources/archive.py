"""Archiving of sources. Lists hide archived sources, and their pages get a script that sends nothing."""

from __future__ import annotations

from django.utils import timezone

from fullstory_dest.models import Source
from fullstory_dest.services.row_locks import lock_source
from fullstory_dest.services.source_changes import source_changes


@source_changes()
def archive(source: Source) -> Source:
    """Archive a source, unless it's archived already. Returns the source with its current values."""
    source = lock_source(source)
    if source.archived_at is None:
        source.archived_at = timezone.now()
        source.save()
    return source


@source_changes()
def restore(source: Source) -> Source:
    """Restore a source from the archive. Returns the source with its current values."""
    source = lock_source(source)
    if source.archived_at is not None:
        source.archived_at = None
        source.save()
    return source
