"""The steps of setting up: their names, their addresses, and the line that shows them."""

from __future__ import annotations

from typing import Any, Final

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from fullstory_dest.admin.base.forms import parse_ids
from fullstory_dest.models import Destination, Source

STEPS: Final[dict[str, str | Promise]] = {
    "source": gettext_lazy("Source"),
    "settings": gettext_lazy("Settings"),
    "mappings": gettext_lazy("What to send"),
    "try": gettext_lazy("Try it"),
    "publish": gettext_lazy("Publish"),
    "install": gettext_lazy("Install"),
}


def step_url(step: str, source: int | None, destination: int | None) -> str:
    """Where a step is shown, for these ids."""
    if step == "source" or source is None:
        return reverse("admin:fullstory_dest_setup_source")
    if step == "install":
        return reverse("admin:fullstory_dest_source_install", args=[source])
    if step == "settings":
        name = "setup_settings_again" if destination else "setup_settings"
        return reverse(
            f"admin:fullstory_dest_{name}", args=[source, destination] if destination else [source]
        )
    return reverse(f"admin:fullstory_dest_setup_{step}", args=[source, destination])


def steps_shown(step: str, source: Source | None, destination: Destination | None) -> list[dict[str, Any]]:
    """The steps as a line, with the one that somebody is at. Those that can be gone to have an address."""
    reachable = {"source", *(("settings",) if source else ()), *(STEPS if destination else ())}
    at = list(STEPS).index(step)
    keys = (source.pk if source else None, destination.pk if destination else None)
    return [
        {
            "number": number + 1,
            "label": label,
            "current": key == step,
            "done": number < at,
            "url": step_url(key, *keys) if key in reachable else "",
        }
        for number, (key, label) in enumerate(STEPS.items())
    ]


def begun_at_mappings(key: str) -> dict[str, Any] | None:
    """What the page of a blank mapping says of the set-up that it belongs to, by the id of the destination."""
    made = Destination.objects.select_related("source").filter(pk__in=parse_ids([key])).first()
    if made is None:
        return None
    return {
        "source": made.source,
        "steps": steps_shown("mappings", made.source, made),
        "back": step_url("mappings", made.source_id, made.pk),
    }
