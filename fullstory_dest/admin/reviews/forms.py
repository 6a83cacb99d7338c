"""The forms of a review's page."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminExpandableTextareaWidget

from fullstory_dest.models.release import MAXIMUM_NOTE_LENGTH


class ReviewForm(forms.Form):
    """The input of an action on a review: a reason, or that failing test cases are accepted."""

    #: Shown in the summary of errors.
    later = False

    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        required=False,
        max_length=MAXIMUM_NOTE_LENGTH,
        widget=UnfoldAdminExpandableTextareaWidget(),
    )
    ignore_test_case_failures = forms.BooleanField(required=False)

    def __init__(self, data: Any = None, *, action: str, posted: str) -> None:
        """Create the form of an action. It gets the data only if this action was posted."""
        super().__init__(data if action == posted else None, auto_id=f"{action}_%s")
        self.fields["reason"].required = action in ("decline", "override")
