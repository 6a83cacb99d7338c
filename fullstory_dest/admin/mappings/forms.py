"""The form of a mapping: action, trigger and fields."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.forms.widgets import Script
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django_ace import AceWidget
from unfold.widgets import TEXTAREA_CLASSES, UnfoldAdminTextareaWidget

from fullstory_dest.admin.base.edit_conflicts import OptimisticLockForm
from fullstory_dest.admin.base.error_locations import describe_error
from fullstory_dest.admin.base.json_field import JSONTextField
from fullstory_dest.admin.base.widgets import RowSelect
from fullstory_dest.catalog import PRESETS
from fullstory_dest.models import Destination, Mapping
from fullstory_dest.problem import Problem
from fullstory_dest.services.row_locks import lock_rows

LIGHT_THEME = "github_light_default"
DARK_THEME = "github_dark"

PRESETS_BY_ACTION = {preset.action.key: preset for preset in PRESETS}


class JSONEditor(AceWidget):
    """An Ace editor whose theme ``json-editor.js`` sets to light or dark. Without scripts, a text area."""

    def __init__(self) -> None:
        super().__init__(
            mode="json",
            theme=LIGHT_THEME,
            width="100%",
            height=None,
            minlines=8,
            maxlines=30,
            tabsize=2,
            toolbar=False,
            showprintmargin=False,
            attrs={
                "class": " ".join([*TEXTAREA_CLASSES, "fsd-code-input"]),
                "rows": "14",
                "spellcheck": "false",
                "autocapitalize": "off",
                "data-dark-theme": DARK_THEME,
            },
        )

    @property
    def media(self) -> forms.Media:
        scripts: list[Any] = [
            f"django_ace/ace/theme-{DARK_THEME}.js",
            Script("fullstory_dest/base/json-editor.js", type="module"),
        ]
        return super().media + forms.Media(js=scripts)


class DestinationSelect(RowSelect):
    """A destination search that shows each destination's source, because many have the same name."""

    def __init__(self) -> None:
        super().__init__(Mapping._meta.get_field("destination"), admin.site)

    def get_url(self) -> str:
        return reverse("admin:fullstory_dest_destination_choices")


class DestinationChoiceField(forms.ModelChoiceField):  # type: ignore[type-arg]
    def label_from_instance(self, obj: Any) -> str:
        return destination_label(obj)


def destination_label(destination: Destination) -> str:
    """The destination's name after its source's."""
    return f"{destination.source} › {destination}"  # noqa: RUF001


class MappingForm(OptimisticLockForm):
    """The form of an existing mapping."""

    trigger = forms.CharField(
        label=_("Trigger"),
        max_length=5000,
        error_messages={"required": _("Add a condition. Without one, the mapping never runs.")},
        help_text=_(
            "When this mapping runs, in FQL. Example: <code>type = &quot;track&quot; and "
            "event = &quot;Order Completed&quot;</code>"
        ),
        widget=UnfoldAdminTextareaWidget(
            attrs={"rows": "3", "class": "fsd-code-input", "spellcheck": "false", "autocapitalize": "off"}
        ),
    )
    fields = JSONTextField(  # type: ignore[assignment]
        label=_("Fields"),
        required=False,
        help_text=_(
            "Static values, or directives such as <code>{&quot;@path&quot;: &quot;$.properties.price&quot;}</code>. "
            "Press Ctrl+] to indent."
        ),
        widget=JSONEditor(),
    )

    class Meta:
        model = Mapping
        fields = ("destination", "name", "enabled", "action", "trigger", "fields")

    def locate_error(self, name: str, error: ValidationError) -> tuple[str, ValidationError]:
        """Add the line and the field's label to errors in the trigger and the fields."""
        problem = (error.params or {}).get("problem")
        if isinstance(problem, Problem) and name in ("trigger", "fields"):
            typed = str(self.data.get(self.add_prefix(name), "")).replace("\r\n", "\n")
            if problem.position is not None:  # Add the leading whitespace that the form strips.
                problem = replace(problem, position=problem.position + len(typed) - len(typed.lstrip()))
            error = ValidationError(describe_error(problem, typed))
        return super().locate_error(name, error)

    def clean_trigger(self) -> str:
        """The trigger with one character for each line break. Browsers send two."""
        return str(self.cleaned_data["trigger"]).replace("\r\n", "\n")


class NewMappingForm(MappingForm):
    """The form of a new mapping, filled in from the preset of the action in the URL, if any."""

    destination = DestinationChoiceField(
        label=_("Destination"),
        queryset=Destination.objects.select_related("source"),
        widget=DestinationSelect(),
    )

    class Meta(MappingForm.Meta):
        help_texts = {"enabled": _("New mappings start disabled so that you can test them first.")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        initial: dict[str, Any] = {"action": "", "trigger": "", "fields": {}}
        if preset := PRESETS_BY_ACTION.get(self.initial.get("action", "")):
            initial = {
                "action": preset.action.key,
                "name": preset.name,
                "trigger": preset.trigger,
                "fields": preset.fields,
            }
        else:
            action: Any = self["action"].field
            action.choices = [("", _("Choose an action")), *action.choices]
        self.initial = {**initial, **{key: value for key, value in self.initial.items() if value}}

    def clean_destination(self) -> Destination:
        """Lock the destination, so that no other new mapping gets the last position at the same time."""
        destination: Destination = self.cleaned_data["destination"]
        lock_rows(Destination, [destination.pk])
        return destination
