"""Scheduled deployments."""

from __future__ import annotations

from typing import Any, Final, Self

from django.conf import settings
from django.contrib.auth.models import User
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from fullstory_dest.models.deployment import Deployment
from fullstory_dest.models.environment import Environment
from fullstory_dest.models.proposal import Proposal

Kind = Deployment.Kind
#: Names of scheduled deployments by their kind.
SCHEDULED_LABELS: Final[dict[str, Any]] = {
    Kind.PUBLISH: _("Scheduled publish"),
    Kind.PROMOTE: _("Scheduled promotion"),
    Kind.ROLLBACK: _("Scheduled rollback"),
    Kind.REDEPLOY: _("Scheduled redeployment"),
}


class ScheduledDeploymentQuerySet(models.QuerySet["ScheduledDeployment"]):
    def waiting(self) -> Self:
        """Return the scheduled deployments that are neither done nor canceled."""
        return self.filter(state=ScheduledDeployment.State.WAITING)


class ScheduledDeployment(Proposal):
    """A deployment at a set time, and the outcome. It's a publish unless ``kind`` says otherwise.

    If what would be deployed has changed by then, nothing is deployed. An environment has at most one that is waiting.
    Finished ones are kept to show what happened.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        DONE = "done", _("Deployed")
        FAILED = "refused", _("Not deployed")
        CANCELED = "canceled", _("Canceled")

    environment = models.ForeignKey(
        Environment,
        on_delete=models.CASCADE,
        related_name="scheduled_deployments",
        verbose_name=_("environment"),
    )
    due_at = models.DateTimeField(_("due"))
    ignore_test_case_failures = models.BooleanField(_("ignore test case failures"), default=False)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.WAITING)
    outcome = models.TextField(_("outcome"), blank=True)
    deployment = models.ForeignKey(
        Deployment,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("deployment"),
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=_("scheduled by"),
    )
    created_at = models.DateTimeField(_("scheduled"), auto_now_add=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("canceled by"),
    )
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)

    objects = ScheduledDeploymentQuerySet.as_manager()

    class Meta:
        verbose_name = _("scheduled deployment")
        verbose_name_plural = _("scheduled deployments")
        ordering = ["-id"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["environment"],
                condition=Q(state="waiting"),
                name="one_waiting_deployment_per_environment",
            )
        ]

    def __str__(self) -> str:
        return f"{self.environment}, {self.due_at:%Y-%m-%d %H:%M}"

    @property
    def label(self) -> str:
        """The name of its kind, such as "Scheduled publish"."""
        return str(SCHEDULED_LABELS[self.kind])

    def finish(self, state: State, outcome: str = "", *, by: User | None = None) -> None:
        """Save the final state, the outcome, the time and the user who ended it."""
        self.state, self.outcome = state, outcome
        self.ended_at, self.ended_by = timezone.now(), by
        self.save()
