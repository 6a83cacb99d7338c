"""Reviews of proposed deployments: requesting, approving, declining, withdrawing and deploying them."""

from __future__ import annotations

from django.contrib.auth.models import User
from django.utils import timezone
from django.utils.translation import gettext as _

from fullstory_dest.compiler.schema import DeployedSpec
from fullstory_dest.models import Approval, Deployment, Environment, Release, Review
from fullstory_dest.services.publishing.approvals import Override, authors
from fullstory_dest.services.publishing.deploy import DeployResult, OutdatedReviewError, fingerprint
from fullstory_dest.services.publishing.proposals import deploy_proposal, proposal_values, proposed_spec
from fullstory_dest.services.row_locks import for_update, lock_environment
from fullstory_dest.services.source_changes import source_changes
from fullstory_dest.services.spec import live_spec

Kind, State = Deployment.Kind, Review.State


class ReviewError(ValueError):
    """The review doesn't allow this. The message is for the user."""


@source_changes()
def request_review(
    environment: Environment,
    *,
    by: User,
    note: str = "",
    release: Release | None = None,
    restored: Deployment | None = None,
    reviewed: str | None = None,
) -> Review:
    """Propose a deployment: of the drafts, of a release, or of what an earlier deployment put live.

    ``reviewed`` is the fingerprint that the author saw; raises OutdatedReviewError if the drafts have changed since.
    """
    environment = lock_environment(environment)
    values = proposal_values(environment, release=release, restored=restored)
    review = Review(**values, note=note, created_by=by)
    if reviewed is not None and reviewed != review.fingerprint:
        raise OutdatedReviewError
    review.save()
    return review


@source_changes()
def approve(review: Review, *, by: User, reviewed: str) -> Approval:
    """Approve what has the fingerprint ``reviewed``, which the user saw. It replaces an approval that is void.

    Raises OutdatedReviewError if something else is proposed by now, and ReviewError for authors and closed reviews.
    """
    review = _lock(review)
    if by.pk in authors(review):
        raise ReviewError(_("You can't approve your own changes. Ask someone else."))
    current = fingerprint(proposed_spec(review))
    if reviewed != current:
        raise OutdatedReviewError
    approval, _created = Approval.objects.update_or_create(
        review=review, user=by, defaults={"fingerprint": current, "created_at": timezone.now()}
    )
    return approval


@source_changes()
def decline(review: Review, *, by: User, reason: str) -> Review:
    """Close a review without deploying it."""
    review = _lock(review)
    review.close(State.DECLINED, by=by, reason=reason)
    return review


@source_changes()
def withdraw(review: Review, *, by: User) -> Review:
    """Close a review that the user requested."""
    review = _lock(review)
    if review.created_by_id != by.pk:
        raise ReviewError(_("Only the author can withdraw a review."))
    review.close(State.WITHDRAWN, by=by)
    return review


def deploy_review(
    review: Review,
    *,
    by: User,
    reviewed: str,
    ignore_test_case_failures: bool = False,
    override: Override | None = None,
) -> DeployResult:
    """Deploy what a review proposes, and close it. ``reviewed`` is the fingerprint that the user saw.

    Raises ApprovalRequiredError, OutdatedReviewError, and the exceptions of publishing, promoting and rolling back.
    """
    if review.state != State.OPEN:
        raise ReviewError(_("This review is closed."))
    if reviewed != fingerprint(proposed_spec(review)):
        raise OutdatedReviewError
    with source_changes():
        result = deploy_proposal(
            review,
            by=by,
            reviewed=reviewed,
            ignore_test_case_failures=ignore_test_case_failures,
            override=override,
        )
        review = for_update(Review.objects.all()).get(pk=review.pk)
        # Another review can have the approvals, or none are required.
        if review.state == State.OPEN:
            review.deployment, review.fingerprint = result.deployment, reviewed
            review.close(State.DEPLOYED, by=by)
    return result


def compared_specs(review: Review) -> tuple[DeployedSpec | None, DeployedSpec | None]:
    """Return what a review compares: what is live and what is proposed, or what its deployment replaced and deployed.

    Both are None if it was closed without deploying it. The first is None if nothing is or was live.
    """
    if review.state == State.OPEN:
        live, proposed = review.environment.live, proposed_spec(review)
    elif deployment := review.deployment:
        earlier = Deployment.objects.filter(environment=deployment.environment_id, pk__lt=deployment.pk)
        live, proposed = earlier.select_related("release").order_by("-pk").first(), live_spec(deployment)
    else:
        return None, None
    return live_spec(live) if live else None, proposed


def reviewed_fingerprint(review: Review) -> str:
    """Return the fingerprint of what an open review proposes now, or of what a closed one proposed in the end."""
    return fingerprint(proposed_spec(review)) if review.state == State.OPEN else review.fingerprint


def _lock(review: Review) -> Review:
    """Return an open review with its current values, locked with its environment until the transaction ends."""
    environment = lock_environment(review.environment)
    locked = for_update(Review.objects.select_related("release", "restored__release")).get(pk=review.pk)
    locked.environment = environment
    if locked.state != State.OPEN:
        raise ReviewError(_("This review is closed."))
    return locked
