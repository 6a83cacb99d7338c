"""Cache of each source's status. Computing it reads all drafts, so lists use this."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from fullstory_dest.models.source import Source


class SourceStatusCache(models.Model):
    """The ``status`` code of a source, and a ``stamp`` of the drafts and the release that it was computed from.

    The status is up to date while the stamp matches theirs.
    """

    # No database constraint: saving a status doesn't wait for a publish, or fail if the source has just been deleted.
    source = models.OneToOneField(
        Source, on_delete=models.CASCADE, primary_key=True, db_constraint=False, related_name="status_cache"
    )
    stamp = models.CharField(max_length=200)
    status = models.CharField(max_length=20)

    class Meta:
        verbose_name = _("source status cache")
        verbose_name_plural = _("source status caches")
        # No permissions: it's never shown by itself.
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.source_id} {self.status}"
