"""Releases and the documents that browsers get from them. Both are immutable."""

from __future__ import annotations

from typing import Any, NoReturn, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from fullstory_dest.compiler.schema import CompiledConfig, SourceSpec
from fullstory_dest.models.source import Source

MAXIMUM_NOTE_LENGTH = 2000


class ImmutableModel(models.Model):
    """A row that can't be changed. It's only deleted together with its source."""

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            self._refuse()
        super().save(*args, **kwargs)

    def _refuse(self) -> NoReturn:
        raise TypeError(f"a {self._meta.verbose_name} is immutable")


class DocumentQuerySet(models.QuerySet["Document"]):
    def unused(self) -> Self:
        """Return the documents that no release refers to, which remain after sources are deleted."""
        fields = ("snippet", "plugin", "settings_document", "config_document")
        named = [models.Exists(Release.objects.filter(**{field: models.OuterRef("pk")})) for field in fields]
        return self.exclude(named[0] | named[1] | named[2] | named[3])


class Document(ImmutableModel):
    """A published file with its compressed bodies. Files with equal content share a row.

    ``unused_since`` is the time when no release was found to refer to it; only this changes.
    """

    digest = models.CharField(
        primary_key=True, max_length=64, help_text=_("SHA-256 of the body, in hexadecimal.")
    )
    content_type = models.CharField(max_length=100)
    body = models.BinaryField()
    gzip = models.BinaryField()
    brotli = models.BinaryField()
    unused_since = models.DateTimeField(null=True, editable=False)

    objects = DocumentQuerySet.as_manager()

    class Meta:
        verbose_name = _("document")
        verbose_name_plural = _("documents")

    def __str__(self) -> str:
        return self.digest


class ReleaseQuerySet(models.QuerySet["Release"]):
    def live(self) -> Self:
        """Return the live release of each source, which has the highest number."""
        newer = Release.objects.filter(source=models.OuterRef("source"), number__gt=models.OuterRef("number"))
        return self.filter(~models.Exists(newer))


class Release(ImmutableModel):
    """An immutable, numbered release of a source. Releases with equal content have equal digests."""

    source = models.ForeignKey(
        Source, on_delete=models.CASCADE, related_name="releases", verbose_name=_("source")
    )
    number = models.PositiveIntegerField(_("number"))
    note = models.TextField(_("note"), blank=True, max_length=MAXIMUM_NOTE_LENGTH)
    spec: models.JSONField[SourceSpec, SourceSpec] = models.JSONField(_("spec"))
    config: models.JSONField[CompiledConfig, CompiledConfig] = models.JSONField(_("compiled config"))
    snippet = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="+")
    plugin = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="+")
    settings_document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="+")
    config_document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="+")
    rolled_back_to = models.PositiveIntegerField(
        _("rolled back to"),
        null=True,
        blank=True,
        help_text=_("The number of the release that this one restores."),
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("published by"),
    )
    created_at = models.DateTimeField(_("published"), auto_now_add=True)

    objects = ReleaseQuerySet.as_manager()

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

    @property
    def digest(self) -> str:
        """The SHA-256 of the snippet in hexadecimal, as in ``releases/{digest}.js``."""
        return self.snippet_id
