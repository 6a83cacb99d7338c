"""allauth's forms, with our labels and additional checks. Settings name these classes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from allauth.account import forms as account_forms
from allauth.account.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.totp.internal.auth import TOTP
from allauth.mfa.webauthn import forms as webauthn_forms
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from fido2.webauthn import AuthenticationResponse, RegistrationResponse


class LoginForm(account_forms.LoginForm):
    """Username and password. allauth names the username field ``login``."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].label = _("Username")
        self.fields["login"].max_length = 150


class ChangePasswordForm(account_forms.ChangePasswordForm):
    """The current password, and the new one twice. Wrong current passwords count toward the login rate limit."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, label in (
            ("oldpassword", _("Current password")),
            ("password1", _("New password")),
            ("password2", _("Repeat new password")),
        ):
            self.fields[name].label = label

    def clean_oldpassword(self) -> str:
        password: str = self.cleaned_data["oldpassword"]
        if not get_adapter().reauthenticate(self.user, password):
            raise get_adapter().validation_error("incorrect_password")
        return password


class ActivateAppForm(ActivateTOTPForm):
    """The first code of an authenticator app. The code is marked as used, so it can't be replayed to log in."""

    def clean_code(self) -> str:
        code: str = super().clean_code()
        TOTP(Authenticator(user=self.user))._mark_code_used(code)
        return code


class CredentialField(forms.JSONField):
    """A passkey response as JSON. Validates it with ``parse``, because fido2 raises many types for malformed input."""

    def __init__(self, parse: Callable[[Any], Any]) -> None:
        super().__init__(widget=forms.HiddenInput)
        self.parse = parse

    def clean(self, value: Any) -> Any:
        credential = super().clean(value)
        try:
            self.parse(credential)
        except Exception as error:
            raise ValidationError(_("This passkey is invalid. Try again.")) from error
        return credential


class AuthenticatePasskeyForm(webauthn_forms.AuthenticateWebAuthnForm):
    credential = CredentialField(AuthenticationResponse.from_dict)


class LoginPasskeyForm(webauthn_forms.LoginWebAuthnForm):
    credential = CredentialField(AuthenticationResponse.from_dict)


class ReauthenticatePasskeyForm(webauthn_forms.ReauthenticateWebAuthnForm):
    credential = CredentialField(AuthenticationResponse.from_dict)


class AddPasskeyForm(webauthn_forms.AddWebAuthnForm):
    """A new passkey: its name, and whether it replaces the password."""

    credential = CredentialField(RegistrationResponse.from_dict)
    name = forms.CharField(label=_("Name"), max_length=100, required=False)
    passwordless = forms.BooleanField(
        label=_("Log in without a password"),
        help_text=_("Your device asks for a fingerprint, face or PIN. Clear this for a basic security key."),
        initial=True,
        required=False,
    )
