"""Base forms of the admin, whose errors appear at their inputs."""

from __future__ import annotations

from textwrap import dedent
from typing import Any

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.forms.utils import ErrorList


class ProblemList(ErrorList):
    """An error list whose messages can have an excerpt after the first line, shown in monospace."""

    template_name = "fullstory_dest/base/problem_list.html"
    template_name_ul = "fullstory_dest/base/problem_list.html"

    def get_context(self) -> dict[str, Any]:
        # Single-line errors stay objects, as they can be marked safe.
        items = [split_problem(str(error)) if "\n" in str(error) else (error, "") for error in self]
        return {**super().get_context(), "items": items}


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
