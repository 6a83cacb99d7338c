"""The approvals that a page's deployment requires."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _

from fullstory_dest.admin.links import admin_url
from fullstory_dest.admin.pages import current_user
from fullstory_dest.compiler.schema import DeployedSpec
from fullstory_dest.models import Deployment, Environment, Release, Review
from fullstory_dest.services.accounts.permissions import OVERRIDE_APPROVALS, PUBLISH, REQUEST_REVIEW
from fullstory_dest.services.publishing.approvals import missing_approvals
from fullstory_dest.services.publishing.deploy import fingerprint
from fullstory_dest.services.publishing.reviews import request_review


def approvals_context(
    request: HttpRequest,
    environment: Environment,
    spec: DeployedSpec,
    *,
    release: Release | None = None,
    restored: Deployment | None = None,
) -> dict[str, Any]:
    """How many approvals are missing to deploy a spec, the open review of it, and what the user can do.

    Without required approvals, only users who can't publish need a review.
    """
    publishes = request.user.has_perms(PUBLISH)
    if not environment.required_approvals and publishes:
        return {}
    missing, review = missing_approvals(environment, fingerprint(spec))
    if missing or not publishes:
        same = environment.reviews.filter(state=Review.State.OPEN, release=release, restored=restored)
        review = same.select_related("created_by").first()
    return {
        "missing": missing,
        "open_review": review,
        "may_request": review is None
        and bool(missing or not publishes)
        and request.user.has_perms(REQUEST_REVIEW),
        "may_override": bool(missing) and request.user.has_perms(OVERRIDE_APPROVALS),
    }


def request_and_redirect(
    request: HttpRequest,
    environment: Environment,
    *,
    note: str,
    reviewed: str,
    release: Release | None = None,
    restored: Deployment | None = None,
) -> HttpResponse:
    """Request a review, and redirect to it. Raises OutdatedReviewError."""
    review = request_review(
        environment,
        by=current_user(request),
        note=note,
        release=release,
        restored=restored,
        reviewed=reviewed,
    )
    messages.success(request, _("Review requested. Share this page with a publisher."))
    return HttpResponseRedirect(admin_url(review, "change", review.pk))
