"""The tabs of a source's page, but for its settings, which are its form."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, Final

from django.http import HttpRequest

from fullstory_dest.admin.mappings.summary import clipped_trigger
from fullstory_dest.admin.sources.overview_diagram import draw
from fullstory_dest.admin.sources.releases_tab import live_check
from fullstory_dest.admin.sources.status import SourceState, source_state
from fullstory_dest.catalog import PRESETS
from fullstory_dest.models import Source
from fullstory_dest.services.event_routes import event_routes
from fullstory_dest.services.install import install
from fullstory_dest.services.script_requests import seen
from fullstory_dest.services.spec import source_spec


def overview_context(request: HttpRequest, source: Source) -> dict[str, Any]:
    """The picture of the drafts, and what is live."""
    state = source_state(source)
    routes = event_routes(source_spec(source, source.destinations.all()))
    return {
        "state": state,
        "picture": draw(routes),
        "routes": routes,
        "dead": sum(route.dead is not None for route in routes),
        "overlapping": sum(bool(route.also) for route in routes),
        "script_requests": seen(source),
        "may_set_up": request.user.has_perm("fullstory_dest.add_destination"),
    }


def destinations_context(request: HttpRequest, source: Source) -> dict[str, Any]:
    state = source_state(source)
    return {
        "state": state,
        "destinations": source.destinations.all(),
        "may_add": request.user.has_perm("fullstory_dest.add_destination"),
    }


def mappings_context(request: HttpRequest, source: Source) -> dict[str, Any]:
    """All mappings by destination. ``destination`` (an id) and ``q`` (in name, action or trigger) narrow them."""
    state = source_state(source)
    query = request.GET.get("q", "").strip()[:200]
    destinations = list(source.destinations.all())
    chosen = [each for each in destinations if str(each.pk) == request.GET.get("destination")]
    groups = [
        {
            "destination": destination,
            "mappings": [
                {"mapping": mapping, "trigger": clipped_trigger(mapping)}
                for mapping in destination.mappings.all()
                if query.casefold()
                in f"{mapping.name}\n{mapping.get_action_display()}\n{mapping.trigger}".casefold()
            ],
        }
        for destination in chosen or destinations
    ]
    return {
        "state": state,
        "groups": [group for group in groups if group["mappings"] or not query],
        "query": query,
        "chosen": chosen[0] if chosen and len(destinations) > 1 else None,
        "presets": PRESETS,
        "may_change": request.user.has_perm("fullstory_dest.change_mapping"),
        "may_add": request.user.has_perm("fullstory_dest.add_mapping"),
        "may_delete": request.user.has_perm("fullstory_dest.delete_mapping"),
    }


def install_context(request: HttpRequest, source: Source) -> dict[str, Any]:
    """The ways to install, what the page has to say about consent, and whether anyone has asked."""
    state = source_state(source)
    categories = _categories(source, state)
    granted = json.dumps(dict.fromkeys(categories, True), ensure_ascii=False)
    just_published = "published" in request.GET and request.user.has_perm("fullstory_dest.view_release")
    return {
        **(live_check(source, state.live) if just_published else {}),
        "state": state,
        "ways": install(source, state.live)["ways"],
        "categories": categories,
        "consent_code": f'(window.analytics = window.analytics || []).push(["consent", {granted}]);',
        "script_requests": seen(source),
    }


def _categories(source: Source, state: SourceState) -> list[str]:
    """The consent categories of enabled destinations: of the drafts, and of what is live."""
    named = [each.consent_categories for each in source.destinations.all() if each.enabled]
    published = state.live.spec["destinations"] if state.live else []
    named += [each.get("consent_categories", []) for each in published if each["enabled"]]
    return list(dict.fromkeys(category for categories in named for category in categories))


_CONTEXTS: Final[dict[str, Callable[[HttpRequest, Source], dict[str, Any]]]] = {
    "overview": overview_context,
    "destinations": destinations_context,
    "mappings": mappings_context,
    "install": install_context,
}


def tab_context(request: HttpRequest, source: Source, tab: str) -> dict[str, Any]:
    """What the template of a tab needs, besides the source."""
    make = _CONTEXTS.get(tab)
    return make(request, source) if make else {}
