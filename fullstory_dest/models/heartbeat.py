"""Heartbeats of the processes that run scheduled deployments."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class SchedulerHeartbeat(models.Model):
    """A scheduler. It counts as running until ``expires_at``, unless it reports again.

    Each ``run_scheduler`` has a row; all runs of ``publish_due`` by cron share one.
    """

    name = models.CharField(max_length=200, primary_key=True)
    beat_at = models.DateTimeField()
    expires_at = models.DateTimeField()

    class Meta:
        verbose_name = _("scheduler heartbeat")
        verbose_name_plural = _("scheduler heartbeats")
        default_permissions = ()

    def __str__(self) -> str:
        return self.name
