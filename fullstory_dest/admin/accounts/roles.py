"""The page that compares roles."""

from __future__ import annotations

from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from fullstory_dest.admin.pages import admin_page
from fullstory_dest.services.accounts.roles import ABILITIES, role_grants, role_of


def roles_page(request: HttpRequest) -> HttpResponse:
    """Compare the permissions of the roles, and mark the user's role."""
    roles = role_grants()
    rows = [
        {"label": ability.label, "allowed": [each.allows[number] for each in roles]}
        for number, ability in enumerate(ABILITIES)
    ]
    mine = set(request.user.groups.values_list("name", flat=True))
    template = "fullstory_dest/accounts/roles.html"
    return admin_page(request, template, _("Roles"), roles=roles, rows=rows, mine=mine)


def role_label(user: User) -> str:
    """The label of a user's role; empty if they have none."""
    if user.is_superuser:
        return _("Full access")
    role = role_of(user)
    return str(role.label) if role else ""
