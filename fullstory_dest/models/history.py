"""History of models, with the channel that each change came through."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords


def current_request() -> HttpRequest | None:
    """Return the request that this thread responds to, or None in a command. simple_history's middleware sets it."""
    return getattr(HistoricalRecords.context, "request", None)


def change_channel() -> str:
    """Return ``admin`` or ``api`` by the path of the current request, or ``command`` without a request."""
    request = current_request()
    if request is None:
        return "command"
    return "api" if request.path_info.startswith("/api/") else "admin"


class HistoryRow(models.Model):
    """Base of all history rows. The channel is empty for changes from before it was recorded."""

    CHANNELS = (("admin", _("Admin")), ("api", _("API")), ("command", _("Command")))

    history_channel = models.CharField(
        _("channel"), max_length=10, choices=CHANNELS, default=change_channel, blank=True, editable=False
    )

    class Meta:
        abstract = True


def history_records(*, excluded_fields: Sequence[str] = ()) -> HistoricalRecords:
    """Return the history of a model, without the excluded fields."""
    return HistoricalRecords(bases=[HistoryRow], excluded_fields=excluded_fields)
