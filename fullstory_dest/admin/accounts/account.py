"""Your account: name, role, password, two-factor login, tokens, and logging out."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from fullstory_dest.admin.accounts.roles import role_label
from fullstory_dest.admin.accounts.second_factor import has_two_factor
from fullstory_dest.admin.pages import admin_page, current_user
from fullstory_dest.models import ApiToken


def account_page(request: HttpRequest) -> HttpResponse:
    """Show the user's account, with links to the pages that change it."""
    user = current_user(request)
    return admin_page(
        request,
        "fullstory_dest/accounts/account.html",
        _("Your account"),
        person=user,
        role=role_label(user) or _("No role"),
        two_factor=has_two_factor(user),
        tokens=ApiToken.objects.filter(user=user).count(),
    )
