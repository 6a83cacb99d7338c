"""Deletion of documents that no deployment refers to, which remain after sources are deleted."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.utils import timezone

from fullstory_dest.models import Document
from fullstory_dest.services.row_locks import for_update

#: The time for which browsers can use a settings document that refers to a plugin (``max-age`` and
#: ``stale-while-revalidate`` of live documents). It's longer than any publish takes.
RETENTION: Final = timedelta(days=1, minutes=5)
BATCH: Final = 200


def delete_unused_documents(now: datetime | None = None) -> int:
    """Mark unused documents, delete those that have been marked for ``RETENTION``, and return the number of deletions.

    A publish that uses a marked document again locks its row and removes the mark (``deploy.py``). Locked rows are
    skipped here. If a row is locked here, the publish waits and stores the document again.
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
    # A separate statement, to see deployments that were committed before the rows were locked.
    return Document.objects.unused().filter(pk__in=keys).delete()[0]
