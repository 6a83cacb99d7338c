"""The form that deploys what a page shows: now, at a scheduled time, or after a review."""

from __future__ import annotations

from typing import Any, Final, Literal

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminExpandableTextareaWidget

from fullstory_dest.admin.base.times import local_time
from fullstory_dest.admin.pages import current_user
from fullstory_dest.models import Deployment, Environment, Release
from fullstory_dest.models.release import MAXIMUM_NOTE_LENGTH
from fullstory_dest.services.accounts.permissions import PUBLISH, REQUEST_REVIEW
from fullstory_dest.services.publishing.approvals import Override
from fullstory_dest.services.publishing.schedule_deployment import (
    ScheduleError,
    check_time,
    is_outdated,
    latest_scheduled_deployment,
    schedule_deployment,
)
from fullstory_dest.services.publishing.scheduler_status import scheduler_context

#: The action: deploy now or later, request a review, or deploy without approvals. The buttons have these names.
Intent = Literal["deploy", "later", "request", "override"]
BUTTONS: Final[tuple[Intent, ...]] = ("later", "request", "override")


class DeployForm(forms.Form):
    """The note, and a time or a reason if the ``intent`` needs one.

    ``reviewed`` is the fingerprint of what the user saw. ``ignore_test_case_failures`` accepts failing test cases.
    """

    note = forms.CharField(
        label=gettext_lazy("Note"),
        required=False,
        max_length=MAXIMUM_NOTE_LENGTH,
        widget=UnfoldAdminExpandableTextareaWidget(
            attrs={"placeholder": gettext_lazy("What changed and why")}
        ),
        help_text=gettext_lazy("Shown in the release history."),
    )
    at = forms.DateTimeField(
        label=gettext_lazy("Scheduled time"),
        required=False,
        widget=forms.DateTimeInput(
            attrs={"type": "datetime-local", "class": "fsd-textarea fsd-time", "data-utc-input": ""},
            format="%Y-%m-%dT%H:%M",
        ),
    )
    ignore_test_case_failures = forms.BooleanField(required=False)
    override_reason = forms.CharField(
        label=gettext_lazy("Reason"),
        required=False,
        max_length=MAXIMUM_NOTE_LENGTH,
        widget=UnfoldAdminExpandableTextareaWidget(),
        help_text=gettext_lazy("Shown with the deployment, to everyone."),
    )
    reviewed = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(
        self, *args: Any, intent: Intent = "deploy", kind: str = Deployment.Kind.PUBLISH, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.intent, self.kind = intent, kind

    @property
    def later(self) -> bool:
        return self.intent == "later"

    def clean(self) -> dict[str, Any]:
        """Check the time or the reason, if one is needed."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if self.later and "at" not in self.errors:
            try:
                if cleaned["at"] is None:
                    raise ScheduleError(_("Choose a date and time."))
                check_time(cleaned["at"], self.kind)
            except ScheduleError as error:
                self.add_error("at", str(error))
        if self.intent == "override" and not cleaned.get("override_reason"):
            self.add_error("override_reason", _("A deployment without approvals requires a reason."))
        return cleaned

    def override(self, request: HttpRequest) -> Override | None:
        """The override that a valid form asks for, if any."""
        if self.intent != "override":
            return None
        return Override(current_user(request), self.cleaned_data["override_reason"])


def posted_intent(request: HttpRequest) -> Intent:
    """The intent of a POST, by its button. Raises PermissionDenied. Requests of reviews don't need to publish."""
    intent: Intent = next((name for name in BUTTONS if name in request.POST), "deploy")
    needed = REQUEST_REVIEW if intent == "request" else PUBLISH
    if request.method == "POST" and not request.user.has_perms(needed):
        raise PermissionDenied
    return intent


def schedule_context(environment: Environment) -> dict[str, Any]:
    """The scheduled deployment of an environment, if any, and the time zone for a new one."""
    pending = latest_scheduled_deployment(environment)
    if pending:
        pending.environment = environment
    return {
        "pending": pending,
        "pending_outdated": pending is not None and is_outdated(pending),
        "zone": timezone.get_current_timezone_name(),
        **scheduler_context(pending),
    }


def schedule_and_redirect(
    request: HttpRequest,
    environment: Environment,
    form: DeployForm,
    *,
    reviewed: str,
    release: Release | None = None,
    restored: Deployment | None = None,
) -> HttpResponse:
    """Schedule a deployment, and redirect to the same page. Raises ScheduleError."""
    pending = schedule_deployment(
        environment,
        at=form.cleaned_data["at"],
        by=current_user(request),
        reviewed=reviewed,
        note=form.cleaned_data["note"],
        ignore_test_case_failures=form.cleaned_data["ignore_test_case_failures"],
        release=release,
        restored=restored,
    )
    messages.success(request, format_html(_("Scheduled for {when}."), when=local_time(pending.due_at)))
    return HttpResponseRedirect(request.get_full_path())
