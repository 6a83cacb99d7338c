"""The pages of a source on which it is tried, and on which its releases are compared."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from unfold.admin import ModelAdmin

from fullstory_dest.admin.links import TABS
from fullstory_dest.admin.sources.releases_tab import compare_context, live_view, releases_context
from fullstory_dest.admin.sources.test_tab import LOOK, keep_view, run_view, test_case_view, test_context
from fullstory_dest.models import ScheduledPublish, Source
from fullstory_dest.services.schedule_publish import cancel


class TestAndCompareMixin(ModelAdmin):  # type: ignore[misc]
    """What SourceAdmin has of them."""

    def get_urls(self) -> list[URLPattern]:
        pages = (
            ("test/", self.test_page, "test"),
            ("test/run/", self.test_run, "test_run"),
            ("test/keep/", self.test_keep, "test_keep"),
            ("test/test-cases/<int:key>/", self.test_case, "test_case"),
            ("releases/", self.releases_page, "releases"),
            ("releases/compare/", self.compare_page, "compare"),
            ("releases/live/", self.live, "live"),
            ("publish/<int:key>/cancel/", self.cancel_publication, "cancel_publication"),
        )
        return [
            *(
                path(
                    f"<path:object_id>/{address}",
                    self.admin_site.admin_view(view),
                    name=f"fullstory_dest_source_{name}",
                )
                for address, view, name in pages
            ),
            *super().get_urls(),
        ]

    def test_page(self, request: HttpRequest, object_id: str) -> HttpResponse:
        if not request.user.has_perms(LOOK):
            raise PermissionDenied
        source = self.viewed(request, object_id)
        return self.tab_page(request, source, "test", test_context(request, source))

    def test_run(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return run_view(request, self.viewed(request, object_id))

    def test_keep(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return keep_view(request, self.viewed(request, object_id))

    def test_case(self, request: HttpRequest, object_id: str, key: int) -> HttpResponse:
        return test_case_view(request, self.viewed(request, object_id), key)

    def releases_page(self, request: HttpRequest, object_id: str) -> HttpResponse:
        source = self._released(request, object_id)
        return self.tab_page(request, source, "releases", releases_context(request, source))

    def compare_page(self, request: HttpRequest, object_id: str) -> HttpResponse:
        source = self._released(request, object_id)
        context = compare_context(request, source)
        return self.tab_page(request, source, "releases", context, "fullstory_dest/releases/compare.html")

    def live(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return live_view(self._released(request, object_id))

    def cancel_publication(self, request: HttpRequest, object_id: str, key: int) -> HttpResponse:
        if request.method != "POST" or not request.user.has_perm("fullstory_dest.publish_source"):
            raise PermissionDenied
        source = self.viewed(request, object_id)
        pending = ScheduledPublish.objects.filter(source=source, pk=key).first()
        if pending is None:
            raise Http404
        if cancel(pending, by=request.user):  # type: ignore[arg-type]
            messages.success(request, _("Cancelled. Nothing will be published by itself."))
        else:
            messages.warning(request, _("It was over already. See the releases for what became of it."))
        return HttpResponseRedirect(reverse("admin:fullstory_dest_source_publish_source", args=[source.pk]))

    def viewed(self, request: HttpRequest, object_id: str) -> Source:
        """The source of a page. Raises PermissionDenied or Http404."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        source: Source | None = self.get_object(request, object_id)
        if source is None:
            raise Http404
        return source

    def _released(self, request: HttpRequest, object_id: str) -> Source:
        if not request.user.has_perm("fullstory_dest.view_release"):
            raise PermissionDenied
        return self.viewed(request, object_id)

    def tab_page(
        self, request: HttpRequest, source: Source, tab: str, context: dict[str, Any], template: str = ""
    ) -> HttpResponse:
        """A tab of the source's page, or with a ``template`` a page below it."""
        whole = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "object": source,
            "original": source,
            "title": source.name,
            "subtitle": TABS[tab],
            "source": source,
            "tab": tab,
            **context,
        }
        return TemplateResponse(request, template or f"fullstory_dest/sources/{tab}_tab.html", whole)
