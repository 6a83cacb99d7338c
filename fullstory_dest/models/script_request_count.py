"""Counts of requests for a source's script. They show whether it's installed."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from fullstory_dest.models.source import Source


class ScriptRequestCount(models.Model):
    """The number and the last time of requests for a source's script, per origin and day (UTC).

    Nothing about visitors is stored. The origin is empty if the browser doesn't send it.
    """

    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="script_requests")
    day = models.DateField()
    origin = models.CharField(max_length=255, blank=True)
    count = models.PositiveBigIntegerField()
    last_at = models.DateTimeField()

    class Meta:
        verbose_name = _("script request count")
        verbose_name_plural = _("script request counts")
        # No permissions: it's only shown with its source.
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["source", "day", "origin"], name="one_count_per_origin_and_day")
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.day} {self.origin}"
