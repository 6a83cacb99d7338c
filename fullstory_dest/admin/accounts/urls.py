"""URLs for login, second factors and passwords: the allauth views in use, under allauth's URL names."""

from __future__ import annotations

from functools import wraps
from typing import Any

from allauth.account.decorators import secure_admin_login
from allauth.account.views import LoginView, LogoutView, PasswordChangeView
from allauth.account.views import ReauthenticateView as PasswordReauthenticateView
from allauth.mfa.base.views import AuthenticateView, IndexView, ReauthenticateView
from allauth.mfa.recovery_codes.views import GenerateRecoveryCodesView, ViewRecoveryCodesView
from allauth.mfa.totp.views import ActivateTOTPView, DeactivateTOTPView
from allauth.mfa.webauthn.views import (
    AddWebAuthnView,
    LoginWebAuthnView,
    ReauthenticateWebAuthnView,
    RemoveWebAuthnView,
)
from allauth.socialaccount.providers.openid_connect import views as openid_connect
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import path, reverse_lazy
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST
from django.views.generic import RedirectView
from requests import RequestException
from unfold.widgets import BASE_INPUT_CLASSES, CHECKBOX_CLASSES

from fullstory_dest.admin.accounts.adapters import SingleSignOnAdapter

# The admin's login page checks one factor only, so allauth's replaces it, regardless of the order of the URLs.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]


def _entrance(view: Any, template: str, title: str | Promise, **context: Any) -> Any:
    """An allauth view with our template and title, styled like the admin, for signed-out users."""
    template = f"fullstory_dest/accounts/{template}.html"
    inner = view.as_view(template_name=template, extra_context={"title": title, **context})

    @wraps(inner)
    def page(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response: HttpResponse = inner(request, *args, **kwargs)
        if isinstance(response, TemplateResponse):
            response.context_data = {**admin.site.each_context(request), **(response.context_data or {})}
            _style(response.context_data.get("form"))
        return response

    return page


def _page(view: Any, template: str, title: str | Promise, **context: Any) -> Any:
    """Like ``_entrance``, for logged-in users."""
    return admin.site.admin_view(_entrance(view, template, title, **context))


def _single_sign_on(view: Any) -> Any:
    """An allauth view that calls the provider. Reports a failed or malformed response as a login error."""

    @wraps(view)
    def asking(request: HttpRequest, provider_id: str) -> HttpResponse:
        try:
            response: HttpResponse = view(request, provider_id)
        except (RequestException, KeyError, TypeError) as error:
            SingleSignOnAdapter(request).on_authentication_error(request, provider_id, exception=error)
        return response

    return asking


def _style(form: Any) -> None:
    """Style inputs like the admin's, focus the first, and drop allauth's placeholders, which repeat the labels."""
    widgets = [field.widget for field in form.fields.values() if not field.widget.is_hidden] if form else []
    for number, widget in enumerate(widgets):
        is_checkbox = getattr(widget, "input_type", "") == "checkbox"
        widget.attrs["class"] = " ".join(CHECKBOX_CLASSES if is_checkbox else BASE_INPUT_CLASSES)
        widget.attrs["autofocus"] = number == 0
        widget.attrs.pop("placeholder", None)


_confirm = _("Confirm your identity")
_account = reverse_lazy("admin:account")
_two_factor = reverse_lazy("mfa_index")

urlpatterns = [
    path("login/", _entrance(LoginView, "login", _("Log in")), name="account_login"),
    path("login/code/", _entrance(AuthenticateView, "code", _("Two-factor login")), name="mfa_authenticate"),
    path("login/passkey/", LoginWebAuthnView.as_view(), name="mfa_login_webauthn"),
    path("login/cancel/", require_POST(LogoutView.as_view()), name="account_logout"),
    path(
        "login/sso/",
        require_POST(_single_sign_on(openid_connect.login)),
        {"provider_id": "oidc"},
        name="openid_connect_login",
    ),
    path(
        "login/sso/callback/",
        _single_sign_on(openid_connect.callback),
        {"provider_id": "oidc"},
        name="openid_connect_callback",
    ),
    path("confirm/", _page(PasswordReauthenticateView, "confirm", _confirm), name="account_reauthenticate"),
    path("confirm/code/", _page(ReauthenticateView, "confirm", _confirm), name="mfa_reauthenticate"),
    path(
        "confirm/passkey/",
        _page(ReauthenticateWebAuthnView, "confirm", _confirm),
        name="mfa_reauthenticate_webauthn",
    ),
    path(
        "password_change/",
        _page(PasswordChangeView, "change_password", _("Change password")),
        name="account_change_password",
    ),
    # Users of single sign-on have no password. Only an owner's link sets one.
    path("password_change/set/", RedirectView.as_view(url=_account), name="account_set_password"),
    path("two-factor/", _page(IndexView, "two_factor", _("Two-factor login")), name="mfa_index"),
    path(
        "two-factor/app/",
        _page(ActivateTOTPView, "add_app", _("Add authenticator app")),
        name="mfa_activate_totp",
    ),
    path(
        "two-factor/app/remove/",
        _page(
            DeactivateTOTPView,
            "confirm",
            _("Remove authenticator app"),
            text=_("Its codes stop working. Without an app or passkeys, two-factor login is off."),
            button=_("Remove app"),
        ),
        name="mfa_deactivate_totp",
    ),
    path(
        "two-factor/recovery-codes/",
        _page(ViewRecoveryCodesView, "recovery_codes", _("Recovery codes"), newline="\n"),
        name="mfa_view_recovery_codes",
    ),
    path(
        "two-factor/recovery-codes/new/",
        _page(
            GenerateRecoveryCodesView,
            "confirm",
            _("Create new recovery codes"),
            text=_("Your current codes stop working."),
            button=_("Create codes"),
        ),
        name="mfa_generate_recovery_codes",
    ),
    path("two-factor/passkeys/", RedirectView.as_view(url=_two_factor), name="mfa_list_webauthn"),
    path(
        "two-factor/passkeys/add/",
        _page(AddWebAuthnView, "add_passkey", _("Add passkey")),
        name="mfa_add_webauthn",
    ),
    path(
        "two-factor/passkeys/<int:pk>/remove/",
        _page(
            RemoveWebAuthnView,
            "confirm",
            _("Remove passkey"),
            text=_("You can no longer log in with it. Remove it from your device, too."),
            button=_("Remove passkey"),
            # Otherwise the breadcrumbs would link to the passkey's admin page, which doesn't exist.
            object=None,
        ),
        name="mfa_remove_webauthn",
    ),
]
