"""The search of the command palette (Ctrl+K): pages, sources, environments, destinations and mappings."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any, Final

from django.contrib import admin
from django.db.models import Case, IntegerField, Q, QuerySet, Value, When
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from unfold.dataclasses import SearchResult

from fullstory_dest.admin.links import admin_url
from fullstory_dest.admin.mappings.forms import destination_label
from fullstory_dest.models import Destination, Environment, Mapping, Source
from fullstory_dest.services.sources.search import source_search_q
from fullstory_dest.unstorable_text import without_unstorable

#: Results per kind.
SHOWN: Final = 8
MAXIMUM_TERM: Final = 200


def search_page(request: HttpRequest) -> HttpResponse:
    """Render the results of the command palette.

    Replaces Unfold's view. That one caches results for five minutes, even if rows or permissions change, and doesn't
    limit results.
    """
    started = time.perf_counter()
    term = without_unstorable(request.GET.get("s", "")).strip()[:MAXIMUM_TERM]
    if not term:
        return HttpResponse()
    results = list(search(request, term))
    if not results:
        return render(request, "fullstory_dest/home/search_empty.html", {"term": term})
    context = {
        "page_obj": {"count": len(results)},
        "results": results,
        "page_counter": 0,
        "execution_time": time.perf_counter() - started,
        "command_show_history": False,
    }
    response = render(request, "unfold/helpers/command_results.html", context)
    response["HX-Trigger"] = "search"
    return response


def search(request: HttpRequest, term: str) -> Iterator[SearchResult]:
    """Search names, write keys, organizations and triggers that the user can view, in six queries."""
    may = request.user.has_perm
    if may("fullstory_dest.view_source"):
        found = Source.objects.filter(source_search_q(term), archived_at=None)
        for source in _first(found.prefetch_related("environments__retired_keys"), term):
            yield _result(source, source.name, _key_text(source, term), "language")
    if may("fullstory_dest.view_environment"):
        # The only environment of a source needs no attention. Positions start at 0.
        several = Environment.objects.filter(position__gt=0).order_by().values("source")
        found_environments = Environment.objects.filter(
            name__icontains=term, source__in=several, source__archived_at=None
        )
        for environment in _first(found_environments.select_related("source"), term):
            description = _("Environment of %(source)s") % {"source": environment.source}
            yield _result(environment, environment.name, description, "dns")
    if may("fullstory_dest.view_destination"):
        found_destinations = Destination.objects.filter(source__archived_at=None).filter(
            Q(name__icontains=term) | Q(settings__orgId__icontains=term)
        )
        for destination in _first(found_destinations.select_related("source"), term):
            org = destination.settings.get("orgId", "")
            description = _("Destination of %(source)s") % {"source": destination.source}
            yield _result(
                destination, destination.name, f"{description}, {org}" if org else description, "outbound"
            )
    if may("fullstory_dest.view_mapping"):
        found_mappings = Mapping.objects.filter(destination__source__archived_at=None).filter(
            Q(name__icontains=term) | Q(trigger__icontains=term)
        )
        for mapping in _first(found_mappings.select_related("destination__source"), term):
            description = _("Mapping of %(destination)s") % {
                "destination": destination_label(mapping.destination)
            }
            yield _result(mapping, mapping.name, description, "alt_route")
    yield from _pages(request, term)


def _key_text(source: Source, term: str) -> str:
    """The write key of a source: one that the term matches, or else that of production."""
    environments = source.environments.all()
    for environment in environments:
        current = _("Source, %(key)s") % {"key": environment.write_key}
        if environment.write_key.lower().startswith(term.lower()):
            return current
        for old in environment.retired_keys.all():
            if old.write_key.lower().startswith(term.lower()):
                return current + _(", previously %(key)s") % {"key": old.write_key}
    return _("Source, %(key)s") % {"key": source.write_key}


def _first(rows: QuerySet[Any], term: str) -> Any:
    """The first rows, starting with names that begin with the term."""
    begins = Case(When(name__istartswith=term, then=Value(0)), default=Value(1), output_field=IntegerField())
    return rows.alias(begins=begins).order_by("begins", "name", "id")[:SHOWN]


def _result(row: Any, title: str, description: str, icon: str) -> SearchResult:
    return SearchResult(
        title=title, description=description, link=admin_url(row, "change", row.pk), icon=icon
    )


def _pages(request: HttpRequest, term: str) -> Iterator[SearchResult]:
    """Pages of the sidebar whose title contains the term."""
    for group in admin.site.get_sidebar_list(request):  # type: ignore[attr-defined]
        for item in group["items"]:
            if item["has_permission"] and term.lower() in str(item["title"]).lower():
                yield SearchResult(
                    title=str(item["title"]), description=_("Page"), link=str(item["link"]), icon=item["icon"]
                )
