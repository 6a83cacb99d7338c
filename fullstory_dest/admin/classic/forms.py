"""The import form and the settings form of classic destinations, and labels of their migration."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import (
    UnfoldAdminFileFieldWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
    UnfoldBooleanSwitchWidget,
)

from fullstory_dest.admin.base.forms import ProblemList, ValidatedModelForm
from fullstory_dest.admin.base.json_field import JSONTextError, parse_json
from fullstory_dest.admin.base.widgets import RowSelect
from fullstory_dest.models import CLASSIC_DEFAULTS, ClassicDestination, Source

PREFIX = "classic_"
SETTING_FIELDS = tuple(PREFIX + key for key in CLASSIC_DEFAULTS)
MAXIMUM_FILE_BYTES = 2_000_000

#: The labels that Segment uses.
LABELS: dict[str, Any] = {
    "org": gettext_lazy("FS Org"),
    "debug": gettext_lazy("Enter FS debug mode"),
    "trackAllPages": gettext_lazy("Track All Pages"),
    "trackNamedPages": gettext_lazy("Track Named Pages"),
    "trackCategorizedPages": gettext_lazy("Track Categorized Pages"),
    "trackPagesWithEvents": gettext_lazy("Track Pages With Events"),
    "isOuterScript": gettext_lazy("Is Outer Script"),
}

OUTCOMES: dict[str, tuple[str | Promise, str]] = {
    "setting": (gettext_lazy("Setting"), "success"),
    "mapping": (gettext_lazy("Mapping"), "success"),
    "not available": (gettext_lazy("Not available"), "warning"),
    "nothing to do": (gettext_lazy("No change"), "default"),
    "problem": (gettext_lazy("Problem"), "danger"),
}


class ImportForm(forms.Form):
    """A pasted or uploaded settings document, and its source. ``cleaned_data["document"]`` is the parsed JSON."""

    pasted = forms.CharField(
        label=gettext_lazy("Settings"),
        required=False,
        widget=UnfoldAdminTextareaWidget(
            attrs={"rows": "12", "class": "fsd-code-input", "spellcheck": "false"}
        ),
    )
    uploaded = forms.FileField(
        label=gettext_lazy("Settings file"),
        required=False,
        widget=UnfoldAdminFileFieldWidget(attrs={"accept": ".json,application/json"}),
    )
    source = forms.ModelChoiceField(
        label=gettext_lazy("Source"),
        queryset=Source.objects.all(),
        required=False,
        help_text=gettext_lazy(
            "Leave blank to use the document's write key. A source is created if none has this key."
        ),
    )

    def __init__(self, *args: Any, may_add_source: bool, **kwargs: Any) -> None:
        super().__init__(*args, **{"error_class": ProblemList, **kwargs})
        field = ClassicDestination._meta.get_field("source")
        self.fields["source"].widget = RowSelect(field, admin.site)
        self.fields["source"].widget.choices = self.fields["source"].choices  # type: ignore[attr-defined]
        if not may_add_source:
            self.fields["source"].required = True
            self.fields["source"].help_text = ""

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        uploaded, pasted = cleaned.get("uploaded"), cleaned.get("pasted")
        if "uploaded" in self.errors:
            return cleaned
        if uploaded and pasted:
            self.add_error(
                "uploaded", _("You also pasted settings. Paste settings or choose a file, not both.")
            )
        elif uploaded:
            cleaned["document"] = self._read("uploaded", self._decode(uploaded))
        elif pasted:
            cleaned["document"] = self._read("pasted", pasted)
        else:
            self.add_error("pasted", _("No settings were given. Paste them or choose a file."))
        return cleaned

    def _decode(self, uploaded: Any) -> str:
        if uploaded.size > MAXIMUM_FILE_BYTES:
            self.add_error("uploaded", _("The file is too large. Choose a file of up to 2 MB."))
            return ""
        try:
            return str(uploaded.read().decode("utf-8-sig"))
        except UnicodeDecodeError:
            self.add_error("uploaded", _("The file is not UTF-8 text. Choose another file."))
            return ""

    def _read(self, field: str, text: str) -> Any:
        if field in self.errors:
            return None
        try:
            return parse_json(text)
        except JSONTextError as error:
            self.add_error(field, ValidationError(str(error)))
            return None

    @property
    def place(self) -> str:
        """The name of the input that has the document."""
        return "uploaded" if self.cleaned_data.get("uploaded") else "pasted"


class ClassicForm(ValidatedModelForm):
    """A form with one input for each classic setting. The inputs are added below."""

    class Meta:
        model = ClassicDestination
        fields = ("enabled",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for key in CLASSIC_DEFAULTS:
            self.initial.setdefault(PREFIX + key, self.instance.setting(key))

    def _post_clean(self) -> None:
        self.instance.settings = {key: self.cleaned_data.get(PREFIX + key, "") for key in CLASSIC_DEFAULTS}
        super()._post_clean()  # type: ignore[misc]


for _key, _default in CLASSIC_DEFAULTS.items():
    _field: forms.Field
    if isinstance(_default, bool):
        _field = forms.BooleanField(label=LABELS[_key], required=False, widget=UnfoldBooleanSwitchWidget())
    else:
        _field = forms.CharField(label=LABELS[_key], max_length=500, widget=UnfoldAdminTextInputWidget())
    ClassicForm.base_fields[PREFIX + _key] = ClassicForm.declared_fields[PREFIX + _key] = _field


def settings_list(classic: ClassicDestination) -> SafeString:
    """The settings as a list, for users with read-only access."""
    rows = ((LABELS[key], value_words(classic.setting(key))) for key in CLASSIC_DEFAULTS)
    return format_html(
        '<dl class="fsd-settings">{}</dl>', format_html_join("", "<dt>{}</dt><dd>{}</dd>", rows)
    )


def value_words(value: Any) -> str:
    """The display text of a classic setting's value."""
    return (_("On") if value else _("Off")) if isinstance(value, bool) else str(value or "-")


def report_row(row: dict[str, Any]) -> dict[str, Any]:
    """The display values of a row of a migration plan or report."""
    setting, outcome = str(row.get("setting", "")), str(row.get("outcome", ""))
    label, color = OUTCOMES.get(outcome, (outcome, "default"))
    return {
        "setting": LABELS.get(setting, setting),
        "value": value_words(row.get("value")),
        "outcome": label,
        "color": color,
        "detail": _(str(row.get("detail", ""))) if row.get("detail") else "",
    }


def as_sentence(text: str) -> str:
    """The message with an initial capital and a final period."""
    return f"{text[:1].upper()}{text[1:]}{'' if text.endswith('.') else '.'}"
