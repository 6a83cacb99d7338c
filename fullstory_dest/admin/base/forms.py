"""Base forms of the admin: model errors appear at their inputs, and edit conflicts lose no input."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from textwrap import dedent
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.forms.utils import ErrorList
from django.template.defaultfilters import date as format_date
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _


class ProblemList(ErrorList):
    """An error list whose messages can have an excerpt after the first line, shown in monospace."""

    template_name = "fullstory_dest/base/problem_list.html"
    template_name_ul = "fullstory_dest/base/problem_list.html"

    def get_context(self) -> dict[str, Any]:
        # Single-line errors stay objects, as they can be marked safe.
        items = [split_problem(str(error)) if "\n" in str(error) else (error, "") for error in self]
        return {"items": items, "error_class": self.error_class}


def split_problem(message: str) -> tuple[str, str]:
    """Split a message into its sentence and its excerpt: the faulty line with a caret below. Can be empty."""
    head, _newline, excerpt = message.partition("\n")
    return head, dedent(excerpt)


class ValidatedModelForm(forms.ModelForm):  # type: ignore[type-arg]
    """A form of a ValidatedModel, which validates all fields of the model, including those that the form omits.

    Saving validates them again, when the form can no longer show an error. Errors of omitted fields become errors of
    the form.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("error_class", ProblemList)
        super().__init__(*args, **kwargs)

    def _get_validation_exclusions(self) -> set[str]:
        excluded: set[str] = super()._get_validation_exclusions()  # type: ignore[misc]
        return {name for name in excluded if name in self.fields}

    def _update_errors(self, errors: ValidationError) -> None:
        by_field: dict[str, list[ValidationError]] = {}
        found_by_name = (
            errors.error_dict if hasattr(errors, "error_dict") else {NON_FIELD_ERRORS: errors.error_list}
        )
        for name, found in found_by_name.items():
            for refused in found:
                place, error = self.locate_error(name, refused)
                # If the input already has an error, the model's "required" error adds nothing.
                if place not in self.errors or place == NON_FIELD_ERRORS:
                    by_field.setdefault(place, []).append(error)
        # Bypasses Django's method, which replaces our messages with the fields' defaults.
        if by_field:
            self.add_error(None, ValidationError(by_field))

    def locate_error(self, name: str, error: ValidationError) -> tuple[str, ValidationError]:
        """The form field at which to show an error of a model field, and the error to show."""
        return name if name in self.fields else NON_FIELD_ERRORS, error


def parse_ids(values: Any) -> list[str]:
    """The posted values that can be primary keys. Others would fail in the database."""
    return [value for value in map(str, values) if value.isdecimal() and len(value) < 19]


class OptimisticLockForm(ValidatedModelForm):
    """A form that refuses the second of two concurrent saves and shows both versions.

    Works with the hidden input of ``fullstory_dest/base/form_version.html``. Saving again is refused, too, unless
    it comes from the button on that page: ``_over`` names the version to overwrite.
    """

    conflict: Conflict | None = None

    @property
    def version(self) -> str:
        """When the row in the database last changed, as ISO 8601; empty for a new row."""
        model = type(self.instance)
        changed = model._base_manager.filter(pk=self.instance.pk).values_list("updated_at", flat=True).first()
        return changed.isoformat() if changed else ""

    @property
    def most_bytes(self) -> int:
        """Maximum size of a posted form, in bytes; 0 means no limit."""
        return settings.DATA_UPLOAD_MAX_MEMORY_SIZE or 0

    @property
    def typed_over(self) -> str:
        """The version that the user started editing, also after a refused save. Empty if the form didn't send it."""
        if not self.is_bound:
            return self.version
        return str(self.data.get("_over") or self.data.get("_version") or "")

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if self.instance.pk and self.typed_over != self.version:
            self.conflict = conflict_of(self)
            self.add_error(None, ValidationError(conflict_message(self), code="changed"))
        return cleaned

    def last_change(self) -> tuple[str, str]:
        """Return the name of the last user to change the row, and the time as ``H:i``."""
        record = self.instance.history.first()
        who = str(record.history_user) if record and record.history_user else _("Someone")
        return who, format_date(timezone.localtime(record.history_date), "H:i") if record else ""


@dataclass(frozen=True, slots=True)
class ComparedInput:
    """An input's value in both versions, as text."""

    label: str
    theirs: str
    mine: str

    @property
    def differs(self) -> bool:
        return self.theirs.strip() != self.mine.strip()


@dataclass(frozen=True, slots=True)
class Conflict:
    """Two concurrent versions of a row. ``version`` identifies the saved one, which the user can overwrite."""

    version: str
    who: str
    sides: list[ComparedInput]


def conflict_of(form: OptimisticLockForm) -> Conflict:
    """Both versions of the form's inputs: saved and typed."""
    sides = [
        ComparedInput(str(bound.label), _text(bound, bound.initial), _text(bound, bound.value()))
        for bound in form
    ]
    return Conflict(form.version, form.last_change()[0], sides)


def _text(bound: forms.BoundField, value: Any) -> str:
    """An input's value as readable text."""
    value = bound.field.prepare_value(value)
    if isinstance(bound.field, forms.JSONField):
        with suppress(ValidationError):  # Same formatting on both sides, if it is valid JSON.
            value = bound.field.prepare_value(bound.field.to_python(value))
    if isinstance(bound.field, forms.BooleanField):
        return str(_("Yes") if value and value != "False" else _("No"))
    if isinstance(bound.field, forms.ModelChoiceField):
        rows = bound.field.queryset
        return str((rows.filter(pk__in=parse_ids([value])).first() if rows is not None else None) or "")
    if isinstance(bound.field, forms.ChoiceField):
        return str(dict(bound.field.widget.choices).get(value, value))
    return "" if value is None else str(value).replace("\r\n", "\n")


def conflict_message(form: OptimisticLockForm) -> str:
    """The error message of an edit conflict: who saved the row, and what to do."""
    instance = form.instance
    who, when = form.last_change()
    url = reverse(f"admin:{instance._meta.app_label}_{instance._meta.model_name}_history", args=[instance.pk])
    return format_html(
        _(
            "{who} saved changes at {when}, while you were editing. Yours aren't saved. "
            '<a href="{url}" target="_blank" class="text-link underline">View history</a>, then choose a version.'
        ),
        who=who,
        when=when,
        url=url,
    )
