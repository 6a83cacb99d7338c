"""The page that promotes a release from one environment of a source to the next."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _

from fullstory_dest.admin.base.posted_inputs import parse_number
from fullstory_dest.admin.links import tab_url
from fullstory_dest.admin.pages import admin_page, current_user, environments_of, source_view
from fullstory_dest.admin.releases.diff import diff_items
from fullstory_dest.admin.releases.test_case_results import results_of_runs
from fullstory_dest.admin.sources.publish import PublishForm
from fullstory_dest.compiler.check import CompileError
from fullstory_dest.compiler.compile import configure
from fullstory_dest.models import Environment, Release, Source
from fullstory_dest.services.accounts.permissions import PUBLISH
from fullstory_dest.services.previews.engine import PREVIEW_ENGINE, TEST_CASE_ENGINE, PreviewError
from fullstory_dest.services.previews.test_cases import run_test_cases
from fullstory_dest.services.publishing.approvals import ApprovalRequiredError
from fullstory_dest.services.publishing.deploy import (
    SCHEDULED_PUBLISH_CANCELED,
    LiveDeploymentChangedError,
    OutdatedReviewError,
    fingerprint,
)
from fullstory_dest.services.publishing.promote import promote
from fullstory_dest.services.publishing.publish_with_test_cases import FailingTestCasesError, PublishBusyError
from fullstory_dest.services.spec import live_spec, release_in


@source_view("fullstory_dest.view_release")
def promote_page(request: HttpRequest, source: Source, slug: str) -> HttpResponse:
    """Show what promoting the release that is live in the environment before would change. A POST promotes it."""
    allowed = request.user.has_perms(PUBLISH)
    if request.method == "POST" and not allowed:
        raise PermissionDenied
    origin, environment = _neighbors(source, slug)
    if origin.live is None:
        message = _("Nothing is live in %(environment)s yet. Publish to it first.")
        messages.info(request, message % {"environment": origin})
        return HttpResponseRedirect(tab_url(source, "overview"))
    release = origin.live.release
    if request.method == "POST" and request.POST.get("release") != str(release.pk):
        message = _(
            "Another release went live in %(environment)s after you opened this page. Review it again."
        )
        messages.warning(request, message % {"environment": origin})
        return HttpResponseRedirect(request.get_full_path())
    spec = release_in(release, environment)
    form = PublishForm(
        request.POST if request.method == "POST" else None, initial={"reviewed": fingerprint(spec)}
    )
    if request.method == "POST" and (response := _promote(request, release, environment, form)):
        return response
    live = environment.live
    return admin_page(
        request,
        "fullstory_dest/sources/promote.html",
        _("Promote #%(number)s to %(environment)s") % {"number": release.number, "environment": environment},
        object=source,
        source=source,
        origin=origin,
        environment=environment,
        release=release,
        live=live,
        form=form,
        allowed=allowed,
        changes=diff_items(live_spec(live) if live else None, spec, everything="all" in request.GET),
        waiting=environment.scheduled_publishes.waiting().first(),
        **_test_cases_context(request, release, environment),
    )


def _neighbors(source: Source, slug: str) -> tuple[Environment, Environment]:
    """The environment with this slug, after the one before it in the promotion order. Raises Http404."""
    environments = environments_of(source)
    for origin, environment in pairwise(environments):
        if environment.slug == slug:
            return origin, environment
    raise Http404


def _test_cases_context(request: HttpRequest, release: Release, environment: Environment) -> dict[str, Any]:
    """The results of the test cases with what is live and with the release."""
    live = environment.live
    test_cases = list(environment.source.test_cases.order_by("name"))
    runs, run_error = [], ""
    engine = TEST_CASE_ENGINE if request.user.has_perms(PUBLISH) else PREVIEW_ENGINE
    try:
        after = configure(release_in(release, environment), release.compiled)
        before = configure(live_spec(live), live.release.compiled) if live and test_cases else None
        ran = run_test_cases(test_cases, after, before, engine=engine)
        runs = results_of_runs(ran, everything="all" in request.GET)
    except PreviewError as error:
        run_error = _("Test cases couldn't run: %(why)s.") % {"why": error}
    return {
        "runs": runs,
        "affected": [run for run in runs if run.changes],
        "failing": [run for run in runs if run.fails],
        "run_error": run_error,
    }


def _promote(
    request: HttpRequest, release: Release, environment: Environment, form: PublishForm
) -> HttpResponse | None:
    """Promote, and redirect. Return None if the page has to show a problem."""
    if not form.is_valid():
        return None
    try:
        result = promote(
            release,
            environment,
            by=current_user(request),
            note=form.cleaned_data["note"],
            reviewed=form.cleaned_data["reviewed"],
            # 0 if nothing was live. A form without it counts as outdated.
            expected_live=-1 if (seen := parse_number(request.POST.get("live", ""))) is None else seen,
            ignore_test_case_failures=form.cleaned_data["ignore_test_case_failures"],
        )
    except (LiveDeploymentChangedError, OutdatedReviewError):
        message = _("%(environment)s changed after you opened this page. Review the changes again.")
        messages.warning(request, message % {"environment": environment})
        return HttpResponseRedirect(request.get_full_path())
    except FailingTestCasesError:
        message = _("Fix the failing test cases, or select this to promote anyway.")
        form.add_error("ignore_test_case_failures", message)
        return None
    except (ApprovalRequiredError, PublishBusyError, CompileError) as error:
        messages.error(request, str(error))
        return None
    words = {"number": release.number, "environment": environment}
    if result.created:
        messages.success(request, _("Promoted release #%(number)s to %(environment)s.") % words)
    else:
        messages.info(request, _("Release #%(number)s is already live in %(environment)s.") % words)
    if result.canceled:
        messages.warning(request, SCHEDULED_PUBLISH_CANCELED)
    return HttpResponseRedirect(tab_url(environment.source_id, "releases"))
