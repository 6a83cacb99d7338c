"""Sources: their list with what is live, their page with the ways to install one, and publishing."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.views.main import ChangeList
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.safestring import SafeString
from django.utils.timesince import timesince
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.enums import ActionVariant
from unfold.views import ChangeList as UnfoldChangeList

from fullstory_dest.admin.base import CheckedAdmin, action, admin_url, display, link
from fullstory_dest.admin.everyday import SwitchedAdmin, archived_filter
from fullstory_dest.admin.forms import VersionedForm
from fullstory_dest.admin.keeping import KeptAdmin
from fullstory_dest.admin.publishing import publish_page
from fullstory_dest.admin.state import LABELS, source_state, source_states
from fullstory_dest.models import ClassicDestination, Destination, Mapping, Release, Source
from fullstory_dest.services.install import install

RELEASES_SHOWN = 5


class SourceChangeList(UnfoldChangeList):  # type: ignore[misc]
    """Knows the state of each source on the page."""

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        self.result_list: list[Any] = list(self.result_list)
        for source, state in zip(self.result_list, source_states(self.result_list), strict=True):
            source.state = state


@admin.register(Source)
class SourceAdmin(KeptAdmin, SwitchedAdmin, CheckedAdmin):
    form = VersionedForm
    list_display = (
        "name",
        "shown_state",
        "destinations_count",
        "mappings_count",
        "last_release",
        "switch_shown",
    )
    list_filter = ("enabled", archived_filter("archived_at"))
    search_fields = ("name", "slug", "write_key")
    search_help_text = gettext_lazy("Search by name, slug or write key")
    ordering = ("name", "id")
    actions_detail = ("publish_source",)

    def get_fieldsets(self, request: HttpRequest, obj: Source | None = None) -> Any:
        details = {
            "fields": ("slug", "write_key", "api_host"),
            "classes": ("collapse",),
            "description": _(
                "What is here is filled in for you. Change it when you move a site from Segment."
            ),
        }
        signals = {"fields": ("honor_gpc", "honor_dnt"), "classes": ("collapse",)}
        first = ("name",) if obj is None else ("name", "enabled")
        return ((None, {"fields": first}), (_("Privacy signals"), signals), (_("Details"), details))

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return SourceChangeList

    @display(description=gettext_lazy("state"), label=LABELS)
    def shown_state(self, source: Any) -> tuple[str, str]:
        return source.state.kind, source.state.label

    @display(description=gettext_lazy("destinations"))
    def destinations_count(self, source: Any) -> int:
        return int(source.state.destinations)

    @display(description=gettext_lazy("mappings"))
    def mappings_count(self, source: Any) -> int:
        return int(source.state.mappings)

    @display(description=gettext_lazy("last release"))
    def last_release(self, source: Any) -> SafeString | str:
        return link(source.state.live, released(source.state.live))

    def has_publish_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm("fullstory_dest.publish_source")

    @action(
        description=gettext_lazy("Review and publish"),
        url_path="publish",
        permissions=["view"],
        icon="rocket_launch",
        variant=ActionVariant.PRIMARY,
    )
    def publish_source(self, request: HttpRequest, object_id: str) -> HttpResponse:
        source = self.get_object(request, object_id)
        if source is None:
            raise Http404
        context = {**self.admin_site.each_context(request), "opts": self.opts, "object": source}
        return publish_page(request, source, allowed=self.has_publish_permission(request), context=context)

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        source = context.get("original")
        if source is not None:
            context |= self._sections(request, source)
        return super().render_change_form(request, context, *args, **kwargs)  # type: ignore[no-any-return]

    def _sections(self, request: HttpRequest, source: Source) -> dict[str, Any]:
        """What stands around the form: the state, the destinations, the ways to install it and the last releases."""
        releases = source.releases.defer("spec", "config").select_related("created_by")
        state = source_state(source)
        return {
            "state": state,
            "destinations": source.destinations.all(),
            "releases": releases.order_by("-number")[:RELEASES_SHOWN],
            "ways": install(source, state.live)["ways"],
            "may_publish": self.has_publish_permission(request),
            "may_add_destination": request.user.has_perm("fullstory_dest.add_destination"),
        }

    def response_add(self, request: HttpRequest, obj: Source, post_url_continue: Any = None) -> HttpResponse:
        if "_popup" in request.POST or "_addanother" in request.POST:
            return super().response_add(request, obj, post_url_continue)  # type: ignore[no-any-return]
        messages.success(request, _("Connected “%(source)s”. Next: add a destination.") % {"source": obj})
        return HttpResponseRedirect(admin_url(Source, "change", obj.pk))

    def response_post_save_change(self, request: HttpRequest, obj: Source) -> HttpResponse:
        return HttpResponseRedirect(admin_url(Source, "change", obj.pk))

    def get_deleted_objects(self, objs: QuerySet[Source], request: HttpRequest) -> tuple[Any, Any, Any, Any]:
        """What goes with sources, counted, not listed: there may be thousands of releases. Those go without asking."""
        counts = {
            str(model._meta.verbose_name_plural): model._default_manager.filter(**{lookup: objs}).count()
            for model, lookup in (
                (Destination, "source__in"),
                (Mapping, "destination__source__in"),
                (Release, "source__in"),
                (ClassicDestination, "source__in"),
            )
        }
        return (
            [link(source) for source in objs],
            {str(self.opts.verbose_name_plural): len(objs), **counts},
            set(),
            [],
        )


def released(release: Release | None) -> str:
    """A release in a few words: number, when, by whom."""
    if release is None:
        return "-"
    words = {
        "number": release.number,
        "ago": timesince(release.created_at, depth=1),
        "who": release.created_by,
    }
    return (
        _("#%(number)s, %(ago)s ago by %(who)s") if release.created_by else _("#%(number)s, %(ago)s ago")
    ) % words
