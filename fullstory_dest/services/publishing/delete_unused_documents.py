"""Deletes documents that no release names: what is left of deleted sources."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.utils import timezone

from fullstory_dest.models import Document
from fullstory_dest.services.row_locks import for_update

#: As long as a browser may use a settings document that names a plugin (``max-age`` and ``stale-while-revalidate`` of
#: what is live), and longer than any publish takes.
RETENTION: Final = timedelta(days=1, minutes=5)
BATCH: Final = 200


def delete_unused_documents(now: datetime | None = None) -> int:
    """Mark what no release names, delete what has been marked for ``RETENTION``, and return how many were deleted.

    A publish that uses a marked document again takes the mark away (``store_document``), which holds its row: such rows
    are left out here, and a row that is held here makes the publish wait and store the document again.
    """
    now = now or timezone.now()
    unused = Document.objects.unused()
    Document.objects.filter(unused_since__isnull=False).exclude(pk__in=unused.values("pk")).update(
        unused_since=None
    )
    unused.filter(unused_since__isnull=True).update(unused_since=now)
    deleted = 0
    while count := _delete_some(now - RETENTION):
        deleted += count
    return deleted


@transaction.atomic
def _delete_some(marked_before: datetime) -> int:
    marked = Document.objects.filter(unused_since__lte=marked_before)
    unused = marked.filter(pk__in=Document.objects.unused().values("pk"))
    keys = list(for_update(unused, skip_locked=True).values_list("pk", flat=True)[:BATCH])
    # A statement of its own: whoever had named one before it was held has committed by now, and is seen.
    return Document.objects.unused().filter(pk__in=keys).delete()[0]
