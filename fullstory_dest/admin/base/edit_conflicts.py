"""Forms that detect concurrent changes to a row, and show both versions without losing input."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.template.defaultfilters import date as format_date
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _

from fullstory_dest.admin.base.forms import ValidatedModelForm
from fullstory_dest.admin.base.posted_inputs import parse_ids


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
