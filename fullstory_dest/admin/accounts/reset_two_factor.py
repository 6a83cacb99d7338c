"""The page to reset two-factor login, for users who lost their phone and recovery codes."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from fullstory_dest.admin.accounts.forms import log_change
from fullstory_dest.admin.accounts.second_factor import remove_factors
from fullstory_dest.admin.links import admin_url
from fullstory_dest.admin.pages import admin_page


def reset_two_factor_page(request: HttpRequest, user: User) -> HttpResponse:
    """Confirm, then turn it off. Redirects users from their own reset to their two-factor page."""
    if user.pk == request.user.pk:
        return HttpResponseRedirect(reverse("mfa_index"))
    back = admin_url(user, "change", user.pk)
    if request.method == "POST":
        remove_factors(user)
        log_change(request, user, _("Reset two-factor login."))
        text = _("Two-factor login for %(user)s is off. They can set it up again.")
        messages.success(request, text % {"user": user})
        return HttpResponseRedirect(back)
    return admin_page(
        request,
        "fullstory_dest/accounts/reset_two_factor.html",
        _("Reset two-factor login for %(user)s") % {"user": user},
        object=user,
        back=back,
    )
