"""Cache of each source's status. Computing it reads all drafts, so lists use this."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from fullstory_dest.models.source import Source


class SourceStatusCache(models.Model):
    """The ``status`` of a source, by its code, and the ``stamp`` of the drafts and the release it was computed from.

    While the stamp is still theirs, the status is up to date.
    """

    # Without a constraint: who looks waits for nobody who publishes, nor fails over a source that goes meanwhile.
    source = models.OneToOneField(
        Source, on_delete=models.CASCADE, primary_key=True, db_constraint=False, related_name="status_cache"
    )
    stamp = models.CharField(max_length=200)
    status = models.CharField(max_length=20)

    class Meta:
        verbose_name = _("source status cache")
        verbose_name_plural = _("source status caches")
        # No permissions: nobody sees it but through the lists that it makes quick.
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.source_id} {self.status}"
