"""The page that reviews a source's changes and publishes them, now or at a scheduled time."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from fullstory_dest.admin.base.posted_inputs import parse_ids
from fullstory_dest.admin.links import admin_url, tab_url
from fullstory_dest.admin.pages import (
    admin_page,
    chosen_environment,
    current_user,
    environments_of,
    has_several_environments,
    source_view,
)
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
from fullstory_dest.admin.sources.publish_warnings import (
    differing_triggers,
    mapping_warnings,
    sending_warnings,
)
from fullstory_dest.compiler.check import CompileError
from fullstory_dest.compiler.schema import DeployedSpec
from fullstory_dest.models import Deployment, Environment, ScheduledDeployment, Source
from fullstory_dest.services.accounts.permissions import PUBLISH, RESTORE_DRAFTS, VIEW_DRAFTS
from fullstory_dest.services.publishing.approvals import ApprovalRequiredError
from fullstory_dest.services.publishing.deploy import (
    OutdatedReviewError,
    fingerprint,
)
from fullstory_dest.services.publishing.drafts_ahead import are_drafts_ahead
from fullstory_dest.services.publishing.publish_with_test_cases import (
    FailingTestCasesError,
    PublishBusyError,
    check_with_test_cases,
    publish_with_test_cases,
)
from fullstory_dest.services.publishing.schedule_deployment import (
    ScheduleError,
    cancel_scheduled_deployment,
)
from fullstory_dest.services.spec import drafts_in, live_spec, release_in

OUTDATED = gettext_lazy("The drafts changed after you opened this page. Review them again before publishing.")


@source_view(*VIEW_DRAFTS)
def publish_page(request: HttpRequest, source: Source, *, published_url: str = "") -> HttpResponse:
    """Show what publishing would change. A POST publishes, schedules, or requests a review.

    A POST with ``cancel`` (an id) cancels a scheduled deployment instead. Publishing redirects to ``published_url``, or
    to the releases.
    """
    allowed = request.user.has_perms(PUBLISH)
    intent = posted_intent(request)
    if "cancel" in request.POST:
        return _cancel(request, source)
    environments = environments_of(source, compiled=True)
    environment = chosen_environment(request, source)
    spec = drafts_in(environment)
    form = DeployForm(
        request.POST if request.method == "POST" else None,
        initial={"reviewed": fingerprint(spec)},
        intent=intent,
    )
    if request.method == "POST":
        # A missing fingerprint counts as outdated.
        if request.POST.get("reviewed", "") != fingerprint(spec):
            messages.warning(request, OUTDATED)
            typed = {key: request.POST.get(key, "") for key in ("note", "at", "override_reason")}
            form = DeployForm(initial={"reviewed": fingerprint(spec), **typed})
        elif response := _submit(request, environment, form, spec, published_url):
            return response
    title = (_("Publish %(source)s") if allowed else _("Changes of %(source)s")) % {"source": source}
    return admin_page(
        request,
        "fullstory_dest/sources/publish.html",
        title,
        object=source,
        source=source,
        form=form,
        allowed=allowed,
        source_url=admin_url(source, "change", source.pk),
        environment=environment,
        environments=environments,
        **_changes_context(request, environment, spec),
        **schedule_context(environment),
        **effects_context(request, environment, spec),
        **approvals_context(request, environment, spec),
    )


def _changes_context(request: HttpRequest, environment: Environment, spec: DeployedSpec) -> dict[str, Any]:
    """The changes, and warnings about them."""
    live = environment.live
    others = [each for each in environments_of(environment.source) if each.live and not live]
    equal = (each for each in others if each.live and release_in(each.live.release, environment) == spec)
    return {
        "live": live,
        # Whether another one has a release, and the environment where these drafts are live, if nothing is live here.
        "published": bool(others),
        "equal": next(equal, None),
        "ahead": are_drafts_ahead(live, spec),
        "may_restore": request.user.has_perms(RESTORE_DRAFTS),
        "changes": diff_items(live_spec(live) if live else None, spec, everything="all" in request.GET),
        "warnings": [*sending_warnings(environment.source, spec), *mapping_warnings(spec)],
        "differing": differing_triggers(spec),
    }


def _cancel(request: HttpRequest, source: Source) -> HttpResponse:
    """Cancel the posted scheduled deployment, and redirect to the page."""
    keys = parse_ids([request.POST["cancel"]])
    pending = ScheduledDeployment.objects.filter(environment__source=source, pk__in=keys).first()
    if pending is None:
        raise Http404
    if cancel_scheduled_deployment(pending, by=current_user(request)):
        messages.success(request, canceled_message(pending))
    else:
        messages.warning(request, _("This deployment has already run. Check the releases for its result."))
    if pending.kind != Deployment.Kind.PUBLISH:
        return HttpResponseRedirect(tab_url(source, "overview"))
    return HttpResponseRedirect(request.get_full_path())


def _submit(
    request: HttpRequest, environment: Environment, form: DeployForm, spec: DeployedSpec, published_url: str
) -> HttpResponse | None:
    """Publish, schedule or request a review, and redirect. Return None if the page has to show a problem."""
    valid, reviewed = form.is_valid(), fingerprint(spec)
    ignore = form.cleaned_data.get("ignore_test_case_failures")
    try:
        if form.intent == "request":
            return _request(request, environment, form, reviewed) if valid else None
        if not ignore and not (valid and form.intent in ("deploy", "override")):
            # Failing test cases are shown together with the other errors.
            check_with_test_cases(environment.source, spec)
        if valid and form.later:
            return schedule_and_redirect(request, environment, form, reviewed=reviewed)
        if valid:
            return _publish(request, environment, form, reviewed, published_url)
    except FailingTestCasesError:
        message = _("Fix the failing test cases, or select this to publish anyway.")
        form.add_error("ignore_test_case_failures", message)
    except OutdatedReviewError:
        # The drafts changed during this request. Reloading shows the current ones.
        messages.warning(request, OUTDATED)
        return HttpResponseRedirect(request.get_full_path())
    except PublishBusyError as error:
        messages.warning(request, str(error))
    except ApprovalRequiredError as error:
        messages.error(request, str(error))
    except ScheduleError as error:
        form.add_error("at", str(error))
    except CompileError:
        messages.error(
            request, _("Nothing was published because the drafts have problems. Fix them and try again.")
        )
    return None


def _request(request: HttpRequest, environment: Environment, form: DeployForm, reviewed: str) -> HttpResponse:
    return request_and_redirect(request, environment, note=form.cleaned_data["note"], reviewed=reviewed)


def _publish(
    request: HttpRequest, environment: Environment, form: DeployForm, reviewed: str, published_url: str
) -> HttpResponse:
    """Publish, and redirect to ``published_url`` or the releases. Raises what ``publish_with_test_cases`` raises."""
    result = publish_with_test_cases(
        environment,
        by=current_user(request),
        note=form.cleaned_data["note"],
        reviewed=reviewed,
        ignore_test_case_failures=form.cleaned_data["ignore_test_case_failures"],
        override=form.override(request),
    )
    number = result.deployment.release.number
    if result.created and has_several_environments(environment.source):
        words = {"number": number, "environment": environment}
        messages.success(request, _("Published release #%(number)s to %(environment)s.") % words)
    elif result.created:
        messages.success(request, _("Published as release #%(number)s.") % {"number": number})
    else:
        messages.info(
            request, _("No changes to publish. Release #%(number)s is already live.") % {"number": number}
        )
    if result.canceled:
        messages.warning(request, canceled_message(result.canceled))
    if published_url:
        return HttpResponseRedirect(published_url)
    if not request.user.has_perm("fullstory_dest.view_release"):
        return HttpResponseRedirect(admin_url(Source, "change", environment.source_id))
    return HttpResponseRedirect(tab_url(environment.source_id, "releases"))
