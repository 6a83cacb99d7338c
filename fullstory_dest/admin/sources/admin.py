"""The list of sources, and the form on a source's Settings tab."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.views.main import ChangeList
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.decorators import display
from unfold.views import ChangeList as UnfoldChangeList

from fullstory_dest.admin.base.bulk_actions import ToggleEnabledMixin, archived_filter
from fullstory_dest.admin.base.colors import STATUS_COLORS
from fullstory_dest.admin.base.model_admin import AuditedModelAdmin
from fullstory_dest.admin.base.times import ago
from fullstory_dest.admin.links import admin_url, link, tab_url
from fullstory_dest.admin.pages import environments_of, has_several_environments
from fullstory_dest.admin.sources.forms import ENVIRONMENT_INPUTS, SourceForm
from fullstory_dest.admin.sources.history import source_versions
from fullstory_dest.models import (
    ClassicDestination,
    Deployment,
    Destination,
    Environment,
    Mapping,
    Release,
    Source,
    TestCase,
)
from fullstory_dest.services.accounts.permissions import OVERRIDE_APPROVALS, PUBLISH
from fullstory_dest.services.publishing.approvals import requires_approvals
from fullstory_dest.services.sources.drift import environment_states
from fullstory_dest.services.sources.search import source_search_q
from fullstory_dest.services.sources.status import source_statuses, with_statuses


class SourceChangeList(UnfoldChangeList):
    """A page of sources, each with its status as ``state``."""

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        page: Any = self.result_list
        self.result_list: list[Any] = list(with_statuses(page))
        for source, state in zip(self.result_list, source_statuses(self.result_list), strict=True):
            source.state = state


@admin.register(Source)
class SourceAdmin(ToggleEnabledMixin, AuditedModelAdmin):
    form = SourceForm
    # Computing a status compares the drafts with the release, mapping by mapping.
    list_per_page = 25
    # Deleting a source writes the history of all its drafts. A thousand sources took half a minute.
    most_deleted = 100
    list_display = (
        "name",
        "status_label",
        "destinations_count",
        "mappings_count",
        "last_release",
        "enabled_switch",
    )
    list_filter = ("enabled", archived_filter(Q(archived_at__isnull=False)))
    # Shows the search box. get_search_results does the search.
    search_fields = ("name",)
    search_help_text = gettext_lazy("Search by name, slug or write key")
    ordering = ("name", "id")

    def get_fieldsets(self, request: HttpRequest, obj: Source | None = None) -> Any:
        details = {
            "fields": ("slug",) if has_several_environments(obj) else ("slug", *ENVIRONMENT_INPUTS),
            "classes": ("collapse",),
            "description": _("Generated for you. Change these when you move a site from Segment."),
        }
        signals = {"fields": ("honor_gpc", "honor_dnt"), "classes": ("collapse",)}
        first = ("name",) if obj is None else ("name", "enabled")
        return ((None, {"fields": first}), (_("Privacy signals"), signals), (_("Details"), details))

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Source], search_term: str
    ) -> tuple[QuerySet[Source], bool]:
        return queryset.filter(source_search_q(search_term)) if search_term else queryset, False

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return SourceChangeList

    @display(description=gettext_lazy("state"), label=dict(STATUS_COLORS))
    def status_label(self, source: Any) -> tuple[str, str]:
        return source.state.code, source.state.label

    @display(description=gettext_lazy("destinations"))
    def destinations_count(self, source: Any) -> int:
        return int(source.state.destinations)

    @display(description=gettext_lazy("mappings"))
    def mappings_count(self, source: Any) -> int:
        return int(source.state.mappings)

    @display(description=gettext_lazy("last release"))
    def last_release(self, source: Any) -> SafeString | str:
        if source.state.environments:
            return render_to_string("fullstory_dest/environments/live_releases.html", {"state": source.state})
        live = source.state.live
        return link(live and live.release, released(live))

    def get_history_queryset(
        self, request: HttpRequest, history_manager: Any, pk_name: str, object_id: str
    ) -> Any:
        versions = super().get_history_queryset(request, history_manager, pk_name, object_id)
        return source_versions(versions, int(object_id))

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        found = super().get_object(request, object_id, from_field)
        if found:
            environments_of(found)
        return found

    @display(description=gettext_lazy("write key"))
    def write_key(self, source: Source) -> str:
        """The write key, for users with read-only access."""
        return source.write_key

    @display(description=gettext_lazy("API host"))
    def api_host(self, source: Source) -> str:
        """The API host, for users with read-only access."""
        return source.api_host or "-"

    def has_publish_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perms(PUBLISH)

    def has_switch_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Require the publish permission, because the switch takes effect in browsers immediately."""
        return self.has_change_permission(request, obj) and self.has_publish_permission(request)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Require the publish permission, because deleting takes effect in browsers immediately."""
        allowed: bool = super().has_delete_permission(request, obj)
        return (
            allowed
            and self.has_publish_permission(request)
            and (obj is None or self._may_delete(request, obj))
        )

    def _may_delete(self, request: HttpRequest, *sources: Source) -> bool:
        """Whether the user may delete sources, although their environments might require approvals."""
        return request.user.has_perms(OVERRIDE_APPROVALS) or not requires_approvals(*sources)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        fixed = super().get_readonly_fields(request, obj)
        return fixed if self.has_publish_permission(request) else (*fixed, "enabled")

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        if source := context.get("original"):
            context |= {
                "source": source,
                "tab": "settings",
                "several": has_several_environments(source),
                "environment_states": environment_states(environments_of(source)),
            }
        return super().render_change_form(request, context, *args, **kwargs)

    def response_add(self, request: HttpRequest, obj: Source, post_url_continue: Any = None) -> HttpResponse:
        if "_popup" in request.POST or "_addanother" in request.POST:
            return super().response_add(request, obj, post_url_continue)
        messages.success(
            request, _("Source “%(source)s” connected. Next, add a destination.") % {"source": obj}
        )
        return HttpResponseRedirect(tab_url(obj, "overview"))

    def response_post_save_change(self, request: HttpRequest, obj: Source) -> HttpResponseRedirect:
        return HttpResponseRedirect(admin_url(Source, "change", obj.pk))

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> tuple[Any, Any, Any, Any]:
        """Count the related objects by model instead of listing them, because there can be thousands of releases.

        No permissions on the related objects are required.
        """
        counts = {
            str(model._meta.verbose_name_plural): model._default_manager.filter(**{lookup: objs}).count()
            for model, lookup in (
                (Destination, "source__in"),
                (Mapping, "destination__source__in"),
                (Release, "source__in"),
                (Environment, "source__in"),
                (ClassicDestination, "source__in"),
                (TestCase, "source__in"),
            )
        }
        # Every source has one, so that only others are worth a word.
        several = str(Environment._meta.verbose_name_plural)
        counts[several] = 0 if counts[several] == len(objs) else counts[several]
        return (
            [link(source) for source in objs],
            {str(self.opts.verbose_name_plural): len(objs), **counts},
            set() if self._may_delete(request, *objs) else {_("sources that require approvals")},
            [],
        )


def released(live: Deployment | None) -> str:
    """The number of the live release, and when and by whom it was deployed, or "-"."""
    if live is None:
        return "-"
    words = {"number": live.release.number, "ago": ago(live.created_at), "who": live.created_by}
    return (_("#%(number)s, %(ago)s by %(who)s") if live.created_by else _("#%(number)s, %(ago)s")) % words
