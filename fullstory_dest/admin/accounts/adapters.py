"""What django-allauth allows here, counts, and says. Settings name these classes."""

from __future__ import annotations

import logging
from http import HTTPStatus
from ipaddress import IPv6Address, ip_address
from typing import Any, Final, NoReturn

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.core.internal import ratelimit
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.providers.base import AuthProcess
from django.contrib import admin, messages
from django.contrib.auth import logout
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from fullstory_dest.admin.accounts.backends import StaffBackend

_logger = logging.getLogger(__name__)

#: In the session between the first step of a login and its last: what changes with the user's password.
_AUTH_HASH: Final = "login_auth_hash"
#: How long wrong passwords and codes are counted, as ``ACCOUNT_RATE_LIMITS`` has it.
_LOCKOUT_MINUTES: Final = 15


def too_many_attempts(request: HttpRequest, minutes: int = 1) -> HttpResponse:
    """Answer with status 429. By itself for allauth's limit of passkey logins, which is per minute."""
    context = {**admin.site.each_context(request), "title": _("Too many attempts"), "minutes": minutes}
    response = render(request, "429.html", context, status=HTTPStatus.TOO_MANY_REQUESTS)
    response["Retry-After"] = str(minutes * 60)
    return response


class AccountAdapter(DefaultAccountAdapter):
    """Logging in by username and password. Nobody can sign up."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "username_password_mismatch": gettext_lazy("Incorrect username or password."),
    }

    def validation_error(self, code: str, *args: Any) -> ValidationError:
        """Answer too many wrong passwords or codes with status 429, whatever form they were typed into."""
        if code in ("too_many_login_attempts", "rate_limited"):
            raise ImmediateHttpResponse(too_many_attempts(context.request, _LOCKOUT_MINUTES))
        error: ValidationError = super().validation_error(code, *args)
        return error

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def is_safe_url(self, url: str | None) -> bool:
        """Whether a redirect stays on the host that the browser asked. allauth would take all of ALLOWED_HOSTS."""
        request = context.request
        return url_has_allowed_host_and_scheme(url, {request.get_host()}, require_https=request.is_secure())

    def get_client_ip(self, request: HttpRequest) -> str:
        """The address that attempts are counted by; allauth takes the /64 network of IPv6. IPv4 is always as IPv4."""
        address = ip_address(super().get_client_ip(request))
        mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
        return str(mapped or address)

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Count an attempt before the password is looked at. A right one is taken back."""
        # Not one of the rates of "login_failed": a right code clears those, and would reset the count of an address.
        from_address = ratelimit.consume(request, app="allauth.account", action="login_failed_from_address")
        if not from_address:
            raise self.validation_error("too_many_login_attempts")
        super().pre_authenticate(request, **credentials)
        self._login_failed_rl_usage.usage += from_address.usage

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        # allauth counts by host and name: each Host header would be another try, and anyone could lock out a name.
        return f"{ratelimit.get_ip(request)} {credentials['username'].lower()}"

    def pre_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse | None:
        """Refuse users that came past the backend, by passkey or single sign-on, and can't log in."""
        if not StaffBackend().user_can_authenticate(user):
            logout(request)
            messages.error(request, _("You can't log in. Ask an owner for access."))
            return redirect("account_login")
        request.session[_AUTH_HASH] = user.get_session_auth_hash()
        return None

    def login(self, request: HttpRequest, user: User) -> None:
        """Log in after the last step, unless the password was changed since the first."""
        if request.session.pop(_AUTH_HASH, "") != user.get_session_auth_hash():
            raise ImmediateHttpResponse(redirect("account_login"))
        super().login(request, user)

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("admin:account")

    def get_reauthentication_methods(self, user: User) -> list[dict[str, Any]]:
        """Ask for a second factor where there is one: a password alone must not remove it."""
        methods = super().get_reauthentication_methods(user)
        return [method for method in methods if method["id"] != "reauthenticate"] or methods


class SecondFactorAdapter(DefaultMFAAdapter):
    """Authenticator apps, recovery codes and passkeys."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": gettext_lazy("This code is incorrect, or was used before."),
    }

    def generate_authenticator_name(self, user: User, type: str) -> str:
        return _("Passkey")


class SingleSignOnAdapter(DefaultSocialAccountAdapter):
    """OpenID Connect: logs in the user who has the email address that the provider verified."""

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        user = _user_with(sociallogin.account.get_provider_account().get_user_data())
        if sociallogin.state.get("process") != AuthProcess.LOGIN or user is None:
            _refuse(request, _("No user with your email address can log in. Ask an owner for access."))
        # Not connected: without a row of its own, access ends when the email address of the user changes.
        sociallogin.user = user

    def on_authentication_error(self, request: HttpRequest, provider: Any, **details: Any) -> NoReturn:
        _logger.warning("single sign-on failed: %s", details.get("error"), exc_info=details.get("exception"))
        _refuse(request, _("Single sign-on failed. Try again, or log in with your password."))

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        return False


def _user_with(claims: dict[str, Any]) -> User | None:
    """The one user who can log in and has a provider's verified email address; None if there are several."""
    email = claims.get("email")
    if not isinstance(email, str) or not email or claims.get("email_verified") not in (True, "true"):
        return None
    # Letters of other alphabets that look like ASCII's in the other case are not equal to them, as in Unicode.
    same = email.encode().lower()
    candidates = User.objects.filter(is_active=True, is_staff=True, email__iexact=email)
    users = [user for user in candidates if user.email.encode().lower() == same]
    return users[0] if len(users) == 1 else None


def _refuse(request: HttpRequest, why: str) -> NoReturn:
    messages.error(request, why)
    raise ImmediateHttpResponse(redirect("account_login"))
