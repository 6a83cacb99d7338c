"""Destinations: FullStory setups on a source."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q, Value
from django.db.models.fields.json import KT
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from fullstory_dest.catalog import DEFAULT_NAMESPACE, check_settings, tidy_settings
from fullstory_dest.compiler.check import check_consent_categories
from fullstory_dest.models.history import history_records
from fullstory_dest.models.source import Source
from fullstory_dest.models.validated import TimestampedQuerySet, ValidatedModel, raise_problems, validate_name
from fullstory_dest.problem import Problem


class Destination(ValidatedModel):
    """A FullStory setup. ``settings`` has the catalog's keys; saving removes settings that equal their defaults."""

    source = models.ForeignKey(
        Source, on_delete=models.CASCADE, related_name="destinations", verbose_name=_("source")
    )
    name = models.CharField(_("name"), max_length=200, default="FullStory", validators=[validate_name])
    enabled = models.BooleanField(_("enabled"), default=True)
    settings: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField(
        _("settings"), default=dict, blank=True
    )
    consent_categories: models.JSONField[list[str], list[str]] = models.JSONField(
        _("consent categories"),
        default=list,
        blank=True,
        help_text=_(
            "Waits until the visitor grants all of these, named as in your consent manager. "
            "Leave blank to load without consent."
        ),
    )
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    updated_at = models.DateTimeField(_("updated"), auto_now=True)

    objects = TimestampedQuerySet.as_manager()
    history = history_records()

    class Meta:
        verbose_name = _("destination")
        verbose_name_plural = _("destinations")
        ordering = ["source", "id"]
        constraints = [
            models.UniqueConstraint(
                "source",
                Coalesce(KT("settings__namespace"), Value(DEFAULT_NAMESPACE)),
                condition=Q(enabled=True),
                name="one_enabled_destination_per_namespace",
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def namespace(self) -> str:
        """The name of FullStory's global variable."""
        return self.settings.get("namespace") or DEFAULT_NAMESPACE

    def clean(self) -> None:
        raise_problems(problem.below("settings") for problem in check_settings(self.settings))
        self.settings = tidy_settings(self.settings)
        raise_problems(
            problem.below("consent_categories")
            for problem in check_consent_categories(self.consent_categories)
        )
        self._check_namespace()

    def _check_namespace(self) -> None:
        """Check the database's constraint, which Django can't validate because it uses a key inside JSON."""
        others = Destination.objects.filter(source_id=self.source_id, enabled=True).exclude(pk=self.pk)
        if self.enabled and any(other.namespace == self.namespace for other in others):
            message = (
                f"another enabled destination of this source has the namespace {self.namespace}; "
                "disable one of them or change its namespace"
            )
            raise_problems([Problem(("settings", "namespace"), message)])
