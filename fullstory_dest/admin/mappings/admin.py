"""The list of mappings, and the editor with its field reference and test panel."""

from __future__ import annotations

import json
from typing import Any

from django.contrib import admin, messages
from django.db.models import Exists, OuterRef, QuerySet
from django.forms import ModelForm
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.contrib.filters.admin import AutocompleteSelectFilter
from unfold.decorators import action, display
from unfold.enums import ActionVariant

from fullstory_dest import mapping_kit
from fullstory_dest.admin.base.bulk_actions import ToggleEnabledMixin, archived_filter
from fullstory_dest.admin.base.error_locations import describe_in_fields
from fullstory_dest.admin.base.json_field import pretty
from fullstory_dest.admin.base.model_admin import AuditedModelAdmin
from fullstory_dest.admin.links import admin_url, link, tab_url
from fullstory_dest.admin.mappings.autocomplete import suggestions
from fullstory_dest.admin.mappings.duplicate import duplicate_page
from fullstory_dest.admin.mappings.editor_labels import EDITOR_WORDS
from fullstory_dest.admin.mappings.event_panel import panel_context
from fullstory_dest.admin.mappings.forms import MappingForm, NewMappingForm
from fullstory_dest.admin.mappings.summary import (
    clipped_trigger,
    definition_list,
    field_rows,
    fields_in_words,
    trigger_in_words,
    trigger_text_in_words,
)
from fullstory_dest.admin.mappings.validation import TriggerDescription, describe_trigger
from fullstory_dest.catalog import ACTIONS, ACTIONS_BY_KEY, PRESETS, Action, Field
from fullstory_dest.models import Destination, Mapping
from fullstory_dest.services.accounts.permissions import VIEW_DRAFTS

EDITED = ("name", "enabled", "action", "trigger", "fields")
#: Fields that read-only users see in the form. A template renders the others as readable text.
SHOWN = ("name", "enabled")


@admin.register(Mapping)
class MappingAdmin(ToggleEnabledMixin, AuditedModelAdmin):
    form = MappingForm
    list_display = ("name", "source_link", "destination_link", "action", "trigger_clipped", "enabled_switch")
    list_filter = (
        "enabled",
        "action",
        ("destination__source", AutocompleteSelectFilter),
        archived_filter(
            Exists(Destination.objects.filter(pk=OuterRef("destination"), source__archived_at__isnull=False))
        ),
    )
    actions_detail = ("duplicate_mapping",)
    list_select_related = ("destination__source",)
    search_fields = ("name", "trigger", "destination__name", "destination__source__name")
    search_help_text = gettext_lazy("Search by name, trigger, destination or source")
    ordering = ("destination_id", "position")
    compressed_fields = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Mapping]:
        return super().get_queryset(request).select_related("destination__source")

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        if obj is None:
            kwargs["form"] = NewMappingForm
        return super().get_form(request, obj, change=change, **kwargs)

    def get_fieldsets(self, request: HttpRequest, obj: Mapping | None = None) -> Any:
        if obj is None:
            return ((None, {"fields": ("destination", *EDITED)}),)
        return ((None, {"fields": EDITED if self.has_change_permission(request, obj) else SHOWN}),)

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        form = context["adminform"].form
        # A read-only form has no inputs.
        may_edit = "action" in form.fields
        chosen = form["action"].value() if may_edit else context["original"].action
        trigger = form["trigger"].value() if may_edit else context["original"].trigger
        description = describe_trigger({"text": str(trigger or "")})
        if not may_edit:
            context["shown"] = _readable_mapping(context["original"], description)
        context |= {
            "references": [_reference(action) for action in ACTIONS],
            "chosen_action": chosen,
            "panel": panel_context(
                request,
                context["original"].destination.source if context["original"] else None,
                context["original"],
            )
            if request.user.has_perms(VIEW_DRAFTS)
            else None,
            "presets": {
                preset.action.key: {
                    "name": preset.name,
                    "trigger": preset.trigger,
                    "fields": pretty(preset.fields),
                }
                for preset in PRESETS
            },
            "differences": description["differences"],
            "inactive_reason": description["inactive_reason"],
            "described_trigger": description,
            "may_edit": may_edit,
            "fields_bound": form["fields"],
            "actions": {action.key: [_field_help(field) for field in action.fields] for action in ACTIONS},
            "words": EDITOR_WORDS,
            "suggestions": suggestions(),
            "check_url": admin_url(Mapping, "check"),
            "trigger_url": admin_url(Mapping, "trigger"),
        }
        return super().render_change_form(request, context, *args, **kwargs)

    def value_in_words(self, field_name: str, value: Any) -> SafeString | None:
        if field_name == "trigger":
            return trigger_text_in_words(value, EDITOR_WORDS)
        if field_name == "fields":
            return definition_list(field_rows(value, EDITOR_WORDS))
        return None

    def save_model(self, request: HttpRequest, obj: Mapping, form: ModelForm[Mapping], change: bool) -> None:
        super().save_model(request, obj, form, change)
        for problem in mapping_kit.warnings(obj.fields):
            self.message_user(request, describe_in_fields(problem, problem.message, ""), messages.WARNING)

    def response_post_save_add(self, request: HttpRequest, obj: Mapping) -> HttpResponseRedirect:
        return self.response_post_save_change(request, obj)

    def response_post_save_change(self, request: HttpRequest, obj: Mapping) -> HttpResponseRedirect:
        return HttpResponseRedirect(tab_url(obj.destination.source_id, "mappings"))

    def has_duplicate_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(self.has_add_permission(request) and self.has_view_permission(request))

    @action(
        description=gettext_lazy("Duplicate"),
        url_path="duplicate",
        permissions=["duplicate"],
        icon="content_copy",
        variant=ActionVariant.DEFAULT,
    )
    def duplicate_mapping(self, request: HttpRequest, object_id: str) -> HttpResponse:
        mapping = self.get_object(request, object_id)
        if mapping is None:
            raise Http404
        return duplicate_page(request, mapping)

    @display(description=gettext_lazy("source"), ordering="destination__source__name")
    def source_link(self, mapping: Mapping) -> SafeString | str:
        return link(mapping.destination.source)

    @display(description=gettext_lazy("destination"), ordering="destination__name")
    def destination_link(self, mapping: Mapping) -> SafeString | str:
        return link(mapping.destination)

    @display(description=gettext_lazy("trigger"))
    def trigger_clipped(self, mapping: Mapping) -> SafeString:
        return clipped_trigger(mapping)


def _reference(action: Action) -> dict[str, Any]:
    """An action and its fields, for the reference in the editor."""
    return {
        "key": action.key,
        "title": action.title,
        "description": _(action.description),
        "legacy": action.api == 1,
        "fields": [
            {
                **_field_help(field),
                "type": field.type,
                "default": json.dumps(field.default, ensure_ascii=False),
            }
            for field in action.fields
        ],
    }


def _readable_mapping(mapping: Mapping, description: TriggerDescription) -> dict[str, Any]:
    """The readable trigger and fields of a mapping, for read-only users."""
    return {
        "trigger": trigger_in_words(description["tree"], EDITOR_WORDS) if description["tree"] else "",
        "fields": fields_in_words(ACTIONS_BY_KEY.get(mapping.action), mapping.fields, EDITOR_WORDS),
        "json": pretty(mapping.fields),
    }


def _field_help(field: Field) -> dict[str, Any]:
    return {
        "key": field.key,
        "label": _(field.label),
        "description": _(field.description),
        "required": field.required,
    }
