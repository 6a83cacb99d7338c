"""The Overview, Destinations, Mappings and Install tabs of a source."""

from __future__ import annotations

import json

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse

from fullstory_dest.admin.links import tab_url
from fullstory_dest.admin.mappings.summary import clipped_trigger
from fullstory_dest.admin.pages import chosen_environment, environments_of, source_tab, source_view
from fullstory_dest.admin.sources.mappings_tab import change_mappings
from fullstory_dest.admin.sources.overview_diagram import draw
from fullstory_dest.admin.sources.releases_tab import live_check
from fullstory_dest.catalog import PRESETS
from fullstory_dest.models import Deployment, Source
from fullstory_dest.services.accounts.permissions import VIEW_DRAFTS
from fullstory_dest.services.previews.event_routes import event_routes
from fullstory_dest.services.sources.drift import environment_states
from fullstory_dest.services.sources.install import install_instructions
from fullstory_dest.services.sources.install_tags import QUEUE
from fullstory_dest.services.sources.script_requests import summarize_script_requests
from fullstory_dest.services.sources.status import source_status
from fullstory_dest.services.spec import source_spec


@source_view()
def overview(request: HttpRequest, source: Source) -> HttpResponse:
    """Show the diagram of the drafts, and which release is live.

    Links to a source lead here. Users who can't view drafts are redirected to the Settings tab.
    """
    if not request.user.has_perms(VIEW_DRAFTS):
        return HttpResponseRedirect(tab_url(source, "settings"))
    state = source_status(source)
    routes = event_routes(source_spec(source, source.destinations.all()))
    return source_tab(
        request,
        source,
        "overview",
        state=state,
        diagram=draw(routes),
        routes=routes,
        inactive=sum(route.inactive_reason is not None for route in routes),
        overlapping=sum(bool(route.overlapping) for route in routes),
        script_requests=summarize_script_requests(source),
        environment_states=environment_states(environments_of(source)),
        may_set_up=request.user.has_perm("fullstory_dest.add_destination"),
    )


@source_view(*VIEW_DRAFTS)
def destinations(request: HttpRequest, source: Source) -> HttpResponse:
    """List the destinations."""
    state = source_status(source)
    return source_tab(
        request,
        source,
        "destinations",
        state=state,
        destinations=source.destinations.all(),
        may_add=request.user.has_perm("fullstory_dest.add_destination"),
    )


@source_view(*VIEW_DRAFTS)
def mappings(request: HttpRequest, source: Source) -> HttpResponse:
    """List the mappings by destination, filtered by ``destination`` (an id) and ``q``. A POST saves the list."""
    if request.method == "POST":
        return change_mappings(request, source)
    state = source_status(source)
    query = request.GET.get("q", "").strip()[:200]
    found = list(source.destinations.all())
    chosen = [each for each in found if str(each.pk) == request.GET.get("destination")]
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
        for destination in chosen or found
    ]
    return source_tab(
        request,
        source,
        "mappings",
        state=state,
        groups=[group for group in groups if group["mappings"] or not query],
        query=query,
        chosen=chosen[0] if chosen and len(found) > 1 else None,
        presets=PRESETS,
        may_change=request.user.has_perm("fullstory_dest.change_mapping"),
        may_add=request.user.has_perm("fullstory_dest.add_mapping"),
        may_delete=request.user.has_perm("fullstory_dest.delete_mapping"),
    )


@source_view(*VIEW_DRAFTS)
def install(request: HttpRequest, source: Source) -> HttpResponse:
    """Show install instructions, the consent code, and when the script was last requested."""
    state = source_status(source)
    environment = chosen_environment(request, source, default="last")
    categories = _categories(source, environment.live)
    granted = json.dumps(dict.fromkeys(categories, True), ensure_ascii=False)
    just_published = "published" in request.GET and request.user.has_perm("fullstory_dest.view_release")
    return source_tab(
        request,
        source,
        "install",
        **(live_check(environment) if just_published else {}),
        state=state,
        environment=environment,
        environments=environments_of(source),
        methods=install_instructions(environment)["methods"],
        categories=categories,
        consent_code=f'{QUEUE}\nwindow.analytics.push(["consent", {granted}]);',
        script_requests=summarize_script_requests(source),
    )


@source_view()
def last_request(request: HttpRequest, source: Source) -> HttpResponse:
    """Render when the script was last requested, for the part of the Install tab that refreshes itself."""
    context = {"source": source, "script_requests": summarize_script_requests(source)}
    response = TemplateResponse(request, "fullstory_dest/sources/last_request.html", context)
    response["Cache-Control"] = "no-store"
    return response


def _categories(source: Source, live: Deployment | None) -> list[str]:
    """The consent categories of enabled destinations, in the drafts and in the live release."""
    named = [each.consent_categories for each in source.destinations.all() if each.enabled]
    published = live.release.spec["destinations"] if live else []
    named += [each.get("consent_categories", []) for each in published if each["enabled"]]
    return list(dict.fromkeys(category for categories in named for category in categories))
