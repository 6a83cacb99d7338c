"""The list of destinations, and the form of their settings."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.views.autocomplete import AutocompleteJsonView
from django.db.models import Count, Exists, OuterRef, QuerySet
from django.forms import ModelForm
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.contrib.filters.admin import AutocompleteSelectFilter
from unfold.decorators import action, display
from unfold.enums import ActionVariant

from fullstory_dest.admin.base.bulk_actions import ToggleEnabledMixin, archived_filter
from fullstory_dest.admin.base.model_admin import AuditedModelAdmin
from fullstory_dest.admin.base.widgets import RowSelect
from fullstory_dest.admin.destinations.copy import copy_page
from fullstory_dest.admin.destinations.forms import (
    ADVANCED,
    ESSENTIAL,
    DestinationForm,
    NewDestinationForm,
)
from fullstory_dest.admin.links import link, tab_url
from fullstory_dest.admin.mappings.editor_labels import EDITOR_WORDS
from fullstory_dest.admin.mappings.forms import destination_label
from fullstory_dest.admin.mappings.summary import described_trigger
from fullstory_dest.catalog import SETTINGS_BY_KEY
from fullstory_dest.models import Destination, Mapping, Source
from fullstory_dest.services.drafts.presets import add_preset


class DestinationChoices(AutocompleteJsonView):
    """Search results for choosing a destination, labeled with its source."""

    def serialize_result(self, obj: Any, to_field_name: str) -> dict[str, str]:
        return {**super().serialize_result(obj, to_field_name), "text": destination_label(obj)}


@admin.register(Destination)
class DestinationAdmin(ToggleEnabledMixin, AuditedModelAdmin):
    form = DestinationForm
    # Deleting a destination also writes the history of up to 50 mappings.
    most_deleted = 100
    list_display = ("name", "source_link", "organization", "mappings_count", "enabled_switch")
    list_filter = (
        "enabled",
        ("source", AutocompleteSelectFilter),
        archived_filter(Exists(Source.objects.filter(pk=OuterRef("source"), archived_at__isnull=False))),
    )
    actions_detail = ("copy_to_sources",)
    list_select_related = ("source",)
    search_fields = ("name", "source__name")
    search_help_text = gettext_lazy("Search by destination or source")
    ordering = ("source_id", "id")
    autocomplete_fields = ("source",)
    readonly_fields = ("settings_summary", "consent_summary")

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "source":
            kwargs["widget"] = RowSelect(db_field, self.admin_site)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Destination]:
        return super().get_queryset(request).select_related("source")

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        if obj is None:
            kwargs["form"] = NewDestinationForm
        return super().get_form(request, obj, change=change, **kwargs)

    def get_fieldsets(self, request: HttpRequest, obj: Destination | None = None) -> Any:
        if obj is not None and not self.has_change_permission(request, obj):
            return ((None, {"fields": ("source", "name", "enabled", "settings_summary", "consent_summary")}),)
        advanced = {
            "fields": ADVANCED,
            "classes": ("collapse",),
            "description": _("For proxies, multiple FullStory orgs on one page, and iframes."),
        }
        first = ("source", "name") if obj is None else ("source", "name", "enabled")
        sets = [(None, {"fields": first}), (_("FullStory settings"), {"fields": ESSENTIAL})]
        if obj is None:
            sets.append((_("Mappings"), {"fields": ("presets",)}))
        sets.append((_("Consent"), {"fields": ("consent_categories",)}))
        return (*sets, (_("Advanced settings"), advanced))

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.readonly_fields if obj is None else (*self.readonly_fields, "source")

    def has_copy_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        names = ("destination", "mapping")
        needed = [f"fullstory_dest.{verb}_{name}" for verb in ("add", "change") for name in names]
        return request.user.has_perms(
            [*needed, "fullstory_dest.delete_mapping", "fullstory_dest.view_source"]
        )

    @action(
        description=gettext_lazy("Copy to other sources"),
        url_path="copy",
        permissions=["copy"],
        icon="file_copy",
        variant=ActionVariant.DEFAULT,
    )
    def copy_to_sources(self, request: HttpRequest, object_id: str) -> HttpResponse:
        destination = self.get_object(request, object_id)
        if destination is None:
            raise Http404
        return copy_page(request, destination)

    @display(description=gettext_lazy("source"), ordering="source__name")
    def source_link(self, destination: Destination) -> SafeString | str:
        return link(destination.source)

    @display(description=gettext_lazy("FS Org"))
    def organization(self, destination: Destination) -> str:
        return str(destination.settings.get("orgId", ""))

    @display(description=gettext_lazy("mappings"))
    def mappings_count(self, destination: Any) -> int:
        return int(destination.mappings__count)

    @display(description=gettext_lazy("settings"))
    def settings_summary(self, destination: Destination) -> SafeString:
        """The settings as a list, for users with read-only access."""
        rows = (
            (_(SETTINGS_BY_KEY[key].label), _("Yes") if value is True else value)
            for key, value in destination.settings.items()
            if key in SETTINGS_BY_KEY
        )
        return format_html(
            '<dl class="fsd-settings">{}</dl>', format_html_join("", "<dt>{}</dt><dd>{}</dd>", rows)
        )

    @display(description=gettext_lazy("consent categories"))
    def consent_summary(self, destination: Destination) -> str:
        return ", ".join(destination.consent_categories) or "-"

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        changelist = super().get_changelist_instance(request)
        rows = list(changelist.result_list)
        counts = dict(
            Mapping.objects.filter(destination__in=rows)
            .order_by()
            .values_list("destination")
            .annotate(Count("pk"))
        )
        for destination in rows:
            destination.mappings__count = counts.get(destination.pk, 0)
        changelist.result_list = rows
        return changelist

    def save_model(
        self, request: HttpRequest, obj: Destination, form: ModelForm[Destination], change: bool
    ) -> None:
        super().save_model(request, obj, form, change)
        if isinstance(form, NewDestinationForm):
            for preset in form.chosen:
                add_preset(obj, preset)

    def response_add(
        self, request: HttpRequest, obj: Destination, post_url_continue: Any = None
    ) -> HttpResponse:
        if "_popup" in request.POST or "_addanother" in request.POST:
            return super().response_add(request, obj, post_url_continue)
        messages.success(
            request,
            _("Destination “%(destination)s” added. Review its mappings, then publish.")
            % {"destination": obj},
        )
        return HttpResponseRedirect(f"{tab_url(obj.source_id, 'mappings')}?destination={obj.pk}")

    def response_post_save_change(self, request: HttpRequest, obj: Destination) -> HttpResponseRedirect:
        return HttpResponseRedirect(tab_url(obj.source_id, "destinations"))

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        destination = context["original"]
        if destination and self.admin_site.get_model_admin(Mapping).has_view_permission(request):
            context["mappings"] = [
                {"mapping": mapping, "trigger": described_trigger(mapping.trigger, EDITOR_WORDS)}
                for mapping in destination.mappings.order_by("position")
            ]
        return super().render_change_form(request, context, *args, **kwargs)
