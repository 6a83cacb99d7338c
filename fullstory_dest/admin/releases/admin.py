"""The list of releases, their pages with the changes in each, and rolling back."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.contrib.filters.admin import AutocompleteSelectFilter
from unfold.decorators import action, display
from unfold.enums import ActionVariant

from fullstory_dest.admin.base.json_field import pretty
from fullstory_dest.admin.base.model_admin import ReadOnlyAdmin
from fullstory_dest.admin.base.posted_inputs import parse_number
from fullstory_dest.admin.links import admin_url, link
from fullstory_dest.admin.pages import admin_page, current_user
from fullstory_dest.admin.releases.diff import diff_items
from fullstory_dest.models import Release
from fullstory_dest.models.release import MAXIMUM_NOTE_LENGTH
from fullstory_dest.services.accounts.permissions import PUBLISH, VIEW_DRAFTS
from fullstory_dest.services.publishing.publish import SCHEDULED_PUBLISH_CANCELED, live_release
from fullstory_dest.services.publishing.roll_back import LiveReleaseChangedError, RollBackError, roll_back
from fullstory_dest.services.sources.install_tags import pinned_tag
from fullstory_dest.unstorable_text import without_unstorable


@admin.register(Release)
class ReleaseAdmin(ReadOnlyAdmin):
    list_display = ("numbered", "source_link", "is_live", "note", "created_by", "created_at")
    list_filter = (("source", AutocompleteSelectFilter), "created_at")
    list_select_related = ("source", "created_by")
    search_fields = ("note", "source__name", "snippet__digest")
    search_help_text = gettext_lazy("Search by note, source or digest")
    ordering = ("-id",)
    fields = ("source", "number", "note", "created_by", "created_at", "rolled_back_to")
    actions_detail = ("roll_back_to",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Release]:
        newer = Release.objects.filter(source=OuterRef("source"), number__gt=OuterRef("number"))
        releases: QuerySet[Release] = super().get_queryset(request).annotate(superseded=Exists(newer))
        return releases.defer("spec", "config").select_related("source", "created_by")

    @display(description=gettext_lazy("release"), ordering="number")
    def numbered(self, release: Release) -> str:
        return f"#{release.number}"

    @display(description=gettext_lazy("source"), ordering="source__name")
    def source_link(self, release: Release) -> SafeString | str:
        return link(release.source)

    @display(description=gettext_lazy("state"), label={"live": "success", "superseded": "default"})
    def is_live(self, release: Any) -> tuple[str, str]:
        return ("superseded", _("Superseded")) if release.superseded else ("live", _("Live"))

    def has_publish_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perms(PUBLISH)

    def get_actions_detail(self, request: HttpRequest, object_id: int) -> list[Any]:
        release = self.get_object(request, str(object_id))
        if release is None or not release.superseded:
            return []
        return super().get_actions_detail(request, object_id)

    @action(
        description=gettext_lazy("Roll back to this release"),
        url_path="roll-back",
        permissions=["publish"],
        icon="undo",
        variant=ActionVariant.WARNING,
    )
    def roll_back_to(self, request: HttpRequest, object_id: str) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        release = self.get_object(request, object_id)
        if release is None:
            raise Http404
        note = without_unstorable(request.POST.get("note", "")).strip()
        if len(note) > MAXIMUM_NOTE_LENGTH:
            message = _("The note is longer than %(count)d characters. Shorten it, then roll back.")
            messages.error(request, message % {"count": MAXIMUM_NOTE_LENGTH})
        elif request.method == "POST":
            return self._roll_back(request, release, note)
        live, scheduled = live_release(release.source), release.source.scheduled_publishes.waiting().first()
        everything = "all" in request.GET
        return admin_page(
            request,
            "fullstory_dest/releases/roll_back.html",
            _("Roll back %(source)s") % {"source": release.source},
            object=release,
            release=release,
            live=live,
            waiting=scheduled,
            is_live=live is not None and live.pk == release.pk,
            changes=diff_items(live.spec, release.spec, everything=everything) if live else [],
            note=note,
            maximum_note=MAXIMUM_NOTE_LENGTH,
            release_url=admin_url(release, "change", release.pk),
        )

    def _roll_back(self, request: HttpRequest, release: Release, note: str) -> HttpResponse:
        try:
            result = roll_back(
                release,
                by=current_user(request),
                note=note,
                # No release has number 0, so a form without the live release counts as outdated.
                expected_live=parse_number(request.POST.get("live", "")) or 0,
            )
        except LiveReleaseChangedError:
            messages.warning(
                request,
                _(
                    "Another release went live after you opened this page. Review the changes, then roll back."
                ),
            )
            return HttpResponseRedirect(request.get_full_path())
        except RollBackError:
            messages.info(
                request,
                _("The content of release #%(number)s is already live.") % {"number": release.number},
            )
            return HttpResponseRedirect(admin_url(release, "change", release.pk))
        words = {"number": result.release.number, "old": release.number}
        messages.success(
            request,
            _("Rolled back to #%(old)s as release #%(number)s. Your drafts are unchanged.") % words,
        )
        if result.canceled:
            messages.warning(request, SCHEDULED_PUBLISH_CANCELED)
        return HttpResponseRedirect(reverse("admin:fullstory_dest_source_releases", args=[release.source_id]))

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        release = context["original"]
        before = (
            Release.objects.filter(source=release.source_id, number__lt=release.number)
            .order_by("-number")
            .first()
        )
        context |= {
            "before": before,
            "changes": diff_items(
                before.spec if before else None, release.spec, everything="all" in request.GET
            ),
            "is_live": not release.superseded,
            "spec": pretty(release.spec),
            "config": pretty(release.config),
            "pinned": pinned_tag(release),
            "may_preview": request.user.has_perms(VIEW_DRAFTS),
        }
        return super().render_change_form(request, context, *args, **kwargs)
