"""The sidebar and the account menu, in Unfold's format. Users see only links that they can open."""

from __future__ import annotations

from typing import Any, Final

from django.http import HttpRequest
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _


def _link(title: Any, icon: str, url: str, permission: str = "", **more: Any) -> dict[str, Any]:
    """A link of the sidebar. ``url`` is a URL name; ``permission`` is required to see the link."""
    if permission:
        more["permission"] = lambda request: request.user.has_perm(permission)
    return {"title": title, "icon": icon, "link": reverse_lazy(f"admin:{url}"), **more}


def _in_catalog(request: HttpRequest) -> bool:
    """Whether a page belongs to the catalog or setup. Their URLs are below those of sources."""
    return any(part in request.path for part in ("/source/catalog/", "/source/setup/"))


def _in_source(request: HttpRequest) -> bool:
    found = any(f"/{part}/" in request.path for part in ("source", "environment", "review"))
    return found and not _in_catalog(request)


_VIEW: Final = "fullstory_dest.view_"

SIDEBAR: Final[list[dict[str, Any]]] = [
    {
        "items": [
            _link(_("Home"), "home", "index"),
            _link(_("Catalog"), "storefront", "fullstory_dest_catalog", f"{_VIEW}source", active=_in_catalog),
            _link(
                _("Sources"),
                "language",
                "fullstory_dest_source_changelist",
                f"{_VIEW}source",
                active=_in_source,
            ),
            _link(
                _("Destinations"), "outbound", "fullstory_dest_destination_changelist", f"{_VIEW}destination"
            ),
            _link(_("Mappings"), "alt_route", "fullstory_dest_mapping_changelist", f"{_VIEW}mapping"),
            _link(_("Releases"), "rocket_launch", "fullstory_dest_release_changelist", f"{_VIEW}release"),
        ],
    },
    {
        "title": _("Migration"),
        "items": [
            _link(
                _("Classic destinations"),
                "move_up",
                "fullstory_dest_classicdestination_changelist",
                f"{_VIEW}classicdestination",
            ),
            _link(_("Migrations"), "fact_check", "fullstory_dest_migration_changelist", f"{_VIEW}migration"),
        ],
    },
    {
        "title": _("Team"),
        "items": [
            _link(_("Your account"), "account_circle", "account"),
            _link(_("Users"), "person", "auth_user_changelist", "auth.view_user"),
            _link(_("Roles"), "group", "roles"),
            _link(_("API tokens"), "key", "tokens"),
        ],
    },
]

ACCOUNT_MENU: Final[list[dict[str, Any]]] = [
    {"title": _("Your account"), "link": reverse_lazy("admin:account")},
    {"title": _("API tokens"), "link": reverse_lazy("admin:tokens")},
    {"title": _("Two-factor login"), "link": reverse_lazy("mfa_index")},
    {"title": _("Change password"), "link": reverse_lazy("account_change_password")},
]


def sidebar(request: HttpRequest) -> list[dict[str, Any]]:
    """The sidebar's groups of links."""
    return SIDEBAR


def account_menu(request: HttpRequest) -> list[dict[str, Any]]:
    """The links below the user's name."""
    return ACCOUNT_MENU
