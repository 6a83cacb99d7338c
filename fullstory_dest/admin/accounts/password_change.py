"""Changing one's own password. Guesses at the old one count as guesses at the log-in do."""

from __future__ import annotations

from typing import Any

from axes.handlers.proxy import AxesProxyHandler
from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.contrib.auth.signals import user_login_failed
from django.contrib.auth.views import PasswordChangeView
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.urls import reverse_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.forms import AdminOwnPasswordChangeForm

from fullstory_dest.admin.accounts.throttling import client_address, wait


class OwnPasswordForm(AdminOwnPasswordChangeForm):  # type: ignore[misc]
    """The old password, and the new one twice."""

    def __init__(self, user: User, *args: Any, request: HttpRequest, **kwargs: Any) -> None:
        super().__init__(user, *args, **kwargs)
        self.request = request
        for name, label in (
            ("old_password", _("The password you have now")),
            ("new_password1", _("The new one")),
            ("new_password2", _("The new one again")),
        ):
            self.fields[name].label = label
        self.fields["new_password2"].help_text = ""

    def clean_old_password(self) -> str:
        credentials = {"username": self.user.get_username()}
        if not AxesProxyHandler.is_allowed(self.request, credentials):
            raise ValidationError(wait(self.request, credentials).told, code="wait")
        try:
            old: str = super().clean_old_password()
        except ValidationError:
            user_login_failed.send(sender=__name__, credentials=credentials, request=self.request)
            # Else the log-in page would come in the place of this one.
            self.request.axes_locked_out = False  # type: ignore[attr-defined]
            raise
        AxesProxyHandler.reset_attempts(ip_address=client_address(self.request), **credentials)
        return old


class OwnPassword(PasswordChangeView):
    """The admin's page, in the place of its own."""

    form_class = OwnPasswordForm
    template_name = "registration/password_change_form.html"
    success_url = reverse_lazy("admin:account")
    title = gettext_lazy("Change your password")

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "request": self.request}

    def form_valid(self, form: Any) -> HttpResponse:
        response = super().form_valid(form)
        messages.success(self.request, _("Your password is changed."))
        return response

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {**admin.site.each_context(self.request), **super().get_context_data(**kwargs)}
