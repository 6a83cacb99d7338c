"""The tabs of a source, which several packages link to."""

from __future__ import annotations

from typing import Final

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from fullstory_dest.models import Source


def tab_url(source: Source | int, tab: str) -> str:
    """The URL of a source's tab, for a source or its ID."""
    key = source if isinstance(source, int) else source.pk
    return reverse(f"admin:fullstory_dest_source_{'change' if tab == 'settings' else tab}", args=[key])


TABS: Final[dict[str, str | Promise]] = {
    "overview": _("Overview"),
    "destinations": _("Destinations"),
    "mappings": _("Mappings"),
    "test": _("Test"),
    "releases": _("Releases"),
    "install": _("Install"),
    "settings": _("Settings"),
}
