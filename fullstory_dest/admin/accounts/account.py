"""Your account: name, role, password, two-factor login, tokens, and logging out."""

from __future__ import annotations

from django.contrib import admin
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from fullstory_dest.admin.accounts.roles import role_label
from fullstory_dest.admin.accounts.second_factor import has_two_factor
from fullstory_dest.models import ApiToken


def account_page(request: HttpRequest) -> HttpResponse:
    user = request.user
    assert isinstance(user, User)
    context = {
        **admin.site.each_context(request),
        "title": _("Your account"),
        "person": user,
        "role": role_label(user) or _("None: sees nothing"),
        "two_factor": has_two_factor(user),
        "tokens": ApiToken.objects.filter(user=user).count(),
    }
    return render(request, "fullstory_dest/accounts/account.html", context)
