"""The form of an environment, with an input for each setting that it can override."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from fullstory_dest.admin.destinations.forms import PREFIX, SettingsForm, input_of
from fullstory_dest.catalog import SETTINGS_BY_KEY, Setting
from fullstory_dest.catalog.settings import OVERRIDABLE_SETTINGS
from fullstory_dest.models import Environment, Source
from fullstory_dest.services.environments.create_environment import MAXIMUM_ENVIRONMENTS

OVERRIDES = tuple(PREFIX + key for key in OVERRIDABLE_SETTINGS)


def environment_input(name: str, label: Any) -> forms.CharField:
    """The form field of an environment's text field. Saving validates it."""
    field: Any = Environment._meta.get_field(name)
    return forms.CharField(
        label=label,
        required=not field.blank,
        max_length=field.max_length,
        help_text=field.help_text,
        widget=UnfoldAdminTextInputWidget(attrs={"spellcheck": "false", "autocapitalize": "off"}),
    )


class EnvironmentForm(SettingsForm):
    """An environment of ``source``. A blank override leaves a setting as it is in each destination."""

    #: The source of a new environment.
    source: Source | None = None

    class Meta:
        model = Environment
        fields = ("name", "slug", "write_key", "api_host", "required_approvals")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.source is not None:
            self.instance.source = self.source
        for key in OVERRIDABLE_SETTINGS:
            if SETTINGS_BY_KEY[key].type == "boolean":
                value = self.instance.settings.get(key)
                self.initial[PREFIX + key] = "" if value is None else str(value)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if self.source and self.source.environments.count() >= MAXIMUM_ENVIRONMENTS:
            message = _("A source can have at most %(count)s environments.")
            self.add_error(None, message % {"count": MAXIMUM_ENVIRONMENTS})
        return cleaned

    def locate_error(self, name: str, error: ValidationError) -> tuple[str, ValidationError]:
        if error.code == "unique_together":
            return "slug", ValidationError(_("This source has another environment with this slug."))
        return super().locate_error(name, error)


def override_input(setting: Setting) -> forms.Field:
    """The optional form field of a setting's override."""
    if setting.type == "boolean":
        return forms.TypedChoiceField(
            label=gettext_lazy(setting.label),
            required=False,
            choices=[
                ("", gettext_lazy("As in the destination")),
                ("True", gettext_lazy("On")),
                ("False", gettext_lazy("Off")),
            ],
            coerce=lambda value: value == "True",
            empty_value=None,
            widget=UnfoldAdminSelectWidget(),
        )
    field = input_of(setting)
    field.required = False
    field.widget.attrs["placeholder"] = gettext_lazy("As in the destination")
    field.help_text = ""
    return field


for _key in OVERRIDABLE_SETTINGS:
    EnvironmentForm.base_fields[PREFIX + _key] = override_input(SETTINGS_BY_KEY[_key])
    EnvironmentForm.declared_fields[PREFIX + _key] = EnvironmentForm.base_fields[PREFIX + _key]
