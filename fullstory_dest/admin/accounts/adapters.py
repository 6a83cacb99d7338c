"""django-allauth's adapters: rate limits, error messages and single sign-on. Settings name these classes."""

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
from django.conf import settings
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

#: Session key for the user's auth hash, between a login's first and last step. The hash changes with the password.
_AUTH_HASH: Final = "login_auth_hash"


def too_many_attempts(request: HttpRequest, minutes: int = 1) -> HttpResponse:
    """Render the page with status 429. The default of ``minutes`` is for allauth's limit on passkey logins."""
    context = {**admin.site.each_context(request), "title": _("Too many attempts"), "minutes": minutes}
    response = render(request, "429.html", context, status=HTTPStatus.TOO_MANY_REQUESTS)
    response["Retry-After"] = str(minutes * 60)
    return response


class AccountAdapter(DefaultAccountAdapter):
    """Login by username and password. Signup is closed."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "username_password_mismatch": gettext_lazy("Incorrect username or password."),
    }

    def validation_error(self, code: str, *args: Any) -> ValidationError:
        """Return status 429 after too many wrong passwords or codes, in any form."""
        if code in ("too_many_login_attempts", "rate_limited"):
            raise ImmediateHttpResponse(too_many_attempts(context.request, settings.LOCKOUT_MINUTES))
        error: ValidationError = super().validation_error(code, *args)
        return error

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def is_safe_url(self, url: str | None) -> bool:
        """Whether a redirect stays on the request's host. allauth would accept all of ALLOWED_HOSTS."""
        request = context.request
        return url_has_allowed_host_and_scheme(url, {request.get_host()}, require_https=request.is_secure())

    def get_client_ip(self, request: HttpRequest) -> str:
        """The IP address for rate limits. allauth groups IPv6 by /64 network; IPv4-mapped addresses count as IPv4."""
        address = ip_address(super().get_client_ip(request))
        mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
        return str(mapped or address)

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Count an attempt before checking the password. A correct password undoes the count."""
        # A separate limit from "login_failed": a correct code clears those, which would reset the address's count.
        from_address = ratelimit.consume(request, app="allauth.account", action="login_failed_from_address")
        if not from_address:
            raise self.validation_error("too_many_login_attempts")
        super().pre_authenticate(request, **credentials)
        self._login_failed_rl_usage.usage += from_address.usage

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        # allauth's key has the host and the username: varying the Host header would evade the limit, and anyone
        # could lock a user out.
        return f"{ratelimit.get_ip(request)} {credentials['username'].lower()}"

    def pre_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse | None:
        """Refuse users who can't log in. Passkeys and single sign-on bypass the backend's check."""
        if not StaffBackend().user_can_authenticate(user):
            logout(request)
            messages.error(request, _("You don't have access. Ask an owner to allow you to log in."))
            return redirect("account_login")
        request.session[_AUTH_HASH] = user.get_session_auth_hash()
        return None

    def login(self, request: HttpRequest, user: User) -> None:
        """Log in after the last step, unless the password has changed since the first."""
        if request.session.pop(_AUTH_HASH, "") != user.get_session_auth_hash():
            raise ImmediateHttpResponse(redirect("account_login"))
        super().login(request, user)

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("admin:account")

    def get_reauthentication_methods(self, user: User) -> list[dict[str, Any]]:
        """Require a second factor if the user has one, so that a password alone can't remove it."""
        methods = super().get_reauthentication_methods(user)
        return [method for method in methods if method["id"] != "reauthenticate"] or methods


class SecondFactorAdapter(DefaultMFAAdapter):
    """Authenticator apps, recovery codes and passkeys."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": gettext_lazy("This code is incorrect or was already used."),
    }

    def generate_authenticator_name(self, user: User, type: str) -> str:
        return _("Passkey")


class SingleSignOnAdapter(DefaultSocialAccountAdapter):
    """OpenID Connect login, for the user with the email address that the provider verified."""

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        user = _user_with(sociallogin.account.get_provider_account().get_user_data())
        if sociallogin.state.get("process") != AuthProcess.LOGIN or user is None:
            _refuse(request, _("No active user has your verified email address. Ask an owner for access."))
        # No connection is saved, so access ends when the user's email address changes.
        sociallogin.user = user

    def on_authentication_error(self, request: HttpRequest, provider: Any, **details: Any) -> NoReturn:
        _logger.warning("single sign-on failed: %s", details.get("error"), exc_info=details.get("exception"))
        _refuse(request, _("Single sign-on failed. Try again, or log in with your password."))

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        return False


def _user_with(claims: dict[str, Any]) -> User | None:
    """The active staff user with the provider's verified email address; None unless there is exactly one."""
    email = claims.get("email")
    if not isinstance(email, str) or not email or claims.get("email_verified") not in (True, "true"):
        return None
    # iexact also matches some non-ASCII letters, such as the Kelvin sign for K. Compare bytes to exclude them.
    same = email.encode().lower()
    candidates = User.objects.filter(is_active=True, is_staff=True, email__iexact=email)
    users = [user for user in candidates if user.email.encode().lower() == same]
    return users[0] if len(users) == 1 else None


def _refuse(request: HttpRequest, why: str) -> NoReturn:
    messages.error(request, why)
    raise ImmediateHttpResponse(redirect("account_login"))
