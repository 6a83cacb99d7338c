"""The catalog: what can be set up, and what it does."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from fullstory_dest.catalog import ACTIONS, BENEFITS, DESCRIPTION, NAME, SETTINGS


def catalog_page(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    """What can be set up. There is one entry."""
    context |= {"title": _("Catalog"), "name": NAME, "description": _(DESCRIPTION)}
    return TemplateResponse(request, "fullstory_dest/setup/catalog.html", context)


def catalog_crumb() -> dict[str, Any]:
    return {"title": _("Catalog"), "link": reverse("admin:fullstory_dest_catalog")}


def entry_page(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    """What the entry does, before anyone sets it up."""
    context |= {
        "title": NAME,
        "way": [catalog_crumb()],
        "description": _(DESCRIPTION),
        "benefits": [_(benefit) for benefit in BENEFITS],
        "actions": sorted(ACTIONS, key=lambda action: -action.api),
        "settings": SETTINGS,
        "may_set_up": request.user.has_perm("fullstory_dest.add_destination"),
    }
    return TemplateResponse(request, "fullstory_dest/setup/entry.html", context)
