"""The catalog of destinations, which has one entry."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from fullstory_dest.admin.pages import admin_page
from fullstory_dest.catalog import ACTIONS, BENEFITS, DESCRIPTION, NAME, SETTINGS


@permission_required("fullstory_dest.view_source", raise_exception=True)
def catalog_page(request: HttpRequest) -> HttpResponse:
    """List the destinations that can be set up."""
    template = "fullstory_dest/setup/catalog.html"
    return admin_page(request, template, _("Catalog"), name=NAME, description=_(DESCRIPTION))


@permission_required("fullstory_dest.view_source", raise_exception=True)
def entry_page(request: HttpRequest) -> HttpResponse:
    """Describe the entry: actions, settings, and differences from the classic destination."""
    return admin_page(
        request,
        "fullstory_dest/setup/catalog_entry.html",
        NAME,
        way=[catalog_crumb()],
        description=_(DESCRIPTION),
        benefits=[_(benefit) for benefit in BENEFITS],
        actions=sorted(ACTIONS, key=lambda action: -action.api),
        settings=SETTINGS,
        may_set_up=request.user.has_perm("fullstory_dest.add_destination"),
    )


def catalog_crumb() -> dict[str, Any]:
    """The breadcrumb of the catalog."""
    return {"title": _("Catalog"), "link": reverse("admin:fullstory_dest_catalog")}


def entry_crumb() -> dict[str, Any]:
    """The breadcrumb of the entry."""
    return {"title": NAME, "link": reverse("admin:fullstory_dest_catalog_entry")}
