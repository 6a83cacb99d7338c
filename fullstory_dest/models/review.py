"""Reviews: proposed deployments, with the approvals that they got."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.models import User
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from fullstory_dest.models.deployment import Deployment
from fullstory_dest.models.environment import Environment
from fullstory_dest.models.proposal import Proposal
from fullstory_dest.models.release import MAXIMUM_NOTE_LENGTH


class Review(Proposal):
    """A deployment that someone asks others to approve.

    If the drafts or the environment's settings change, the approvals are void, because they have the fingerprint of
    what was approved.
    """

    class State(models.TextChoices):
        OPEN = "open", _("Open")
        DECLINED = "declined", _("Declined")
        WITHDRAWN = "withdrawn", _("Withdrawn")
        DEPLOYED = "deployed", _("Deployed")

    environment = models.ForeignKey(
        Environment, on_delete=models.CASCADE, related_name="reviews", verbose_name=_("environment")
    )
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.OPEN)
    reason = models.TextField(_("reason"), blank=True, max_length=MAXIMUM_NOTE_LENGTH)
    deployment = models.ForeignKey(
        Deployment,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="reviews",
        verbose_name=_("deployment"),
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=_("author"),
    )
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("closed by"),
    )
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True, db_index=True)

    class Meta:
        verbose_name = _("review")
        verbose_name_plural = _("reviews")
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.environment.source}, {self.environment} #{self.pk}"

    def close(self, state: State, *, by: User | None, reason: str = "") -> None:
        """Save the final state, the time, the user who closed it and the reason."""
        self.state, self.reason = state, reason
        self.closed_at, self.closed_by = timezone.now(), by
        self.save()


class Approval(models.Model):
    """A user's approval of what a review proposed at that time."""

    review = models.ForeignKey(
        Review, on_delete=models.CASCADE, related_name="approvals", verbose_name=_("review")
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", verbose_name=_("user")
    )
    fingerprint = models.CharField(_("fingerprint"), max_length=64)
    created_at = models.DateTimeField(_("approved"), auto_now_add=True)

    class Meta:
        verbose_name = _("approval")
        verbose_name_plural = _("approvals")
        default_permissions = ()
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["review", "user"], name="one_approval_per_user")]

    def __str__(self) -> str:
        return f"{self.user}: {self.review}"
