"""The page that compares what roles allow."""

from __future__ import annotations

from django.contrib import admin
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from fullstory_dest.services.accounts.roles import ABILITIES, role_grants, role_of


def roles_page(request: HttpRequest) -> HttpResponse:
    roles = role_grants()
    rows = [
        {"label": ability.label, "allowed": [each.allows[number] for each in roles]}
        for number, ability in enumerate(ABILITIES)
    ]
    context = {**admin.site.each_context(request), "title": _("Roles"), "roles": roles, "rows": rows}
    context["mine"] = set(request.user.groups.values_list("name", flat=True))
    return render(request, "fullstory_dest/accounts/roles.html", context)


def role_label(user: User) -> str:
    """What to call a user's role; empty for none."""
    if user.is_superuser:
        return _("May do everything")
    role = role_of(user)
    return str(role.label) if role else ""
