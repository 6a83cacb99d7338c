"""Logging in: name and password, then the code of those who have two-factor log-in."""

from __future__ import annotations

import time
from typing import Any, Final

from django import forms
from django.contrib import admin
from django.contrib.auth import login
from django.contrib.auth.models import User
from django.contrib.auth.views import LoginView
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django_otp import login as second_factor_passed
from unfold.forms import AuthenticationForm
from unfold.widgets import UnfoldAdminTextInputWidget

from fullstory_dest.admin.accounts.signed_forms import after_login
from fullstory_dest.admin.accounts.two_factor import check_code, has_two_factor

#: What stands in the session between password and code; and for how long, in seconds.
PENDING: Final = "login_pending"
PENDING_SECONDS: Final = 600
#: A user's name, in characters.
LONGEST_NAME: Final = 150


class LoginForm(AuthenticationForm):  # type: ignore[misc]
    """Name and password. A name that nobody can have is refused before anyone counts it."""

    # Of a person who may not log in no more is said: who asks may be anybody.
    error_messages = dict.fromkeys(
        ("invalid_login", "inactive"), gettext_lazy("Name or password is not right.")
    )

    def clean_username(self) -> str:
        name: str = self.cleaned_data["username"]
        if len(name) > LONGEST_NAME:
            raise self.get_invalid_login_error()
        return name


class Login(LoginView):
    """The admin's log-in page. Whoever has two-factor log-in is not logged in by it, but asked for a code."""

    authentication_form = LoginForm
    template_name = "fullstory_dest/accounts/login.html"

    @method_decorator(never_cache)
    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method == "GET" and admin.site.has_permission(request):
            return HttpResponseRedirect(reverse("admin:index"))
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        return context | _context(self.request, carried=self.request.POST.get("carried", ""))

    def form_valid(self, form: Any) -> HttpResponse:
        user = form.get_user()
        carried = self.request.POST.get("carried", "")
        if not has_two_factor(user):
            login(self.request, user)
            return after_login(self.request, carried, following(self.request))
        self.request.session[PENDING] = {
            "person": user.pk,
            "backend": user.backend,
            "password": user.get_session_auth_hash(),
            "at": time.time(),
        }
        return _code_page(self.request, CodeForm(), carried)


class CodeForm(forms.Form):
    """A code of the app, or a backup code."""

    code = forms.CharField(
        label=gettext_lazy("Code"),
        max_length=16,
        widget=UnfoldAdminTextInputWidget(
            attrs={
                "autocomplete": "one-time-code",
                "autofocus": True,
                "autocapitalize": "off",
                "spellcheck": "false",
            }
        ),
        help_text=gettext_lazy("The six digits that your app shows, or one of your backup codes."),
    )


@never_cache
@sensitive_post_parameters("code")
def login_code(request: HttpRequest) -> HttpResponse:
    """The second step. The password was right, and not long ago."""
    pending = request.session.get(PENDING, {})
    user = _pending_user(pending)
    if user is None:
        request.session.pop(PENDING, None)
        return redirect("admin:login")
    carried = request.POST.get("carried", "")
    form = CodeForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        checked = check_code(user, form.cleaned_data["code"])
        if checked.device is not None:
            del request.session[PENDING]
            login(request, user, backend=pending["backend"])
            second_factor_passed(request, checked.device)
            return after_login(request, carried, following(request))
        form.add_error("code", checked.refusal)
    return _code_page(request, form, carried)


def login_page(request: HttpRequest, *, carried: str = "", told: str = "", status: int = 200) -> HttpResponse:
    """The log-in page in place of another, keeping what was typed there, and telling why."""
    form = LoginForm(request)
    context = {**_context(request, carried=carried), "form": form, "told": told}
    if carried and not told:
        context["told"] = _("You were logged out. Log in again: nothing of what you typed is lost.")
    return render(request, "fullstory_dest/accounts/login.html", context, status=status)


def following(request: HttpRequest) -> str:
    """Where to go after logging in: to the address that was asked for, if it is ours."""
    wanted = request.POST.get("next") or request.GET.get("next", "")
    safe = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return wanted if safe else reverse("admin:index")


def _code_page(request: HttpRequest, form: CodeForm, carried: str) -> HttpResponse:
    context = {**_context(request, carried=carried), "form": form, "title": _("Two-factor log-in")}
    return render(request, "fullstory_dest/accounts/login_code.html", context)


def _context(request: HttpRequest, *, carried: str) -> dict[str, Any]:
    wanted = request.POST.get("next") or request.GET.get("next", "")
    return {
        **admin.site.each_context(request),
        "title": _("Log in"),
        "app_path": reverse("admin:login"),
        "username": request.user.get_username(),
        "next": wanted,
        "carried": carried,
    }


def _pending_user(pending: Any) -> User | None:
    if not pending or time.time() - pending["at"] > PENDING_SECONDS:
        return None
    user = User.objects.filter(pk=pending["person"], is_active=True).first()
    return user if user and user.get_session_auth_hash() == pending["password"] else None
