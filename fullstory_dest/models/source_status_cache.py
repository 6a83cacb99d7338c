"""Where sources stand between their drafts and what is live, remembered: finding out takes reading both."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from fullstory_dest.models.source import Source


class SourceStatusCache(models.Model):
    """What was found of a source, and of what.

    ``stamp`` names the drafts and the release that were looked at. While it is still theirs, ``kind`` is true.
    """

    # Without a constraint: who looks waits for nobody who publishes, nor fails over a source that goes meanwhile.
    source = models.OneToOneField(
        Source, on_delete=models.CASCADE, primary_key=True, db_constraint=False, related_name="status_cache"
    )
    stamp = models.CharField(max_length=200)
    kind = models.CharField(max_length=10)

    class Meta:
        verbose_name = _("source status cache")
        verbose_name_plural = _("source status caches")
        # No permissions: nobody sees it but through the lists that it makes quick.
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.source_id} {self.kind}"
