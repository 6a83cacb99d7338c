"""The approvals that an environment requires of each deployment, whatever starts it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from django.contrib.auth.models import User
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from fullstory_dest.models import Deployment, Destination, Environment, Mapping, Review, Source
from fullstory_dest.services.accounts.permissions import OVERRIDE_APPROVALS, PUBLISH


class ApprovalRequiredError(ValueError):
    """The deployment doesn't have the approvals that its environment requires. The message is for the user."""


@dataclass(frozen=True, slots=True)
class Override:
    """An emergency: the user who deploys without approvals, and the reason, which the deployment records."""

    by: User
    reason: str


def require_approvals(deployment: Deployment, fingerprint: str, override: Override | None) -> None:
    """Raise ApprovalRequiredError unless a deployment of what has this fingerprint is approved, or overridden.

    A redeployment needs none, because it repeats what is live.
    """
    environment = deployment.environment
    if not environment.required_approvals or deployment.kind == Deployment.Kind.REDEPLOY:
        return
    if override is not None:
        _require_override(override)
        deployment.override_reason = override.reason.strip()
        return
    reviews = environment.reviews.filter(state=Review.State.OPEN)
    missing = environment.required_approvals - max(
        (len(approvers(review, fingerprint)) for review in reviews), default=0
    )
    if missing > 0:
        message = ngettext(
            "%(environment)s requires %(count)s more approval of exactly this. Request a review.",
            "%(environment)s requires %(count)s more approvals of exactly this. Request a review.",
            missing,
        )
        raise ApprovalRequiredError(message % {"environment": environment, "count": missing})


def _require_override(override: Override) -> None:
    if not override.by.is_active or not override.by.has_perms(OVERRIDE_APPROVALS):
        raise ApprovalRequiredError(_("You don't have permission to deploy without approvals."))
    if not override.reason.strip():
        raise ApprovalRequiredError(_("A deployment without approvals requires a reason."))


def approvers(review: Review, fingerprint: str) -> list[User]:
    """Return the users whose approvals of what has this fingerprint count.

    They may publish, and neither requested the review nor made the changes.
    """
    approvals = review.approvals.filter(fingerprint=fingerprint).select_related("user")
    excluded = authors(review) if approvals else set()
    return [
        approval.user
        for approval in approvals
        if approval.user.is_active and approval.user.has_perms(PUBLISH) and approval.user.pk not in excluded
    ]


def authors(review: Review) -> set[int]:
    """Return the IDs of the users who made what a review proposes.

    They are its author, the author of its release, and everyone who changed the drafts since the live release.
    """
    found = {review.created_by_id}
    if review.kind != Deployment.Kind.ROLLBACK:
        found |= {review.release.created_by_id} if review.release else set()
        live = review.environment.live
        since = live.release.created_at if live else datetime.min.replace(tzinfo=UTC)
        until = review.release.created_at if review.release else datetime.max.replace(tzinfo=UTC)
        found.update(_editors(review.environment, since, until))
    return {author for author in found if author is not None}


def _editors(environment: Environment, since: datetime, until: datetime) -> Iterator[int]:
    """Yield the IDs of the users who changed a source's drafts, or the environment, between two times."""
    for records in (
        Source.history.filter(id=environment.source_id),
        Environment.history.filter(id=environment.pk),
        Destination.history.filter(source=environment.source_id),
        Mapping.history.filter(destination__source=environment.source_id),
    ):
        changed = records.filter(history_date__range=(since, until), history_user__isnull=False)
        yield from changed.values_list("history_user", flat=True).distinct()
