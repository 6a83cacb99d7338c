"""Deployments: releases that were put live, with the documents that browsers get. Both are immutable."""

from __future__ import annotations

from typing import Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from fullstory_dest.compiler.schema import EnvironmentSpec
from fullstory_dest.models.environment import Environment
from fullstory_dest.models.release import MAXIMUM_NOTE_LENGTH, ImmutableModel, Release


class DocumentQuerySet(models.QuerySet["Document"]):
    def unused(self) -> Self:
        """Return the documents that no deployment refers to, which remain after sources are deleted."""
        fields = ("snippet", "plugin", "settings_document", "config_document")
        named = [
            models.Exists(Deployment.objects.filter(**{field: models.OuterRef("pk")})) for field in fields
        ]
        return self.exclude(named[0] | named[1] | named[2] | named[3])


class Document(ImmutableModel):
    """A published file with its compressed bodies. Files with equal content share a row.

    ``unused_since`` is the time when no deployment was found to refer to it; only this changes.
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


class Deployment(ImmutableModel):
    """A release that was put live in an environment, with who, when, why and how.

    ``environment_spec`` has the environment's key, API host and settings at that time. ``build`` identifies the code
    and the public URL that the documents were made with. A rollback has the documents of ``restored``, an earlier one.
    """

    class Kind(models.TextChoices):
        PUBLISH = "publish", _("Published")
        PROMOTE = "promote", _("Promoted")
        ROLLBACK = "rollback", _("Rolled back")
        REDEPLOY = "redeploy", _("Redeployed")

    environment = models.ForeignKey(
        Environment, on_delete=models.CASCADE, related_name="deployments", verbose_name=_("environment")
    )
    release = models.ForeignKey(
        Release, on_delete=models.CASCADE, related_name="deployments", verbose_name=_("release")
    )
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    note = models.TextField(_("note"), blank=True, max_length=MAXIMUM_NOTE_LENGTH)
    environment_spec: models.JSONField[EnvironmentSpec, EnvironmentSpec] = models.JSONField(
        _("environment's values")
    )
    override_reason = models.TextField(_("reason to deploy without approvals"), blank=True)
    restored = models.ForeignKey(
        "self", on_delete=models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("restored")
    )
    build = models.CharField(_("build"), max_length=64)
    snippet = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="+")
    plugin = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="+")
    settings_document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="+")
    config_document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="+")
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("deployed by"),
    )
    created_at = models.DateTimeField(_("deployed"), auto_now_add=True)

    class Meta:
        verbose_name = _("deployment")
        verbose_name_plural = _("deployments")
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.release}, {self.environment}"

    @property
    def digest(self) -> str:
        """The SHA-256 of the snippet in hexadecimal, as in ``releases/{digest}.js``."""
        return self.snippet_id
