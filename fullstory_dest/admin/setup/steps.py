"""Steps of the setup wizard: names, URLs and the progress header."""

from __future__ import annotations

from typing import Any, Final

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from fullstory_dest.admin.setup.catalog import catalog_crumb, entry_crumb
from fullstory_dest.catalog import NAME
from fullstory_dest.models import Destination, Source

STEPS: Final[dict[str, str | Promise]] = {
    "source": gettext_lazy("Source"),
    "settings": gettext_lazy("Settings"),
    "mappings": gettext_lazy("Mappings"),
    "test": gettext_lazy("Test"),
    "publish": gettext_lazy("Publish"),
    "install": gettext_lazy("Install"),
}


def step_url(step: str, source: int | None, destination: int | None) -> str:
    """The URL of a step, for the IDs of source and destination. The install step is a tab of the source."""
    if step == "source" or source is None:
        return reverse("admin:fullstory_dest_setup_source")
    if step == "install":
        return reverse("admin:fullstory_dest_source_install", args=[source])
    if step == "settings" and not destination:
        return reverse("admin:fullstory_dest_setup_settings", args=[source])
    name = "settings_again" if step == "settings" else step
    return reverse(f"admin:fullstory_dest_setup_{name}", args=[source, destination])


def step_context(step: str, source: Source | None, destination: Destination | None) -> dict[str, Any]:
    """The context of a step's page: ``setup`` has the header and the URLs of the previous and next steps."""
    keys = (source.pk if source else None, destination.pk if destination else None)
    reachable = {"source", *(("settings",) if source else ()), *(STEPS if destination else ())}
    names = list(STEPS)
    at = names.index(step)
    return {
        "setup": {
            "name": NAME,
            "source": source,
            "steps": [
                {
                    "number": number + 1,
                    "label": label,
                    "current": name == step,
                    "done": number < at,
                    "url": step_url(name, *keys) if name in reachable else "",
                }
                for number, (name, label) in enumerate(STEPS.items())
            ],
            "back": step_url(names[at - 1], *keys) if at else "",
            "next": step_url(names[at + 1], *keys) if destination else "",
        },
        "way": [catalog_crumb(), entry_crumb()],
    }
