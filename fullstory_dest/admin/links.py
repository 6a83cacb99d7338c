"""URLs of the admin's pages, and the tabs of a source.

Template tags import this module. They can't import unfold's classes, because unfold loads all tags while it's imported.
"""

from __future__ import annotations

from typing import Any, Final

from django.db import models
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from fullstory_dest.models import Source

TABS: Final[dict[str, str | Promise]] = {
    "overview": _("Overview"),
    "destinations": _("Destinations"),
    "mappings": _("Mappings"),
    "test": _("Test"),
    "releases": _("Releases"),
    "reviews": _("Reviews"),
    "install": _("Install"),
    "settings": _("Settings"),
}


def admin_url(model: type[models.Model] | models.Model, page: str, *arguments: Any) -> str:
    """The URL of a model's admin page, such as ``change``, ``changelist`` or ``add``."""
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=arguments)


def link(target: models.Model | None, text: object = None) -> SafeString | str:
    """A link to a row's page; a dash without a row."""
    if target is None:
        return "-"
    # A source opens on its overview, other rows on their form.
    page = "overview" if target._meta.model_name == "source" else "change"
    url = admin_url(target, page, target.pk)
    return format_html('<a href="{}" class="text-link">{}</a>', url, target if text is None else text)


def tab_url(source: Source | int, tab: str) -> str:
    """The URL of a source's tab, for a source or its ID."""
    key = source if isinstance(source, int) else source.pk
    return reverse(f"admin:fullstory_dest_source_{'change' if tab == 'settings' else tab}", args=[key])
