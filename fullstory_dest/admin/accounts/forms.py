"""The forms of users: inviting someone, changing their name and role, a new password."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from django import forms
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth.forms import UsernameField
from django.contrib.auth.models import User
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.http import HttpRequest
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.forms import AdminPasswordChangeForm, UserCreationForm
from unfold.widgets import UnfoldAdminRadioSelectWidget

from fullstory_dest.admin.base.forms import OptimisticLockForm
from fullstory_dest.admin.pages import current_user
from fullstory_dest.services.accounts.roles import ROLES, assign_role, role_of


def _role_choices() -> list[tuple[str, str]]:
    choices = [
        (role.name, _("%(role)s: %(summary)s") % {"role": role.label, "summary": role.summary})
        for role in ROLES
    ]
    return [*choices, ("", _("None: sees nothing"))]


class RoleForm(forms.ModelForm):  # type: ignore[type-arg]
    """Adds the choice of a role. Of several that a person has, the highest is chosen, and is kept alone."""

    role = forms.ChoiceField(
        label=gettext_lazy("Role"), choices=_role_choices, widget=UnfoldAdminRadioSelectWidget, required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "role" not in self.fields:
            return
        had = role_of(self.instance) if self.instance.pk else ROLES[0]
        self.fields["role"].initial = had.name if had else ""

    def save_role(self) -> None:
        """Assign the chosen role to the saved user."""
        if "role" in self.cleaned_data:
            assign_role(self.instance, self.cleaned_data["role"])


class PersonForm(RoleForm, OptimisticLockForm):
    """What somebody is called, and what they can do. The second of two people who save is refused."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Before anything that was typed is put into the row.
        self._version = _version(self.instance) if self.instance.pk else ""
        if "is_active" in self.fields and self.instance.pk:
            self.initial["is_active"] = self.instance.is_active and self.instance.is_staff

    @property
    def version(self) -> str:
        return self._version

    def last_change(self) -> tuple[str, str]:
        return last_logged_change(self.instance)

    def _get_validation_exclusions(self) -> set[str]:
        # Set on pages of its own. Users created elsewhere may have none.
        return {*super()._get_validation_exclusions(), "password"}

    class Meta:
        model = User
        fields = ("username",)
        field_classes = {"username": UsernameField}


class NewPersonForm(RoleForm, UserCreationForm):
    """An invitation. Without a password, they set one themselves, with a link."""

    # There is no other way to log in than with a password.
    usable_password = None

    def clean(self) -> Any:
        # As sent: a password that was refused is not in the cleaned data.
        typed = self.data.get("password1") or self.data.get("password2")
        # What Django's form looks for: without it, it asks for a password.
        self.cleaned_data["usable_password"] = "true" if typed else "false"
        return super().clean()


class NewPasswordForm(AdminPasswordChangeForm):
    """A password that an owner types for somebody."""

    # There is no other way to log in than with a password.
    usable_password = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password1"].label = _("Password")
        self.fields["password2"].label = _("The same again")
        self.fields["password2"].help_text = ""


def _version(user: User) -> str:
    """Names what a person's form shows: people have no date of their last change."""
    names = [user.username, user.first_name, user.last_name, user.email]
    access = [
        user.is_active,
        user.is_staff,
        user.is_superuser,
        sorted(group.pk for group in user.groups.all()),
    ]
    return hashlib.sha256(json.dumps([names, access]).encode()).hexdigest()


def log_change(request: HttpRequest, user: User, message: str) -> None:
    """Add a change to a user's history."""
    LogEntry.objects.log_actions(current_user(request).pk, [user], CHANGE, message, single_object=True)


def last_logged_change(row: models.Model) -> tuple[str, str]:
    """Who changed a row last in the admin, and at what time of the day."""
    entries = LogEntry.objects.filter(
        object_id=str(row.pk), content_type=ContentType.objects.get_for_model(row), action_flag=CHANGE
    )
    entry = entries.select_related("user").order_by("-action_time", "-pk").first()
    if entry is None:
        return _("Someone"), ""
    return str(entry.user), date_format(timezone.localtime(entry.action_time), "H:i")
