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
from fullstory_dest.admin.pages import admin_page, current_user, has_several_environments
from fullstory_dest.admin.releases.diff import diff_items
from fullstory_dest.models import Deployment
from fullstory_dest.models.release import MAXIMUM_NOTE_LENGTH
from fullstory_dest.services.accounts.permissions import PUBLISH
from fullstory_dest.services.publishing.approvals import ApprovalRequiredError
from fullstory_dest.services.publishing.deploy import (
    SCHEDULED_PUBLISH_CANCELED,
    LiveDeploymentChangedError,
    RollBackError,
    content,
)
from fullstory_dest.services.publishing.roll_back import roll_back
from fullstory_dest.services.spec import live_spec
from fullstory_dest.unstorable_text import without_unstorable


def roll_back_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the changes that rolling back makes. A POST rolls back."""
    if not request.user.has_perms((*PUBLISH, "fullstory_dest.view_release")):
        raise PermissionDenied
    related = ("release__source", "environment__live__release")
    deployment = get_object_or_404(Deployment.objects.select_related(*related), pk=pk)
    environment, release = deployment.environment, deployment.release
    environment.source = release.source
    note = without_unstorable(request.POST.get("note", "")).strip()
    if len(note) > MAXIMUM_NOTE_LENGTH:
        message = _("The note is longer than %(count)d characters. Shorten it, then roll back.")
        messages.error(request, message % {"count": MAXIMUM_NOTE_LENGTH})
    elif request.method == "POST" and (response := _roll_back(request, deployment, note)):
        return response
    live = environment.live
    several = has_several_environments(release.source)
    owner: Any = f"{release.source}, {environment}" if several else release.source
    return admin_page(
        request,
        "fullstory_dest/releases/roll_back.html",
        _("Roll back %(owner)s") % {"owner": owner},
        object=release,
        release=release,
        live=live,
        waiting=environment.scheduled_publishes.waiting().first(),
        is_live=live is None or is_same(live, deployment),
        changes=diff_items(live_spec(live), live_spec(deployment), everything="all" in request.GET)
        if live
        else [],
        note=note,
        maximum_note=MAXIMUM_NOTE_LENGTH,
        release_url=admin_url(release, "change", release.pk),
    )


def is_same(live: Deployment, deployment: Deployment) -> bool:
    """Whether rolling back to a deployment would change nothing."""
    return live.release_id == deployment.release_id and content(live) == content(deployment)


def _roll_back(request: HttpRequest, deployment: Deployment, note: str) -> HttpResponse | None:
    """Roll back, and redirect. Return None if the page has to show a problem."""
    number, release = {"number": deployment.release.number}, deployment.release
    try:
        result = roll_back(
            deployment,
            by=current_user(request),
            note=note,
            # A form without the live deployment counts as outdated.
            expected_live=parse_number(request.POST.get("live", "")) or 0,
        )
    except LiveDeploymentChangedError:
        messages.warning(
            request,
            _("Another release went live after you opened this page. Review the changes, then roll back."),
        )
        return HttpResponseRedirect(request.get_full_path())
    except RollBackError:
        messages.info(request, _("The content of release #%(number)s is already live.") % number)
        return HttpResponseRedirect(admin_url(release, "change", release.pk))
    except ApprovalRequiredError as error:
        messages.error(request, str(error))
        return None
    messages.success(request, _("Rolled back to #%(number)s. Your drafts are unchanged.") % number)
    if result.canceled:
        messages.warning(request, SCHEDULED_PUBLISH_CANCELED)
    return HttpResponseRedirect(tab_url(release.source_id, "releases"))
