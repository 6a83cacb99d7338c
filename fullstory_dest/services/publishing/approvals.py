"""The approvals that an environment requires of each deployment, whatever starts it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import reduce
from operator import and_, or_
from typing import Any, Final, Literal

from django.contrib.auth.models import User
from django.db.models import (
    Case,
    Exists,
    Model,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    TextField,
    Value,
    When,
)
from django.db.models.functions import Cast, Coalesce, Least
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from fullstory_dest.models import (
    Approval,
    Deployment,
    Destination,
    Environment,
    Mapping,
    Release,
    Review,
    Source,
)
from fullstory_dest.services.accounts.permissions import OVERRIDE_APPROVALS, PUBLISH

_FIRST: Final = datetime.min.replace(tzinfo=UTC)
_LAST: Final = datetime.max.replace(tzinfo=UTC)


class ApprovalRequiredError(ValueError):
    """The deployment doesn't have the approvals that its environment requires. The message is for the user."""


@dataclass(frozen=True, slots=True)
class Override:
    """An emergency: the user who deploys without approvals, and the reason, which the deployment records."""

    by: User
    reason: str


def requires_approvals(*sources: Source) -> bool:
    """Return whether an environment of these sources requires approvals. Deleting one would go around them."""
    return Environment.objects.filter(source__in=sources, required_approvals__gt=0).exists()


def require_approvals(deployment: Deployment, fingerprint: str, override: Override | None) -> Review | None:
    """Raise ApprovalRequiredError unless a deployment of what has this fingerprint is approved, or overridden.

    Returns the approved review, if approvals are required. A redeployment needs none, because it repeats what is live.
    """
    environment = deployment.environment
    if not environment.required_approvals or deployment.kind == Deployment.Kind.REDEPLOY:
        return None
    if override is not None:
        _require_override(override)
        deployment.override_reason = override.reason.strip()
        return None
    missing, review = missing_approvals(environment, fingerprint)
    if missing:
        message = ngettext(
            "%(environment)s requires %(count)s more approval of exactly this. Request a review.",
            "%(environment)s requires %(count)s more approvals of exactly this. Request a review.",
            missing,
        )
        raise ApprovalRequiredError(message % {"environment": environment, "count": missing})
    return review


def missing_approvals(environment: Environment, fingerprint: str) -> tuple[int, Review | None]:
    """Return how many approvals are missing to deploy what has this fingerprint, and the review with the most."""
    if not environment.required_approvals:
        return 0, None
    approved = Approval.objects.filter(review=OuterRef("pk"), fingerprint=fingerprint)
    reviews = environment.reviews.filter(Exists(approved), state=Review.State.OPEN).select_related(
        "release", "restored", "environment__live__release"
    )
    counts = [(len(approvers(review, fingerprint)), review) for review in reviews]
    count, best = max(counts, key=lambda each: each[0], default=(0, None))
    return max(0, environment.required_approvals - count), best


def _require_override(override: Override) -> None:
    if not override.by.is_active or not override.by.has_perms(OVERRIDE_APPROVALS):
        raise ApprovalRequiredError(_("You don't have permission to deploy without approvals."))
    if not override.reason.strip():
        raise ApprovalRequiredError(_("A deployment without approvals requires a reason."))


#: Why an approval doesn't count.
Void = Literal["changed", "own_changes", "no_permission"]


def judged_approvals(review: Review, fingerprint: str) -> list[tuple[Approval, Void | None]]:
    """Return the approvals of a review, each with the reason why it doesn't count for what has this fingerprint.

    Those count whose users may publish, and neither requested the review nor made the changes. In a closed review,
    those count that did at the time.
    """
    approvals = list(review.approvals.select_related("user"))
    if review.state != Review.State.OPEN:
        return [(each, None if each.fingerprint == fingerprint else "changed") for each in approvals]
    if not approvals:
        return []
    users = [approval.user_id for approval in approvals]
    allowed = set(_publishers().filter(pk__in=users).values_list("pk", flat=True))
    excluded = authors(review)
    reasons: list[Void | None] = [
        "changed"
        if approval.fingerprint != fingerprint
        else "own_changes"
        if approval.user_id in excluded
        else "no_permission"
        if approval.user_id not in allowed
        else None
        for approval in approvals
    ]
    return list(zip(approvals, reasons, strict=True))


def approvers(review: Review, fingerprint: str) -> list[User]:
    """Return the users whose approvals of what has this fingerprint count."""
    return [approval.user for approval, void in judged_approvals(review, fingerprint) if void is None]


def _publishers() -> QuerySet[User]:
    """Return the active users who may publish."""
    backend = "django.contrib.auth.backends.ModelBackend"
    users = [User.objects.with_perm(permission, backend=backend) for permission in PUBLISH]
    return reduce(and_, users)


def authors(review: Review) -> set[int]:
    """Return the IDs of the users who made what a review proposes.

    They are its author, the author of its release, and everyone who changed the drafts since the live release, or since
    the one before the proposed release, if that's earlier.
    """
    found = {review.created_by_id}
    if review.kind != Deployment.Kind.ROLLBACK:
        found |= {review.release.created_by_id} if review.release else set()
        since = _made_since(review)
        until = review.release.created_at if review.release else _LAST
        first, *others = (
            records.order_by().values_list("history_user", flat=True)
            for records in _edits(review.environment.source_id, review.environment_id, since, until)
        )
        found.update(first.union(*others))
    return {author for author in found if author is not None}


def _made_since(review: Review) -> datetime:
    """Return the time since which changes to the drafts are part of what a review proposes."""
    live, release = review.environment.live, review.release
    since = live.release.created_at if live else _FIRST
    if release is None:
        return since
    earlier = Release.objects.filter(source=release.source_id, number__lt=release.number).order_by("-number")
    return min(since, earlier.values_list("created_at", flat=True).first() or _FIRST)


def reviews_awaiting(user: User) -> QuerySet[Review]:
    """Return the open reviews that a user requested, or can approve and hasn't since the last change, newest first."""
    earlier = Release.objects.filter(
        source=OuterRef("release__source"), number__lt=OuterRef("release__number")
    ).order_by("-number")
    since = Least(
        Coalesce("environment__live__release__created_at", Value(_FIRST)),
        Case(
            When(release=None, then=Value(_LAST)),
            default=Coalesce(Subquery(earlier.values("created_at")[:1]), Value(_FIRST)),
        ),
    )
    reviews = Review.objects.filter(state=Review.State.OPEN).annotate(since=since)
    mine = Q(created_by=user)
    if not user.has_perms(PUBLISH):
        return reviews.filter(mine)
    edits = _edits(
        OuterRef("environment__source"),
        OuterRef("environment"),
        OuterRef("since"),
        Coalesce(OuterRef("release__created_at"), Value(_LAST)),
    )
    made = reduce(or_, (Q(Exists(records.filter(history_user=user))) for records in edits))
    written = Q(release__created_by=user) | made
    own = ~Q(kind=Deployment.Kind.ROLLBACK) & written
    later = _edits(
        OuterRef("review__environment__source"),
        OuterRef("review__environment"),
        OuterRef("created_at"),
        Value(_LAST),
    )
    changed = reduce(or_, (Q(Exists(records)) for records in later))
    approved = Exists(Approval.objects.filter(~changed, review=OuterRef("pk"), user=user))
    return reviews.filter(mine | (~own & ~approved))


#: The fields that are deployed. Changes to others, such as a rotated key or required approvals, aren't reviewed.
_DEPLOYED: Final[dict[type[Model], tuple[str, ...]]] = {
    Source: ("name", "slug", "honor_gpc", "honor_dnt"),
    Environment: ("api_host", "settings"),
}


def _edits(source: Any, environment: Any, since: Any, until: Any) -> list[QuerySet[Any]]:
    """Return the changes to a source's drafts between two times, and to the environment since the first.

    The arguments are values or expressions. A deployment of any release has the environment's current settings.
    """
    within = OuterRef(source) if isinstance(source, OuterRef) else source
    # From its history, because a deleted destination had mappings, too.
    destinations = Destination.history.filter(id=OuterRef("destination_id"), source=within)
    drafts = [
        _deployed(Source).filter(id=source),
        Destination.history.filter(source=source),
        Mapping.history.filter(Exists(destinations)),
    ]
    return [
        _deployed(Environment).filter(id=environment, history_date__gte=since),
        *(records.filter(history_date__gte=since, history_date__lte=until) for records in drafts),
    ]


def _deployed(model: Any) -> QuerySet[Any]:
    """Return the history records that changed a deployed field."""
    before = model.history.filter(id=OuterRef("id"), history_id__lt=OuterRef("history_id")).order_by(
        "-history_id"
    )
    changed = Q(history_type="+")
    records = model.history.all()
    for field in _DEPLOYED[model]:
        text = Cast(field, TextField())
        records = records.annotate(**{f"{field}_before": Subquery(before.values(text=text)[:1])})
        changed |= ~Q(**{f"{field}_before": text})
    return records.filter(changed)  # type: ignore[no-any-return]
