"""The form of a destination, with an input for each setting of the catalog, and presets if it is new."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.html import escape
from django.utils.translation import gettext_lazy as _
from unfold.widgets import (
    UnfoldAdminCheckboxSelectMultipleWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
    UnfoldBooleanSwitchWidget,
)

from fullstory_dest.admin.base.edit_conflicts import OptimisticLockForm
from fullstory_dest.catalog import PRESETS, SETTINGS, Preset, Setting
from fullstory_dest.catalog.check import MAXIMUM_SETTING_LENGTH
from fullstory_dest.models import Destination

PREFIX = "setting_"
ESSENTIAL = tuple(f"{PREFIX}{setting.key}" for setting in SETTINGS if not setting.advanced)
ADVANCED = tuple(f"{PREFIX}{setting.key}" for setting in SETTINGS if setting.advanced)
PRESETS_BY_ACTION: dict[str, Preset] = {preset.action.key: preset for preset in PRESETS}


def input_of(setting: Setting) -> forms.Field:
    """The form field of a setting. Its default is a placeholder, so that a blank setting follows the default."""
    label, help_text = _(setting.label), escape(setting.description)
    if setting.type == "boolean":
        return forms.BooleanField(
            label=label, help_text=help_text, required=False, widget=UnfoldBooleanSwitchWidget()
        )
    widget = UnfoldAdminTextInputWidget(
        attrs={
            "placeholder": setting.placeholder,
            "spellcheck": "false",
            "autocapitalize": "off",
            "autocomplete": "off",
        }
    )
    return forms.CharField(
        label=label,
        help_text=help_text,
        required=setting.required,
        max_length=MAXIMUM_SETTING_LENGTH,
        widget=widget,
    )


class SettingsForm(OptimisticLockForm):
    """A form with one input for each key of ``settings``. The subclass has the inputs."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kept = self.instance.settings if isinstance(self.instance.settings, dict) else {}
        for setting in SETTINGS:
            self.initial.setdefault(
                PREFIX + setting.key, kept.get(setting.key, "" if setting.type == "string" else False)
            )

    def _post_clean(self) -> None:
        self.instance.settings = {
            setting.key: self.cleaned_data[PREFIX + setting.key]
            for setting in SETTINGS
            if self.cleaned_data.get(PREFIX + setting.key) not in (None, "")
        }
        super()._post_clean()  # type: ignore[misc]

    def locate_error(self, name: str, error: ValidationError) -> tuple[str, ValidationError]:
        problem = (error.params or {}).get("problem")
        if name == "consent_categories" and problem is not None:
            message = problem.message[:1].upper() + problem.message[1:]
            return super().locate_error(name, ValidationError(message, error.code))
        if name == "settings" and problem is not None and len(problem.path) > 1:
            message = problem.message[:1].upper() + problem.message[1:]
            return super().locate_error(PREFIX + str(problem.path[1]), ValidationError(message, error.code))
        return super().locate_error(name, error)


def preset_choices() -> list[tuple[str, list[tuple[str, Any]]]]:
    """The presets as choices in two groups: recommended and legacy."""
    recommended = [(preset.action.key, preset.name) for preset in PRESETS if preset.recommended]
    legacy = [(preset.action.key, preset.name) for preset in PRESETS if not preset.recommended]
    return [(str(_("Recommended")), recommended), (str(_("Legacy")), legacy)]


class CategoriesField(forms.CharField):
    """A list of categories, typed one per line or separated by commas."""

    widget = UnfoldAdminTextareaWidget

    def to_python(self, value: Any) -> Any:
        if isinstance(value, list):
            return value
        typed = (category.strip() for category in re.split(r"[,\r\n]", value or ""))
        return [category for category in typed if category]

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(map(str, value)) if isinstance(value, list) else value


class DestinationForm(SettingsForm):
    """The form of an existing destination. The inputs of the settings are added below."""

    consent_categories = CategoriesField(
        label=_("Consent categories"),
        required=False,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 3, "spellcheck": "false", "autocapitalize": "off"}),
        help_text=_(
            "FullStory loads only after the visitor grants all of these. One per line, such as C0002. "
            "Leave blank if no consent is required."
        ),
    )

    class Meta:
        model = Destination
        fields = ("source", "name", "enabled", "consent_categories")


for _setting in SETTINGS:
    DestinationForm.base_fields[PREFIX + _setting.key] = input_of(_setting)
    DestinationForm.declared_fields[PREFIX + _setting.key] = DestinationForm.base_fields[
        PREFIX + _setting.key
    ]


class NewDestinationForm(DestinationForm):
    """The form of a new destination, with presets."""

    presets = forms.MultipleChoiceField(
        label=_("Presets"),
        required=False,
        choices=preset_choices,
        initial=[preset.action.key for preset in PRESETS if preset.recommended],
        widget=UnfoldAdminCheckboxSelectMultipleWidget(),
        help_text=_(
            "Each preset adds an enabled mapping. Legacy presets use FullStory's previous Browser API."
        ),
    )

    @property
    def chosen(self) -> list[Preset]:
        """The chosen presets, in the catalog's order."""
        chosen = self.cleaned_data["presets"]
        return [preset for preset in PRESETS if preset.action.key in chosen]
