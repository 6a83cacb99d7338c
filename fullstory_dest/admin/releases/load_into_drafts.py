"""The page that loads a release into the drafts."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _

from fullstory_dest.admin.pages import admin_page
from fullstory_dest.admin.releases.diff import diff_items
from fullstory_dest.models import Release, Source
from fullstory_dest.services.accounts.permissions import RESTORE_DRAFTS
from fullstory_dest.services.drafts.restore_drafts import restore_drafts
from fullstory_dest.services.publishing.deploy import OutdatedReviewError, drafts_fingerprint
from fullstory_dest.services.spec import source_spec


def load_into_drafts(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the changes that loading a release makes to the drafts. A POST loads it."""
    if not request.user.has_perms(RESTORE_DRAFTS):
        raise PermissionDenied
    release = get_object_or_404(Release.objects.select_related("source"), pk=pk)
    problems: list[str] = []
    if request.method == "POST":
        problems = _load(request, release)
        if not problems:
            return HttpResponseRedirect(
                reverse("admin:fullstory_dest_source_publish", args=[release.source_id])
            )
    drafts = source_spec(Source.objects.get(pk=release.source_id))
    title = _("Load release #%(number)s into the drafts of %(source)s") % {
        "source": release.source,
        "number": release.number,
    }
    return admin_page(
        request,
        "fullstory_dest/releases/load_into_drafts.html",
        title,
        object=release,
        release=release,
        changes=diff_items(drafts, release.spec, everything="all" in request.GET),
        problems=problems,
        reviewed=drafts_fingerprint(drafts),
    )


def _load(request: HttpRequest, release: Release) -> list[str]:
    """Load the release. Return error messages if that failed."""
    try:
        restore_drafts(release, reviewed=request.POST.get("reviewed", ""))
    except OutdatedReviewError:
        return [
            _("The drafts changed after you opened this page. Review them again before loading the release.")
        ]
    except ValidationError as error:
        return [
            _("The drafts are unchanged. This release breaks rules that were added since then."),
            *error.messages,
        ]
    words = {"number": release.number}
    messages.success(request, _("Release #%(number)s loaded into the drafts. Nothing was published.") % words)
    return []
