"""The list of releases, and their pages with the changes in each."""

from __future__ import annotations

import re
from typing import Any, Final

from django.contrib import admin
from django.db.models import Count, OuterRef, Prefetch, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.contrib.filters.admin import AutocompleteSelectFilter
from unfold.decorators import display

from fullstory_dest.admin.base.json_field import pretty
from fullstory_dest.admin.base.model_admin import ReadOnlyAdmin
from fullstory_dest.admin.base.times import time_column
from fullstory_dest.admin.links import link
from fullstory_dest.admin.releases.diff import diff_items
from fullstory_dest.admin.releases.roll_back import is_same
from fullstory_dest.models import Deployment, Environment, Release
from fullstory_dest.services.accounts.permissions import PUBLISH, REQUEST_REVIEW, RESTORE_DRAFTS, VIEW_DRAFTS
from fullstory_dest.services.sources.install_tags import pinned_tag

#: Deployments shown on a release's page.
DEPLOYMENTS_SHOWN = 50
#: Names of environments that the list shows of a release with more than one beyond that.
NAMES_SHOWN = 3


#: The start of a digest, as a search term.
DIGEST: Final = re.compile(r"[0-9A-Fa-f]{6,64}")


@admin.register(Release)
class ReleaseAdmin(ReadOnlyAdmin):
    list_display = ("numbered", "source_link", "live_label", "note", "created_by", "created")
    list_filter = (("source", AutocompleteSelectFilter), "created_at")
    list_select_related = ("source", "created_by")
    search_fields = ("note", "source__name")
    search_help_text = gettext_lazy("Search by note, source or digest")
    ordering = ("-id",)
    fields = ("source", "number", "note", "created_by", "created")
    created = staticmethod(time_column("created_at", gettext_lazy("created")))

    def get_queryset(self, request: HttpRequest) -> QuerySet[Release]:
        """Annotate each release with the number of its source's ``environments``, and where it's live (``lives``)."""
        counted = Environment.objects.filter(source=OuterRef("source")).order_by().values("source")
        lives = Deployment.objects.filter(live_in__isnull=False).select_related("environment")
        releases: QuerySet[Release] = super().get_queryset(request)
        return (
            releases.annotate(environments=Subquery(counted.annotate(count=Count("pk")).values("count")))
            .prefetch_related(Prefetch("deployments", lives.order_by("environment__position"), "lives"))
            .defer("spec", "compiled")
            .select_related("source", "created_by")
        )

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Release], search_term: str
    ) -> tuple[QuerySet[Release], bool]:
        """Search for the start of a digest, too, which has an index."""
        if DIGEST.fullmatch(search_term):
            deployed = Deployment.objects.filter(snippet_id__startswith=search_term.lower())
            if found := queryset.filter(pk__in=deployed.values("release")):
                return found, False
        return super().get_search_results(request, queryset, search_term)

    @display(description=gettext_lazy("release"), ordering="number")
    def numbered(self, release: Release) -> str:
        return f"#{release.number}"

    @display(description=gettext_lazy("source"), ordering="source__name")
    def source_link(self, release: Release) -> SafeString | str:
        return link(release.source)

    @display(description=gettext_lazy("state"))
    def live_label(self, release: Any) -> SafeString:
        return render_to_string("fullstory_dest/releases/live_label.html", live_in(release))

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        release = context["original"]
        before = (
            Release.objects.filter(source=release.source_id, number__lt=release.number)
            .order_by("-number")
            .first()
        )
        deployments = release.deployments.select_related("environment__live", "created_by", "restored")
        context |= {
            "before": before,
            "changes": diff_items(
                before.spec if before else None, release.spec, everything="all" in request.GET
            ),
            "several": release.environments > 1,
            "is_live": bool(release.lives),
            "live_text": live_text(release),
            "deployments": [
                {
                    "deployment": each,
                    "is_live": each.pk == each.environment.live_id,
                    "can_roll_back": each.environment.live and not is_same(each.environment.live, each),
                    "tag": pinned_tag(each),
                }
                for each in deployments.order_by("-id")[:DEPLOYMENTS_SHOWN]
            ],
            "may_publish": request.user.has_perms(PUBLISH),
            "may_preview": request.user.has_perms(VIEW_DRAFTS),
            "may_request": request.user.has_perms(REQUEST_REVIEW),
            "may_restore": request.user.has_perms(RESTORE_DRAFTS),
            "spec": pretty(release.spec),
            "compiled": pretty(release.compiled),
        }
        return super().render_change_form(request, context, *args, **kwargs)


def live_in(release: Any) -> dict[str, Any]:
    """Whether an annotated release is live, and the environments if its source has several: the first few names."""
    names = [deployment.environment.name for deployment in release.lives]
    if release.environments == 1:
        names = []
    shown = NAMES_SHOWN if len(names) > NAMES_SHOWN + 1 else len(names)
    return {"is_live": bool(release.lives), "names": names[:shown], "more": len(names) - shown}


def live_text(release: Any) -> str:
    """Whether an annotated release is live, and where if its source has several environments."""
    if not release.lives:
        return _("Superseded")
    if release.environments == 1:
        return _("Live")
    names = ", ".join(deployment.environment.name for deployment in release.lives)
    return _("Live in %(environments)s") % {"environments": names}
