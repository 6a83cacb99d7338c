"""The page that promotes a release from one environment of a source to the next."""

from __future__ import annotations

from itertools import pairwise

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _

from fullstory_dest.admin.base.posted_inputs import parse_number
from fullstory_dest.admin.links import tab_url
from fullstory_dest.admin.pages import admin_page, current_user, environments_of, source_view
from fullstory_dest.admin.releases.approvals import approvals_context, request_and_redirect
from fullstory_dest.admin.releases.deploy_form import (
    DeployForm,
    posted_intent,
    schedule_and_redirect,
    schedule_context,
)
from fullstory_dest.admin.releases.diff import diff_items
from fullstory_dest.admin.releases.effects import effects_context
from fullstory_dest.admin.releases.proposal_words import canceled_message
from fullstory_dest.compiler.check import CompileError, check_settings_of
from fullstory_dest.compiler.compile import configure
from fullstory_dest.models import Deployment, Environment, Release, Source
from fullstory_dest.services.accounts.permissions import PUBLISH
from fullstory_dest.services.publishing.approvals import ApprovalRequiredError
from fullstory_dest.services.publishing.deploy import (
    LiveDeploymentChangedError,
    OutdatedReviewError,
    check_review,
    fingerprint,
)
from fullstory_dest.services.publishing.promote import promote
from fullstory_dest.services.publishing.publish_with_test_cases import (
    FailingTestCasesError,
    PublishBusyError,
    require_passing,
)
from fullstory_dest.services.publishing.schedule_deployment import ScheduleError
from fullstory_dest.services.spec import live_spec, release_in


@source_view("fullstory_dest.view_release")
def promote_page(request: HttpRequest, source: Source, slug: str) -> HttpResponse:
    """Show what promoting the release that is live in the environment before would change.

    A POST promotes it, schedules that, or requests a review.
    """
    intent = posted_intent(request)
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
    posted = request.POST if request.method == "POST" else None
    form = DeployForm(
        posted, initial={"reviewed": fingerprint(spec)}, intent=intent, kind=Deployment.Kind.PROMOTE
    )
    if posted and form.is_valid() and (response := _submit(request, release, environment, form)):
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
        allowed=request.user.has_perms(PUBLISH),
        seen={"release": str(release.pk), "live": str(live.pk if live else 0)},
        back_url=tab_url(source, "overview"),
        changes=diff_items(live_spec(live) if live else None, spec, everything="all" in request.GET),
        **schedule_context(environment),
        **effects_context(request, environment, spec, release),
        **approvals_context(request, environment, spec, release=release),
    )


def _neighbors(source: Source, slug: str) -> tuple[Environment, Environment]:
    """The environment with this slug, after the one before it in the promotion order. Raises Http404."""
    environments = environments_of(source, compiled=True)
    for origin, environment in pairwise(environments):
        if environment.slug == slug:
            return origin, environment
    raise Http404


def _submit(
    request: HttpRequest, release: Release, environment: Environment, form: DeployForm
) -> HttpResponse | None:
    """Do what a valid form asks for, and redirect. Return None if the page has to show a problem."""
    reviewed, ignore = form.cleaned_data["reviewed"], form.cleaned_data["ignore_test_case_failures"]
    try:
        if form.intent == "request":
            note = form.cleaned_data["note"]
            return request_and_redirect(request, environment, note=note, reviewed=reviewed, release=release)
        if form.later:
            spec = release_in(release, environment)
            check_review(spec, reviewed)
            check_settings_of(spec)
            if not ignore:
                require_passing(environment.source, configure(spec, release.compiled))
            return schedule_and_redirect(request, environment, form, reviewed=reviewed, release=release)
        return _promote(request, release, environment, form)
    except (LiveDeploymentChangedError, OutdatedReviewError):
        message = _("%(environment)s changed after you opened this page. Review the changes again.")
        messages.warning(request, message % {"environment": environment})
        return HttpResponseRedirect(request.get_full_path())
    except FailingTestCasesError:
        message = _("Fix the failing test cases, or select this to promote anyway.")
        form.add_error("ignore_test_case_failures", message)
    except ScheduleError as error:
        form.add_error("at", str(error))
    except (ApprovalRequiredError, PublishBusyError, CompileError) as error:
        messages.error(request, str(error))
    return None


def _promote(
    request: HttpRequest, release: Release, environment: Environment, form: DeployForm
) -> HttpResponse:
    """Promote, and redirect to the releases. Raises what ``promote`` raises."""
    result = promote(
        release,
        environment,
        by=current_user(request),
        note=form.cleaned_data["note"],
        reviewed=form.cleaned_data["reviewed"],
        # 0 if nothing was live. A form without it counts as outdated.
        expected_live=-1 if (seen := parse_number(request.POST.get("live", ""))) is None else seen,
        ignore_test_case_failures=form.cleaned_data["ignore_test_case_failures"],
        override=form.override(request),
    )
    words = {"number": release.number, "environment": environment}
    if result.created:
        messages.success(request, _("Promoted release #%(number)s to %(environment)s.") % words)
    else:
        messages.info(request, _("Release #%(number)s is already live in %(environment)s.") % words)
    if result.canceled:
        messages.warning(request, canceled_message(result.canceled))
    return HttpResponseRedirect(tab_url(environment.source_id, "releases"))
