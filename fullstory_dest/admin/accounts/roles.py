"""The page that compares what roles allow."""

from __future__ import annotations

from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from fullstory_dest.admin.pages import admin_page
from fullstory_dest.services.accounts.roles import ABILITIES, role_grants, role_of


def roles_page(request: HttpRequest) -> HttpResponse:
    """Compare the roles, and mark those that the user has."""
    roles = role_grants()
    rows = [
        {"label": ability.label, "allowed": [each.allows[number] for each in roles]}
        for number, ability in enumerate(ABILITIES)
    ]
    mine = set(request.user.groups.values_list("name", flat=True))
    template = "fullstory_dest/accounts/roles.html"
    return admin_page(request, template, _("Roles"), roles=roles, rows=rows, mine=mine)


def role_label(user: User) -> str:
    """What to call a user's role; empty for none."""
    if user.is_superuser:
        return _("May do everything")
    role = role_of(user)
    return str(role.label) if role else ""
