"""What is one's own, in one place: name, role, password, two-factor log-in, tokens, and logging out."""

from __future__ import annotations

from django.contrib import admin
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from fullstory_dest.admin.accounts.roles import role_of
from fullstory_dest.admin.accounts.two_factor import backup_codes_left, has_two_factor
from fullstory_dest.models import ApiToken


def account_page(request: HttpRequest) -> HttpResponse:
    user = request.user
    assert isinstance(user, User)
    on = has_two_factor(user)
    context = {
        **admin.site.each_context(request),
        "title": _("Your account"),
        "person": user,
        "role": role_of(user) or _("None: sees nothing"),
        "two_factor": on,
        "codes_left": backup_codes_left(user) if on else 0,
        "tokens": ApiToken.objects.filter(user=user).count(),
    }
    return render(request, "fullstory_dest/accounts/account.html", context)
