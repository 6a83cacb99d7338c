"""Releases: immutable, numbered versions of a source's drafts."""

from __future__ import annotations

from typing import Any, NoReturn

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from fullstory_dest.compiler.schema import CompiledSource, SourceSpec
from fullstory_dest.models.source import Source

MAXIMUM_NOTE_LENGTH = 2000


class ImmutableModel(models.Model):
    """A row that can't be changed. It's only deleted together with its source or environment."""

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            self._refuse()
        super().save(*args, **kwargs)

    def _refuse(self) -> NoReturn:
        raise TypeError(f"a {self._meta.verbose_name} is immutable")


class Release(ImmutableModel):
    """An immutable, numbered version of a source's drafts, and what they compile to in any environment."""

    source = models.ForeignKey(
        Source, on_delete=models.CASCADE, related_name="releases", verbose_name=_("source")
    )
    number = models.PositiveIntegerField(_("number"))
    note = models.TextField(_("note"), blank=True, max_length=MAXIMUM_NOTE_LENGTH)
    spec: models.JSONField[SourceSpec, SourceSpec] = models.JSONField(_("spec"))
    compiled: models.JSONField[CompiledSource, CompiledSource] = models.JSONField(_("compiled mappings"))
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("published by"),
    )
    created_at = models.DateTimeField(_("published"), auto_now_add=True)

    class Meta:
        verbose_name = _("release")
        verbose_name_plural = _("releases")
        ordering = ["source", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["source", "number"], name="one_release_per_number"),
            models.CheckConstraint(condition=Q(number__gte=1), name="releases_count_from_one"),
        ]

    def __str__(self) -> str:
        return f"{self.source} #{self.number}"
