"""The page that rolls back to an earlier deployment."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from fullstory_dest.admin.base.posted_inputs import parse_number
from fullstory_dest.admin.links import admin_url, tab_url
from fullstory_dest.admin.pages import admin_page, current_user, environments_of
from fullstory_dest.admin.releases.approvals import approvals_context, request_and_redirect
from fullstory_dest.admin.releases.deploy_form import (
    DeployForm,
    posted_intent,
    schedule_and_redirect,
    schedule_context,
)
from fullstory_dest.admin.releases.diff import diff_items
from fullstory_dest.admin.releases.proposal_words import canceled_message
from fullstory_dest.models import Deployment
from fullstory_dest.services.accounts.permissions import PUBLISH, REQUEST_REVIEW
from fullstory_dest.services.publishing.approvals import ApprovalRequiredError
from fullstory_dest.services.publishing.deploy import (
    LiveDeploymentChangedError,
    RollBackError,
    content,
    fingerprint,
)
from fullstory_dest.services.publishing.roll_back import roll_back
from fullstory_dest.services.publishing.schedule_deployment import ScheduleError
from fullstory_dest.services.spec import live_spec


def roll_back_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the changes that rolling back makes. A POST rolls back, schedules that, or requests a review."""
    intent = posted_intent(request)
    related = ("release__source", "environment__live__release")
    deployment = get_object_or_404(Deployment.objects.select_related(*related), pk=pk)
    environment, release = deployment.environment, deployment.release
    environment.source = release.source
    if not may_roll_back(request):
        raise PermissionDenied
    spec, live = live_spec(deployment), environment.live
    posted = request.POST if request.method == "POST" else None
    form = DeployForm(
        posted, initial={"reviewed": fingerprint(spec)}, intent=intent, kind=Deployment.Kind.ROLLBACK
    )
    form.fields["note"].widget.attrs["placeholder"] = _("Reason for the rollback")
    if posted and form.is_valid() and (response := _submit(request, deployment, form)):
        return response
    several = len(environments_of(release.source)) > 1
    owner: Any = f"{release.source}, {environment}" if several else release.source
    return admin_page(
        request,
        "fullstory_dest/releases/roll_back.html",
        _("Roll back %(owner)s") % {"owner": owner},
        object=release,
        release=release,
        source=release.source,
        environment=environment,
        live=live,
        form=form,
        allowed=request.user.has_perms(PUBLISH),
        seen={"live": str(live.pk if live else 0)},
        back_url=admin_url(release, "change", release.pk),
        same_documents=live is not None and content(live) == content(deployment),
        is_live=live is None or is_same(live, deployment),
        changes=diff_items(live_spec(live), spec, everything="all" in request.GET) if live else [],
        **schedule_context(environment),
        **approvals_context(request, environment, spec, restored=deployment),
    )


def may_roll_back(request: HttpRequest) -> bool:
    """Whether a user can roll back, or request a review of that."""
    user = request.user
    return (user.has_perms(PUBLISH) or user.has_perms(REQUEST_REVIEW)) and user.has_perm(
        "fullstory_dest.view_release"
    )


def is_same(live: Deployment, deployment: Deployment) -> bool:
    """Whether rolling back to a deployment would change nothing."""
    return live.release_id == deployment.release_id and content(live) == content(deployment)


def _submit(request: HttpRequest, deployment: Deployment, form: DeployForm) -> HttpResponse | None:
    """Do what a valid form asks for, and redirect. Return None if the page has to show a problem."""
    environment, release = deployment.environment, deployment.release
    note, reviewed = form.cleaned_data["note"], fingerprint(live_spec(deployment))
    try:
        if form.intent == "request":
            return request_and_redirect(
                request, environment, note=note, reviewed=reviewed, restored=deployment
            )
        if form.later:
            return schedule_and_redirect(request, environment, form, reviewed=reviewed, restored=deployment)
        return _roll_back(request, deployment, form)
    except LiveDeploymentChangedError:
        messages.warning(
            request,
            _("Another release went live after you opened this page. Review the changes, then roll back."),
        )
        return HttpResponseRedirect(request.get_full_path())
    except RollBackError:
        number = {"number": release.number}
        messages.info(request, _("The content of release #%(number)s is already live.") % number)
        return HttpResponseRedirect(admin_url(release, "change", release.pk))
    except ScheduleError as error:
        form.add_error("at", str(error))
    except ApprovalRequiredError as error:
        messages.error(request, str(error))
    return None


def _roll_back(request: HttpRequest, deployment: Deployment, form: DeployForm) -> HttpResponse:
    """Roll back, and redirect to the releases. Raises what ``roll_back`` raises."""
    release = deployment.release
    result = roll_back(
        deployment,
        by=current_user(request),
        note=form.cleaned_data["note"],
        # A form without the live deployment counts as outdated.
        expected_live=parse_number(request.POST.get("live", "")) or 0,
        override=form.override(request),
    )
    number = {"number": release.number}
    messages.success(request, _("Rolled back to #%(number)s. Your drafts are unchanged.") % number)
    if result.canceled:
        messages.warning(request, canceled_message(result.canceled))
    return HttpResponseRedirect(tab_url(release.source_id, "releases"))
