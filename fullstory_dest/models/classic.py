"""Imported classic FullStory destinations, and their migrations."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from fullstory_dest.models.destination import Destination
from fullstory_dest.models.history import history_records
from fullstory_dest.models.source import Source
from fullstory_dest.models.validated import ValidatedModel, raise_problems
from fullstory_dest.problem import Problem, describe
from fullstory_dest.unstorable_text import check_text

#: The classic integration's settings and their defaults, as in a Segment settings document.
CLASSIC_DEFAULTS: dict[str, str | bool] = {
    "org": "",
    "debug": False,
    "trackAllPages": False,
    "trackNamedPages": False,
    "trackCategorizedPages": False,
    "trackPagesWithEvents": True,
    "isOuterScript": False,
}


class ClassicDestination(ValidatedModel):
    """Imported settings of the classic FullStory destination. Missing settings have their defaults."""

    source = models.ForeignKey(
        Source, on_delete=models.CASCADE, related_name="classic_destinations", verbose_name=_("source")
    )
    settings: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField(
        _("settings"), default=dict, blank=True
    )
    enabled = models.BooleanField(_("enabled"), default=True)
    imported_at = models.DateTimeField(_("imported"), auto_now_add=True)

    history = history_records()

    class Meta:
        verbose_name = _("classic destination")
        verbose_name_plural = _("classic destinations")
        ordering = ["source", "id"]

    def __str__(self) -> str:
        return _("FullStory (Classic) on %(source)s") % {"source": self.source}

    def clean(self) -> None:
        if not isinstance(self.settings, dict):
            raise_problems([Problem(("settings",), f"expected an object, found {describe(self.settings)}")])
        raise_problems(check_text(self.settings, ("settings",)))
        raise_problems(
            Problem(("settings", key), f"expected {describe(default)}, found {describe(self.settings[key])}")
            for key, default in CLASSIC_DEFAULTS.items()
            if key in self.settings and type(self.settings[key]) is not type(default)
        )

    def setting(self, key: str) -> Any:
        """Return the value of a classic setting, or its default."""
        return self.settings.get(key, CLASSIC_DEFAULTS[key])


class Migration(models.Model):
    """The migration of a classic destination to a destination. ``report`` has a row for each classic setting."""

    classic = models.ForeignKey(
        ClassicDestination,
        on_delete=models.CASCADE,
        related_name="migrations",
        verbose_name=_("classic destination"),
    )
    destination = models.ForeignKey(
        Destination,
        on_delete=models.SET_NULL,
        null=True,
        related_name="migrations",
        verbose_name=_("destination"),
    )
    report: models.JSONField[list[dict[str, Any]], list[dict[str, Any]]] = models.JSONField(_("report"))
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("by")
    )
    created_at = models.DateTimeField(_("migrated"), auto_now_add=True)

    class Meta:
        verbose_name = _("migration")
        verbose_name_plural = _("migrations")
        ordering = ["-created_at", "-id"]

    def __str__(self) -> str:
        return _("Migration of %(classic)s") % {"classic": self.classic}
