"""The base of the admin's forms: what the model refuses is shown where it was typed, and nothing typed is lost."""

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
    """Errors whose first line is a sentence and whose further lines are an excerpt, to be shown in monospace."""

    template_name = "fullstory_dest/base/problem_list.html"
    template_name_ul = "fullstory_dest/base/problem_list.html"

    def get_context(self) -> dict[str, Any]:
        # What has one line stays the object that it is: it may be marked safe.
        items = [split_problem(str(error)) if "\n" in str(error) else (error, "") for error in self]
        return {"items": items, "error_class": self.error_class}


def split_problem(message: str) -> tuple[str, str]:
    """A message as its sentence and its excerpt, which is the line with the mistake and a caret below it, if any."""
    head, _newline, excerpt = message.partition("\n")
    return head, dedent(excerpt)


class ValidatedModelForm(forms.ModelForm):  # type: ignore[type-arg]
    """A form of a CheckedModel.

    The whole model is validated, the fields that the form does not show too: saving does so again, and what it
    refused then could be shown nowhere. An error of a field that is not shown is an error of the form.
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
                place, error = self.placed(name, refused)
                # An input that refused its text has said so: that the model misses a value then is no news.
                if place not in self.errors or place == NON_FIELD_ERRORS:
                    by_field.setdefault(place, []).append(error)
        # Not through Django's own method: it puts a field's stock message in the place of ours.
        if by_field:
            self.add_error(None, ValidationError(by_field))

    def placed(self, name: str, error: ValidationError) -> tuple[str, ValidationError]:
        """The form's field under which an error of the model's field is shown, and the error to show there."""
        return name if name in self.fields else NON_FIELD_ERRORS, error


def parse_ids(values: Any) -> list[str]:
    """Of what a form was sent as a row's key, what can be one. The rest would fail in the database."""
    return [value for value in map(str, values) if value.isdecimal() and len(value) < 19]


class OptimisticLockForm(ValidatedModelForm):
    """A form that refuses the second of two concurrent saves and shows both versions.

    Works with the hidden input of ``fullstory_dest/base/form_version.html``. Saving again is refused, too, unless
    it comes from the button on that page: ``_over`` names the version to overwrite.
    """

    conflict: Conflict | None = None

    @property
    def version(self) -> str:
        """When the row was last changed, as it stands in the database; empty for a new one."""
        model = type(self.instance)
        changed = model._base_manager.filter(pk=self.instance.pk).values_list("updated_at", flat=True).first()
        return changed.isoformat() if changed else ""

    @property
    def most_bytes(self) -> int:
        """How long a form may be that the server reads."""
        return settings.DATA_UPLOAD_MAX_MEMORY_SIZE or 0

    @property
    def typed_over(self) -> str:
        """The version that what is in the form was typed over. Of a form that was refused: where it began.

        Empty where the form that was sent does not say: it was typed over nothing that is known.
        """
        if not self.is_bound:
            return self.version
        return str(self.data.get("_over") or self.data.get("_version") or "")

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if self.instance.pk and self.typed_over != self.version:
            self.conflict = conflict_of(self)
            self.add_error(None, ValidationError(changed_meanwhile(self), code="changed"))
        return cleaned

    def last_change(self) -> tuple[str, str]:
        """Who changed the row last, and at what time of the day."""
        record = self.instance.history.first()
        who = str(record.history_user) if record and record.history_user else _("Someone")
        return who, format_date(timezone.localtime(record.history_date), "H:i") if record else ""


@dataclass(frozen=True, slots=True)
class Side:
    """An input in both versions, as text."""

    label: str
    theirs: str
    mine: str

    @property
    def differs(self) -> bool:
        return self.theirs.strip() != self.mine.strip()


@dataclass(frozen=True, slots=True)
class Conflict:
    """What two people made of one row. ``version`` is what the second agrees to write over."""

    version: str
    who: str
    sides: list[Side]


def conflict_of(form: OptimisticLockForm) -> Conflict:
    """Both versions of what the form shows: as saved now, and as typed."""
    sides = [
        Side(str(bound.label), _text(bound, bound.initial), _text(bound, bound.value())) for bound in form
    ]
    return Conflict(form.version, form.last_change()[0], sides)


def _text(bound: forms.BoundField, value: Any) -> str:
    """What an input holds, as people read it."""
    value = bound.field.prepare_value(value)
    if isinstance(bound.field, forms.JSONField):
        with suppress(ValidationError):  # laid out alike, if it can be read
            value = bound.field.prepare_value(bound.field.to_python(value))
    if isinstance(bound.field, forms.BooleanField):
        return str(_("Yes") if value and value != "False" else _("No"))
    if isinstance(bound.field, forms.ModelChoiceField):
        rows = bound.field.queryset
        return str((rows.filter(pk__in=parse_ids([value])).first() if rows is not None else None) or "")
    if isinstance(bound.field, forms.ChoiceField):
        return str(dict(bound.field.widget.choices).get(value, value))
    return "" if value is None else str(value).replace("\r\n", "\n")


def changed_meanwhile(form: OptimisticLockForm) -> str:
    """Who changed a row last, and what to do about it."""
    instance = form.instance
    who, when = form.last_change()
    url = reverse(f"admin:{instance._meta.app_label}_{instance._meta.model_name}_history", args=[instance.pk])
    return format_html(
        _(
            "{who} changed this at {when}, while you were editing. Nothing was saved, and nothing of what you typed is "
            'lost: both versions are on this page. <a href="{url}" target="_blank" class="text-link underline">See '
            "what was changed</a>, then save yours over it, or change it first."
        ),
        who=who,
        when=when,
        url=url,
    )
