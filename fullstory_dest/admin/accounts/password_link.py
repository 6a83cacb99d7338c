"""Links to set a password. An owner creates one and passes it to the user; it works once."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import admin, messages
from django.contrib.auth.forms import SetPasswordForm as DjangoSetPasswordForm
from django.contrib.auth.models import User
from django.contrib.auth.tokens import default_token_generator
from django.contrib.auth.views import PasswordResetConfirmView
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse, reverse_lazy
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from unfold.widgets import BASE_INPUT_CLASSES

from fullstory_dest.admin.accounts.backends import StaffBackend
from fullstory_dest.admin.accounts.forms import log_change
from fullstory_dest.admin.base.one_time_secret import keep_secret, take_secret
from fullstory_dest.admin.links import admin_url
from fullstory_dest.admin.pages import admin_page
from fullstory_dest.services.public_url import public_url
from fullstory_dest.services.row_locks import lock_rows


def password_link(user: User) -> str:
    """Return an absolute URL. It is valid for ``days_good`` days, or until the user sets a password or logs in."""
    keys = [urlsafe_base64_encode(force_bytes(user.pk)), default_token_generator.make_token(user)]
    return public_url(reverse("admin:set_password", args=keys))


def days_good() -> int:
    return settings.PASSWORD_RESET_TIMEOUT // 86_400


@never_cache
def password_link_page(request: HttpRequest, user: User) -> HttpResponse:
    """Confirm, then create a link and show it once."""
    back = admin_url(user, "change", user.pk)
    if not StaffBackend().user_can_authenticate(user):
        text = _("%(user)s can't log in. Turn on “Can log in” and save, then create the link.")
        messages.error(request, text % {"user": user})
        return HttpResponseRedirect(back)
    if request.method == "POST":
        log_change(request, user, _("Created a link to set a password."))
        return show_password_link(request, user)
    return admin_page(
        request,
        "fullstory_dest/accounts/password_link.html",
        _("Create password link"),
        object=user,
        link=take_secret(request, f"password link {user.pk}"),
        days=days_good(),
        back=back,
    )


def show_password_link(request: HttpRequest, user: User) -> HttpResponse:
    """Create a link, and redirect to the page that shows it."""
    keep_secret(request, f"password link {user.pk}", password_link(user))
    return HttpResponseRedirect(admin_url(user, "password_link", user.pk))


class SetPasswordForm(DjangoSetPasswordForm):  # type: ignore[type-arg]
    """The new password, twice."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, label in (("new_password1", _("Password")), ("new_password2", _("Repeat password"))):
            self.fields[name].label = label
            self.fields[name].widget.attrs["class"] = " ".join(BASE_INPUT_CLASSES)
        self.fields["new_password2"].help_text = ""


class SetPassword(PasswordResetConfirmView):
    """The page that a password link opens. Users who can't log in can't set a password."""

    form_class = SetPasswordForm
    template_name = "fullstory_dest/accounts/set_password.html"
    success_url = reverse_lazy("admin:login")
    title = gettext_lazy("Set your password")

    @transaction.atomic
    def dispatch(self, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return super().dispatch(*args, **kwargs)

    def get_user(self, uidb64: str) -> User | None:
        user = super().get_user(uidb64)
        if isinstance(user, User) and self.request.method == "POST":
            # If a link is used twice at the same time, the second request waits here, then finds it used.
            lock_rows(User, [user.pk])
            user = super().get_user(uidb64)
        return user if isinstance(user, User) and StaffBackend().user_can_authenticate(user) else None

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        if not self.validlink:
            context["title"] = _("Link expired")
        return {**admin.site.each_context(self.request), **context, "person": self.user}

    def form_valid(self, form: Any) -> HttpResponse:
        response = super().form_valid(form)
        messages.success(self.request, _("Password set. Log in with it."))
        return response
