"""Forms to invite users, edit them, and set their passwords."""

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

from fullstory_dest.admin.base.edit_conflicts import OptimisticLockForm
from fullstory_dest.admin.pages import current_user
from fullstory_dest.services.accounts.roles import ROLES, assign_role, role_of


def _role_choices() -> list[tuple[str, str]]:
    choices = [
        (role.name, _("%(role)s: %(summary)s") % {"role": role.label, "summary": role.summary})
        for role in ROLES
    ]
    return [*choices, ("", _("None: no access"))]


class RoleForm(forms.ModelForm):  # type: ignore[type-arg]
    """A user form with a role. If the user has several roles, saving keeps only the highest."""

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
    """A user's names and access. Refuses the second of two concurrent saves."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Computed now, before validation writes the input to the instance.
        self._version = _version(self.instance) if self.instance.pk else ""
        if "is_active" in self.fields and self.instance.pk:
            self.initial["is_active"] = self.instance.is_active and self.instance.is_staff

    @property
    def version(self) -> str:
        return self._version

    def last_change(self) -> tuple[str, str]:
        return last_logged_change(self.instance)

    def _get_validation_exclusions(self) -> set[str]:
        # Other pages set the password. Users created elsewhere might not have one.
        return {*super()._get_validation_exclusions(), "password"}

    class Meta:
        model = User
        fields = ("username",)
        field_classes = {"username": UsernameField}


class NewPersonForm(RoleForm, UserCreationForm):
    """An invitation. Without a password here, the user sets one with a link."""

    # Hides Django's choice to disable password login.
    usable_password = None

    def clean(self) -> Any:
        # Raw data, because cleaned data lacks a password that failed validation.
        typed = self.data.get("password1") or self.data.get("password2")
        # Django's form requires a password unless this is "false".
        self.cleaned_data["usable_password"] = "true" if typed else "false"
        return super().clean()


class NewPasswordForm(AdminPasswordChangeForm):
    """A password that an owner sets for another user."""

    # Hides Django's choice to disable password login.
    usable_password = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password1"].label = _("Password")
        self.fields["password2"].label = _("Repeat password")
        self.fields["password2"].help_text = ""


def _version(user: User) -> str:
    """A digest of a user's editable state, as users have no ``updated_at``."""
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
    """Return the name of the last user to change a row in the admin, and the time as ``H:i``."""
    entries = LogEntry.objects.filter(
        object_id=str(row.pk), content_type=ContentType.objects.get_for_model(row), action_flag=CHANGE
    )
    entry = entries.select_related("user").order_by("-action_time", "-pk").first()
    if entry is None:
        return _("Someone"), ""
    return str(entry.user), date_format(timezone.localtime(entry.action_time), "H:i")
