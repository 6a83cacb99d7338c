"""The base of what proposes a deployment: reviews, and deployments that are scheduled."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from fullstory_dest.models.deployment import Deployment
from fullstory_dest.models.release import MAXIMUM_NOTE_LENGTH, Release


class Proposal(models.Model):
    """A proposed deployment: of the drafts, of a ``release``, of a ``restored`` deployment, or of what is live.

    ``fingerprint`` identifies what was seen when it was proposed. It's empty for a redeployment. Subclasses have the
    ``environment``.
    """

    kind = models.CharField(
        _("kind"), max_length=10, choices=Deployment.Kind.choices, default=Deployment.Kind.PUBLISH
    )
    release = models.ForeignKey(
        Release, on_delete=models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("release")
    )
    restored = models.ForeignKey(
        Deployment,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("deployment to restore"),
    )
    note = models.TextField(_("note"), blank=True, max_length=MAXIMUM_NOTE_LENGTH)
    fingerprint = models.CharField(_("fingerprint"), max_length=64, blank=True)

    class Meta:
        abstract = True
