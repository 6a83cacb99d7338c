"""The pages that add, change and delete an environment. A source's Settings tab lists them."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.forms import ModelForm
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.decorators import display

from fullstory_dest.admin.base.labels import LABELS
from fullstory_dest.admin.base.model_admin import AuditedModelAdmin
from fullstory_dest.admin.base.posted_inputs import parse_ids
from fullstory_dest.admin.environments.forms import OVERRIDES, EnvironmentForm
from fullstory_dest.admin.links import admin_url, tab_url
from fullstory_dest.admin.pages import admin_page
from fullstory_dest.models import Environment, Source
from fullstory_dest.services.accounts.permissions import OVERRIDE_APPROVALS
from fullstory_dest.services.environments.create_environment import create_environment
from fullstory_dest.services.environments.delete_environment import (
    DeleteEnvironmentError,
    delete_environment,
)
from fullstory_dest.unstorable_text import without_unstorable


@admin.register(Environment)
class EnvironmentAdmin(AuditedModelAdmin):
    form = EnvironmentForm
    readonly_fields = ("settings_summary",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Environment]:
        return super().get_queryset(request).select_related("source", "live__release")

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Redirect to the sources, whose pages list their environments."""
        return HttpResponseRedirect(admin_url(Source, "changelist"))

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change=change, **kwargs)
        return form if obj else type(form.__name__, (form,), {"source": _chosen_source(request)})

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Add only from the page of a source, which is in the URL."""
        return bool(super().has_add_permission(request)) and "source" in request.GET

    def get_fieldsets(self, request: HttpRequest, obj: Environment | None = None) -> Any:
        first = {"fields": ("name", "slug", "required_approvals")}
        if obj is not None and not self.has_change_permission(request, obj):
            return ((None, {"fields": (*first["fields"], "api_host", "settings_summary")}),)
        overrides = {
            "fields": OVERRIDES,
            "description": _("These replace the settings of all destinations of the source here."),
        }
        details = {"fields": ("api_host",) if obj else ("write_key", "api_host"), "classes": ("collapse",)}
        return ((None, first), (_("FullStory settings"), overrides), (_("Details"), details))

    def get_readonly_fields(self, request: HttpRequest, obj: Environment | None = None) -> Any:
        """Let only users who may deploy without approvals change how many are required."""
        fixed = super().get_readonly_fields(request, obj)
        return fixed if request.user.has_perms(OVERRIDE_APPROVALS) else (*fixed, "required_approvals")

    def has_delete_permission(self, request: HttpRequest, obj: Environment | None = None) -> bool:
        allowed: bool = super().has_delete_permission(request, obj)
        if not allowed or obj is None:
            return allowed
        return not _is_only(obj) and (
            not obj.required_approvals or request.user.has_perms(OVERRIDE_APPROVALS)
        )

    @display(description=gettext_lazy("FullStory settings"))
    def settings_summary(self, environment: Environment) -> SafeString | str:
        """The overrides as a list, for users with read-only access."""
        rows = (
            (LABELS[key], _("On") if value is True else _("Off") if value is False else value)
            for key, value in environment.settings.items()
        )
        listed = format_html_join("", "<dt>{}</dt><dd>{}</dd>", rows)
        return format_html('<dl class="fsd-settings">{}</dl>', listed) if listed else _("As in destinations")

    def save_model(
        self, request: HttpRequest, obj: Environment, form: ModelForm[Environment], change: bool
    ) -> None:
        if change:
            super().save_model(request, obj, form, change)
        else:
            create_environment(obj)

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        environment = context["original"]
        context["source"] = environment.source if environment else _chosen_source(request)
        context["show_save_and_add_another"] = False
        return super().render_change_form(request, context, *args, **kwargs)

    def response_add(
        self, request: HttpRequest, obj: Environment, post_url_continue: Any = None
    ) -> HttpResponse:
        message = _("Environment “%(environment)s” added. Publish to it to put a release live there.")
        messages.success(request, message % {"environment": obj})
        return _to_settings(obj.source)

    def response_post_save_change(self, request: HttpRequest, obj: Environment) -> HttpResponseRedirect:
        return _to_settings(obj.source)

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Ask for confirmation, and for the name of an environment that is live."""
        environment = self.get_object(request, object_id) if parse_ids([object_id]) else None
        if environment is None:
            raise Http404
        if _is_only(environment) and super().has_delete_permission(request, environment):
            messages.warning(
                request, _("A source needs at least one environment, so this one can't be deleted.")
            )
            return HttpResponseRedirect(admin_url(environment, "change", environment.pk))
        if not self.has_delete_permission(request, environment):
            raise PermissionDenied
        problem, typed = "", without_unstorable(request.POST.get("name", ""))
        if request.method == "POST":
            try:
                delete_environment(environment, confirmed_name=typed)
            except DeleteEnvironmentError as error:
                problem = str(error)
            else:
                messages.success(request, _("Environment “%(name)s” deleted.") % {"name": environment})
                return _to_settings(environment.source)
        return admin_page(
            request,
            "fullstory_dest/environments/delete.html",
            _("Delete “%(name)s”?") % {"name": environment},
            object=environment,
            environment=environment,
            deployments=environment.deployments.count(),
            problem=problem,
            typed=typed,
            back=admin_url(environment, "change", environment.pk),
        )


def _is_only(environment: Environment) -> bool:
    """Whether the source of an environment has no other one."""
    return not environment.source.environments.exclude(pk=environment.pk).exists()


def _chosen_source(request: HttpRequest) -> Source:
    """The source in the URL of the page that adds an environment. Raises Http404."""
    found = Source.objects.filter(pk__in=parse_ids([request.GET.get("source", "")])).first()
    if found is None:
        raise Http404
    return found


def _to_settings(source: Source) -> HttpResponseRedirect:
    return HttpResponseRedirect(f"{tab_url(source, 'settings')}#environments")
