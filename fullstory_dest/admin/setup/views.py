"""Setting up FullStory on a source, page by page: catalog, source, settings, mappings, trying, publishing, installing.

Every step saves drafts, so that whoever leaves, or goes back, finds what they chose. The session remembers only where
somebody was.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Final

from django.contrib import messages
from django.contrib.admin import AdminSite
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _

from fullstory_dest.admin.base.forms import parse_ids
from fullstory_dest.admin.base.json_field import pretty
from fullstory_dest.admin.base.model_admin import admin_url
from fullstory_dest.admin.mappings.test_run import call_text, warning_text
from fullstory_dest.admin.releases.diff import shown_changes, shown_problems
from fullstory_dest.admin.releases.test_case_results import CANCELLED
from fullstory_dest.admin.setup.catalog import catalog_page, entry_page
from fullstory_dest.admin.setup.forms import (
    SourceForm,
    mapping_of,
    presets_shown,
    save_presets,
)
from fullstory_dest.admin.setup.page import continue_to, require_permission, rows_of, sent, step_page
from fullstory_dest.admin.setup.progress import begun_destination, begun_set_up, forget_step
from fullstory_dest.admin.setup.session import (
    forget_typed,
    has_chosen,
    kept_typed,
    note_choice,
    save_input,
)
from fullstory_dest.admin.setup.settings_step import settings_page
from fullstory_dest.admin.setup.steps import step_url
from fullstory_dest.admin.sources.publish import OUTDATED, sending_warnings, silent_warnings
from fullstory_dest.catalog import PRESETS, SLUG
from fullstory_dest.catalog.sample_events import SAMPLE_EVENTS
from fullstory_dest.compiler.check import CompileError
from fullstory_dest.compiler.compile import compile_source
from fullstory_dest.models import Destination, Mapping, Source
from fullstory_dest.services.drafts_ahead import are_drafts_ahead
from fullstory_dest.services.preview import PreviewError, preview
from fullstory_dest.services.publish import OutdatedReviewError, fingerprint, live_release, publish
from fullstory_dest.services.restore_drafts import RESTORE_PERMISSIONS
from fullstory_dest.services.source_search import source_search_q
from fullstory_dest.services.spec import source_spec
from fullstory_dest.services.toggle import switch

SOURCES_SHOWN: Final = 10

View = Callable[..., HttpResponse]


def setup_urls(site: AdminSite) -> list[URLPattern]:
    """The addresses of the flow, below the sources'."""

    def at(route: str, view: View, name: str) -> URLPattern:
        def shown(request: HttpRequest, **keys: Any) -> HttpResponse:
            if not request.user.has_perm("fullstory_dest.view_source"):
                raise PermissionDenied
            return view(request, site.each_context(request), **keys)

        return path(route, site.admin_view(shown), name=f"fullstory_dest_{name}")

    both = "set-up/<int:source>/<int:destination>"
    return [
        at("catalog/", catalog_page, "catalog"),
        at(f"catalog/{SLUG}/", entry_page, "catalog_entry"),
        at("set-up/", source_page, "setup_source"),
        at("set-up/leave/", leave, "setup_leave"),
        at("set-up/<int:source>/settings/", settings_page, "setup_settings"),
        at(f"{both}/settings/", settings_page, "setup_settings_again"),
        at(f"{both}/mappings/", mappings_page, "setup_mappings"),
        at(f"{both}/try/", try_page, "setup_try"),
        at(f"{both}/publish/", publish_page, "setup_publish"),
    ]


def source_page(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    """Which site: one that is there, or a new one."""
    require_permission(request, "add_destination")
    may_add = request.user.has_perm("fullstory_dest.add_source")
    begun = begun_set_up(request)
    query = request.GET.get("q", "").replace("\0", "").strip()[:200]
    sources = Source.objects.filter(source_search_q(query), archived_at=None).order_by("-updated_at", "-id")
    form = SourceForm(sent(request), may_add=may_add, begun=begun)
    if request.method == "POST" and form.is_valid():
        chosen = form.save()
        is_new = "found" not in form.cleaned_data
        return continue_to(request, "settings", chosen, begun_destination(request, chosen), saved=is_new)
    context |= {
        "form": form,
        "sources": sources[:SOURCES_SHOWN],
        "many": query or Source.objects.filter(archived_at=None).count() > SOURCES_SHOWN,
        "query": query,
        "may_add": may_add,
        "chosen": form.data.get("source") or (str(begun.pk) if begun else ""),
    }
    return step_page(request, context, "source", None, None, _("Which site?"))


def mappings_page(
    request: HttpRequest, context: dict[str, Any], source: int, destination: int
) -> HttpResponse:
    """What to send: presets, or mappings of one's own."""
    require_permission(request, "add_mapping")
    found, made = rows_of(source, destination)
    assert made
    if request.method == "POST":
        # A customized set-up begins with nothing but a blank mapping, whatever is proposed.
        custom, begun = "custom" in request.POST, made.mappings.exists() or has_chosen(request, made)
        try:
            if begun or not custom:
                save_presets(made, request.POST.getlist("preset"), request.POST.getlist("seen"))
                note_choice(request, made)
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
        else:
            if custom:
                return HttpResponseRedirect(f"{admin_url(Mapping, 'add')}?destination={made.pk}&set_up=1")
            if "enable" in request.POST:
                return _enable(request, made, "mappings")
            if "back" in request.POST:
                return HttpResponseRedirect(step_url("settings", found.pk, made.pk))
            return continue_to(request, "try", found, made)
    mappings = list(made.mappings.order_by("position"))
    context |= {
        "recommended": presets_shown(mappings, recommended=True, has_chosen=has_chosen(request, made)),
        "legacy": presets_shown(mappings, recommended=False),
        "own": [mapping for mapping in mappings if not any(mapping_of(each, [mapping]) for each in PRESETS)],
        "mappings": mappings,
        "disabled": _disabled(request, mappings),
    }
    return step_page(request, context, "mappings", found, made, _("What to send"))


def try_page(request: HttpRequest, context: dict[str, Any], source: int, destination: int) -> HttpResponse:
    """What FullStory would get of a sample event, by the runtime that sites get."""
    found, made = rows_of(source, destination)
    assert made
    if request.method == "POST":
        return _enable(request, made, "try")
    kind = request.GET.get("event", "")
    kind = kind if kind in SAMPLE_EVENTS else next(iter(SAMPLE_EVENTS))
    spec = source_spec(found)
    names = {mapping["id"]: mapping["name"] for each in spec["destinations"] for mapping in each["mappings"]}
    context |= {"kinds": list(SAMPLE_EVENTS), "kind": kind, "event_text": pretty(SAMPLE_EVENTS[kind])}
    context["disabled"] = _disabled(request, made.mappings.order_by("position"))
    try:
        [result] = preview(spec, compile_source(spec), [SAMPLE_EVENTS[kind]])
    except CompileError as error:
        context["problems"] = shown_problems(spec, error.problems)
    except PreviewError as error:
        context["busy"] = str(error)
    else:
        context["calls"] = [
            {
                "name": names.get(call["mapping"], ""),
                "text": call_text(call),
                "warnings": [warning_text(warning) for warning in call["warnings"]],
            }
            for call in result["calls"]
        ]
    return step_page(request, context, "try", found, made, _("Try it"))


def publish_page(
    request: HttpRequest, context: dict[str, Any], source: int, destination: int
) -> HttpResponse:
    """Sends it all to browsers."""
    found, made = rows_of(source, destination)
    spec = source_spec(found)
    problems: list[Any] = []
    try:
        compile_source(spec)
    except CompileError as error:
        problems = shown_problems(spec, error.problems)
    if "back" in request.POST:
        save_input(request, "publish", found)
        return HttpResponseRedirect(step_url("try", source, destination))
    if request.method == "POST":
        require_permission(request, "publish_source")
        if request.POST.get("reviewed") != fingerprint(spec):
            messages.warning(request, OUTDATED)
        elif not problems and found.test_cases.filter(expected__isnull=False).exists():
            messages.info(
                request, _("This source has test cases with expected results. See what becomes of them.")
            )
            return HttpResponseRedirect(
                reverse("admin:fullstory_dest_source_publish_source", args=[found.pk])
            )
        elif not problems:
            note = request.POST.get("note", "").replace("\0", "").strip()[:2000]
            try:
                publication = publish(found, by=request.user, note=note, reviewed=fingerprint(spec))  # type: ignore[arg-type]
            except OutdatedReviewError:
                messages.warning(request, OUTDATED)
                return HttpResponseRedirect(request.get_full_path())
            number = publication.release.number
            messages.success(request, _("Published as release #%(number)s.") % {"number": number})
            if publication.cancelled:
                messages.warning(request, CANCELLED)
            forget_step(request)
            forget_typed(request)
            return HttpResponseRedirect(f"{step_url('install', found.pk, None)}?published=1")
    live = live_release(found)
    context |= {
        "live": live,
        "ahead": are_drafts_ahead(live, spec),
        "may_restore": request.user.has_perms(RESTORE_PERMISSIONS),
        "problems": problems,
        "warnings": [] if problems else sending_warnings(found, spec),
        "silent": silent_warnings(spec),
        "changes": shown_changes(live.spec if live else None, spec, everything="all" in request.GET),
        "reviewed": fingerprint(spec),
        "note": (sent(request) or kept_typed(request, "publish", found) or QueryDict()).get("note", ""),
        "may_publish": request.user.has_perm("fullstory_dest.publish_source"),
    }
    return step_page(request, context, "publish", found, made, _("Publish"))


def _disabled(request: HttpRequest, mappings: Iterable[Mapping]) -> dict[str, Any]:
    """The mappings that do not run, and whether this person may say otherwise."""
    return {
        "mappings": [mapping for mapping in mappings if not mapping.enabled],
        "may_enable": request.user.has_perm("fullstory_dest.change_mapping"),
    }


def _enable(request: HttpRequest, destination: Destination, step: str) -> HttpResponse:
    """Enables the mapping that was asked for, if it is one of the destination's, and shows the step again."""
    require_permission(request, "change_mapping")
    keys = parse_ids([request.POST.get("enable", "")])
    for mapping in destination.mappings.filter(pk__in=keys):
        switch(Mapping, [mapping.pk], enabled=True)
        messages.success(request, _("“%(mapping)s” is enabled.") % {"mapping": mapping.name})
    address = step_url(step, destination.source_id, destination.pk)
    event = request.GET.get("event", "")
    return HttpResponseRedirect(f"{address}?event={event}" if event in SAMPLE_EVENTS else address)


def leave(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    """Forgets where somebody was. The drafts stay."""
    if request.method == "POST":
        forget_step(request)
        forget_typed(request)
    return HttpResponseRedirect(reverse("admin:index"))
