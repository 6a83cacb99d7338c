"""ScriptRequestCounter: that a source's script was asked for. Told by delivery, for whoever has just installed it."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from fullstory_dest.models.source import Source


class ScriptRequestCount(models.Model):
    """How often pages of one origin asked for a source's script on one day (UTC), and when they last did.

    Nothing of visitors is kept. The origin is empty where browsers do not tell it.
    """

    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="script_requests")
    day = models.DateField()
    origin = models.CharField(max_length=255, blank=True)
    count = models.PositiveBigIntegerField()
    last_at = models.DateTimeField()

    class Meta:
        verbose_name = _("script request count")
        verbose_name_plural = _("script request counts")
        # No permissions: it goes with its source, and is only ever shown there.
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["source", "day", "origin"], name="one_count_per_origin_and_day")
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.day} {self.origin}"
