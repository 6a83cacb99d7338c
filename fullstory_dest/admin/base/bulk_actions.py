"""Enabling and disabling rows of sources, destinations and mappings, one at a time or in bulk."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError
from django.db.models import Exists, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import URLPattern, path
from django.utils.html import format_html
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from unfold.admin import ModelAdmin
from unfold.decorators import display

from fullstory_dest.admin.links import admin_url
from fullstory_dest.models import Source
from fullstory_dest.services.drafts.toggle import ToggleResult, toggle


class ToggleEnabledMixin(ModelAdmin):
    """A list with a switch per row, and bulk actions, to enable and disable rows. Works without JavaScript."""

    actions = ("enable_selected", "disable_selected")

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.switch_view)
        name = f"{self.opts.app_label}_{self.opts.model_name}_switch"
        return [path("<path:object_id>/switch/", view, name=name), *super().get_urls()]

    @display(description=gettext_lazy("enabled"), ordering="enabled")
    def enabled_switch(self, row: Any) -> SafeString:
        """A switch: a submit button of the changelist's form."""
        return format_html(
            '<button type="submit" class="fsd-switch" role="switch" aria-checked="{}" aria-label="{}" '
            'formaction="{}" formnovalidate name="enabled" value="{}" data-switch></button>',
            "true" if row.enabled else "false",
            _("Enable %(name)s") % {"name": row},
            admin_url(row, "switch", row.pk),
            "" if row.enabled else "on",
        )

    def has_switch_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.has_change_permission(request, obj)

    def get_list_display(self, request: HttpRequest) -> Any:
        """Replace the switch with an icon for users who can't change rows."""
        columns = super().get_list_display(request)
        if self.has_switch_permission(request):
            return columns
        return tuple("enabled" if column == "enabled_switch" else column for column in columns)

    def switch_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Enable or disable a row. Returns JSON to scripts, and redirects forms back to their list.

        Raises Http404 or PermissionDenied. A refused change is status 409 with ``problem``.
        """
        row = self.get_object(request, object_id)
        if row is None:
            raise Http404
        if request.method != "POST":  # A login after an expired session leads here.
            return HttpResponseRedirect(admin_url(row, "changelist"))
        if not self.has_switch_permission(request, row):
            raise PermissionDenied
        enabled = bool(request.POST.get("enabled"))
        done = _switch(type(row), [row.pk], enabled)
        problem = _in_the_way(done) if done.refused else ""
        if request.headers.get("Accept", "").startswith("application/json"):
            return JsonResponse(
                {"enabled": enabled and not problem, "problem": problem}, status=409 if problem else 200
            )
        if problem:
            messages.error(request, problem)
        return HttpResponseRedirect(_back(request, admin_url(row, "changelist")))

    @admin.action(description=gettext_lazy("Enable"), permissions=["switch"])
    def enable_selected(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        self._switch_all(request, queryset, enabled=True)

    @admin.action(description=gettext_lazy("Disable"), permissions=["switch"])
    def disable_selected(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        self._switch_all(request, queryset, enabled=False)

    def _switch_all(self, request: HttpRequest, queryset: QuerySet[Any], *, enabled: bool) -> None:
        keys = list(queryset.values_list("pk", flat=True))
        done = _switch(queryset.model, keys, enabled)
        words = {"count": done.count}
        if enabled:
            message = ngettext("Enabled %(count)d.", "Enabled %(count)d.", done.count) % words
        else:
            message = ngettext("Disabled %(count)d.", "Disabled %(count)d.", done.count) % words
        # Enabling or disabling a source takes effect immediately, without a publish.
        rest = "" if queryset.model is Source else " " + _("Publish to make it live.")
        messages.success(request, message + rest)
        if done.refused:
            messages.error(request, _in_the_way(done))


def archived_filter(archived: Q | Exists) -> type[admin.SimpleListFilter]:
    """A list filter that hides archived rows by default. ``archived`` is the condition for them.

    It should look for archived sources, which are few. Looking up the source of each row takes longer.
    """

    class Archived(admin.SimpleListFilter):
        title = gettext_lazy("archive")
        parameter_name = "archived"

        def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
            return [("yes", _("Archived")), ("all", _("All"))]

        def choices(self, changelist: Any) -> Any:
            first, *others = super().choices(changelist)
            yield {**first, "display": _("Not archived")}
            yield from others

        def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
            if self.value() == "all":
                return queryset
            return queryset.filter(archived if self.value() == "yes" else ~archived)

    return Archived


def _switch(model: Any, keys: list[int], enabled: bool) -> ToggleResult:
    try:
        return toggle(model, keys, enabled=enabled)
    except IntegrityError:
        # Another request enabled a conflicting row between the check and the write. The retry finds and reports it.
        return toggle(model, keys, enabled=enabled)


def _in_the_way(done: ToggleResult) -> str:
    names = ", ".join(f"“{row}”" for row in done.refused[:5])
    return _(
        "%(names)s can't be enabled: another enabled destination has the same namespace. "
        "Disable it or change a namespace."
    ) % {"names": names}


def _back(request: HttpRequest, otherwise: str) -> str:
    """The URL of the page that posted the form, with its filters; ``otherwise`` if it isn't ours."""
    referer = request.headers.get("Referer", "")
    # Behind a proxy, the browser's host can differ from the request's.
    hosts = {request.get_host(), urlsplit(settings.PUBLIC_URL).netloc}
    return referer if url_has_allowed_host_and_scheme(referer, hosts) else otherwise
