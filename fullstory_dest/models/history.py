"""What every version of a row says beside its fields: where the change came from."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords


def change_channel() -> str:
    """``admin``, ``api``, or ``command`` where nobody sent a request."""
    request = getattr(HistoricalRecords.context, "request", None)
    if request is None:
        return "command"
    return "api" if request.path_info.startswith("/api/") else "admin"


class HistoryRow(models.Model):
    """The base of all history rows. Empty for what was changed before this was kept."""

    CHANNELS = (("admin", _("Admin")), ("api", _("API")), ("command", _("Command")))

    history_channel = models.CharField(
        _("channel"), max_length=10, choices=CHANNELS, default=change_channel, blank=True, editable=False
    )

    class Meta:
        abstract = True


def history_records() -> HistoricalRecords:
    """The history of a model."""
    return HistoricalRecords(bases=[HistoryRow])
