"""The page of a review, and the Reviews tab of a source."""

from __future__ import annotations

from typing import Any, Final

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from fullstory_dest.admin.base.posted_inputs import parse_number
from fullstory_dest.admin.links import tab_url
from fullstory_dest.admin.pages import admin_page, current_user, environments_of, source_tab, source_view
from fullstory_dest.admin.releases.diff import diff_items
from fullstory_dest.admin.releases.effects import effects_context
from fullstory_dest.admin.releases.proposal_words import canceled_message, proposal_title
from fullstory_dest.admin.reviews.forms import ReviewForm
from fullstory_dest.compiler.check import CompileError
from fullstory_dest.compiler.schema import DeployedSpec
from fullstory_dest.models import Approval, Review, Source
from fullstory_dest.services.accounts.permissions import (
    OVERRIDE_APPROVALS,
    PUBLISH,
    REQUEST_REVIEW,
    VIEW_DRAFTS,
)
from fullstory_dest.services.publishing.approvals import (
    ApprovalRequiredError,
    Override,
    Void,
    authors,
    judged_approvals,
)
from fullstory_dest.services.publishing.deploy import (
    OutdatedReviewError,
    RollBackError,
    fingerprint,
)
from fullstory_dest.services.publishing.publish_with_test_cases import FailingTestCasesError, PublishBusyError
from fullstory_dest.services.publishing.reviews import (
    ReviewError,
    approve,
    compared_specs,
    decline,
    deploy_review,
    withdraw,
)

#: The permissions that each button needs. The service checks those of an override.
ACTIONS: Final[dict[str, tuple[str, ...]]] = {
    "approve": PUBLISH,
    "decline": PUBLISH,
    "withdraw": REQUEST_REVIEW,
    "deploy": PUBLISH,
    "override": PUBLISH,
}
VOID: Final[dict[Void, str | Promise]] = {
    "changed": gettext_lazy("Void: something else was approved"),
    "own_changes": gettext_lazy("Void: made some of these changes"),
    "no_permission": gettext_lazy("Void: no longer has permission to publish"),
}
OUTDATED: Final = gettext_lazy("The changes are no longer those that you saw. Review them again.")
REVIEWS_SHOWN: Final = 50
_RELATED: Final = (
    "environment__source",
    "environment__live__release",
    "release",
    "restored__release",
    "deployment__release",
    "created_by",
    "closed_by",
)


def review_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what a review proposes, its approvals, and what it would change. A POST has the button's name."""
    if not request.user.has_perms(("fullstory_dest.view_review", *VIEW_DRAFTS)):
        raise PermissionDenied
    review = get_object_or_404(Review.objects.select_related(*_RELATED), pk=pk)
    posted = next((name for name in ACTIONS if name in request.POST), "")
    before, spec = compared_specs(review)
    is_open = review.state == Review.State.OPEN
    reviewed = fingerprint(spec) if spec and is_open else review.fingerprint
    forms = {name: ReviewForm(request.POST, action=name, posted=posted) for name in ACTIONS}
    judged = judged_approvals(review, reviewed)
    if request.method == "POST":
        if not request.user.has_perms(ACTIONS.get(posted, PUBLISH)):
            raise PermissionDenied
        if posted and (response := _submit(request, review, posted, forms[posted], reviewed)):
            return response
    context = _open_context(request, review, spec, judged) if spec and is_open else {}
    return admin_page(
        request,
        "fullstory_dest/reviews/review.html",
        proposal_title(review),
        object=review,
        review=review,
        source=review.environment.source,
        environment=review.environment,
        previewed=review.restored.release if review.restored else review.release,
        forms=forms,
        # The one with errors, if any.
        form=forms.get(posted),
        reviewed=reviewed,
        approvals=[{"approval": approval, "void": VOID[void] if void else ""} for approval, void in judged],
        changes=diff_items(before, spec, everything="all" in request.GET) if spec else None,
        **context,
    )


def _open_context(
    request: HttpRequest, review: Review, spec: DeployedSpec, judged: list[tuple[Approval, Void | None]]
) -> dict[str, Any]:
    """The effects of an open review on test cases, the missing approvals, and the user's buttons."""
    environment, user = review.environment, current_user(request)
    counting = [approval.user_id for approval, void in judged if void is None]
    target = review.restored.release if review.restored else review.release
    live, allowed = environment.live, user.has_perms(PUBLISH)
    is_author = allowed and user.pk in authors(review)
    missing = max(0, environment.required_approvals - len(counting))
    effects = effects_context(request, environment, spec, target)
    return {
        "live": live,
        "outdated": fingerprint(spec) != review.fingerprint,
        "missing": missing,
        "allowed": allowed,
        "is_author": is_author,
        "may_approve": allowed and not is_author and user.pk not in counting,
        "may_withdraw": review.created_by_id == user.pk and user.has_perms(REQUEST_REVIEW),
        "may_deploy": allowed and not missing and not effects["problems"],
        "may_override": bool(missing) and user.has_perms(OVERRIDE_APPROVALS) and not effects["problems"],
        **effects,
    }


def _submit(
    request: HttpRequest, review: Review, action: str, form: ReviewForm, reviewed: str
) -> HttpResponse | None:
    """Do what the posted button says, and redirect. Return None if the page has to show a problem."""
    if not form.is_valid():
        return None
    try:
        # The author can withdraw a review whatever it proposes by now. A missing fingerprint counts as outdated.
        if action != "withdraw" and request.POST.get("reviewed", "") != reviewed:
            raise OutdatedReviewError
        return _do(request, review, action, form, reviewed)
    except OutdatedReviewError:
        messages.warning(request, OUTDATED)
    except FailingTestCasesError:
        message = _("Fix the failing test cases, or select this to deploy anyway.")
        form.add_error("ignore_test_case_failures", message)
    except RollBackError:
        messages.info(request, _("The same is already live. Withdraw or decline the review."))
    except CompileError:
        messages.error(request, _("Nothing was deployed because of the problems on this page."))
    except (ReviewError, ApprovalRequiredError, PublishBusyError) as error:
        messages.error(request, str(error))
        if isinstance(error, ReviewError):
            return HttpResponseRedirect(request.get_full_path())
    return None


def _do(request: HttpRequest, review: Review, action: str, form: ReviewForm, reviewed: str) -> HttpResponse:
    """Do what a valid form says, and redirect. Raises what the services raise."""
    user, reason = current_user(request), form.cleaned_data["reason"]
    match action:
        case "approve":
            approve(review, by=user, reviewed=reviewed)
            messages.success(request, _("Approved."))
        case "decline":
            decline(review, by=user, reason=reason)
            messages.success(request, _("Review declined."))
        case "withdraw":
            withdraw(review, by=user)
            messages.success(request, _("Review withdrawn."))
        case _:
            override = Override(user, reason) if action == "override" else None
            return _deploy(request, review, form, reviewed, override)
    return HttpResponseRedirect(request.get_full_path())


def _deploy(
    request: HttpRequest, review: Review, form: ReviewForm, reviewed: str, override: Override | None
) -> HttpResponse:
    """Deploy what a review proposes, and redirect to the releases, where the live check runs."""
    result = deploy_review(
        review,
        by=current_user(request),
        reviewed=reviewed,
        ignore_test_case_failures=form.cleaned_data["ignore_test_case_failures"],
        override=override,
    )
    words = {"number": result.deployment.release.number, "environment": review.environment}
    if result.created:
        messages.success(request, _("Release #%(number)s is live in %(environment)s.") % words)
    else:
        messages.info(request, _("Release #%(number)s was already live in %(environment)s.") % words)
    if result.canceled:
        messages.warning(request, canceled_message(result.canceled))
    if not request.user.has_perm("fullstory_dest.view_release"):
        return HttpResponseRedirect(request.get_full_path())
    return HttpResponseRedirect(tab_url(review.environment.source_id, "releases"))


@source_view("fullstory_dest.view_review", *VIEW_DRAFTS)
def reviews_tab(request: HttpRequest, source: Source) -> HttpResponse:
    """List the open reviews of a source, and the closed ones. ``?before=`` shows those with lower IDs."""
    found = Review.objects.filter(environment__source=source).select_related(
        "environment", "release", "restored__release", "created_by", "closed_by"
    )
    found = found.defer(
        "release__spec", "release__compiled", "restored__release__spec", "restored__release__compiled"
    )
    closed, before = found.exclude(state=Review.State.OPEN), parse_number(request.GET.get("before", ""))
    requiring = [each for each in environments_of(source) if each.required_approvals]
    user = current_user(request)
    page = list((closed if before is None else closed.filter(pk__lt=before))[: REVIEWS_SHOWN + 1])
    return source_tab(
        request,
        source,
        "reviews",
        template="fullstory_dest/reviews/reviews_tab.html",
        open_reviews=found.filter(state=Review.State.OPEN)[:REVIEWS_SHOWN],
        closed_reviews=page[:REVIEWS_SHOWN],
        older=page[REVIEWS_SHOWN - 1].pk if len(page) > REVIEWS_SHOWN else None,
        requiring=requiring,
        # Publishers need no review where no approvals are required.
        may_request=user.has_perms(REQUEST_REVIEW) and (requiring or not user.has_perms(PUBLISH)),
    )
