"""The Test tab of a source, and the test panel's requests: run an event, load and save test cases."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from fullstory_dest.admin.base.json_field import pretty
from fullstory_dest.admin.base.posted_inputs import parse_ids
from fullstory_dest.admin.links import admin_url
from fullstory_dest.admin.mappings.event_panel import panel_context
from fullstory_dest.admin.mappings.event_run import InputError, run_for_panel, run_posted
from fullstory_dest.admin.pages import environments_of, source_tab, source_view
from fullstory_dest.admin.releases.test_case_results import TestCaseResult, results_of_runs
from fullstory_dest.catalog.sample_events import SAMPLE_EVENTS
from fullstory_dest.compiler.check import CompileError
from fullstory_dest.compiler.compile import compile_source
from fullstory_dest.models import Mapping, Source, TestCase
from fullstory_dest.services.accounts.permissions import VIEW_DRAFTS
from fullstory_dest.services.previews.engine import PreviewError
from fullstory_dest.services.previews.test_cases import run_test_cases, save_test_case
from fullstory_dest.services.spec import drafts_in
from fullstory_dest.unstorable_text import without_unstorable


@source_view(*VIEW_DRAFTS)
def test_tab(request: HttpRequest, source: Source) -> HttpResponse:
    """Show the test panel and the result of each test case."""
    may_see = request.user.has_perm("fullstory_dest.view_testcase")
    environments_of(source)  # The header shows them, and the drafts need the first one.
    runs, run_error = results_in_drafts(source, everything="all" in request.GET) if may_see else ([], "")
    return source_tab(
        request,
        source,
        "test",
        panel=panel_context(request, source),
        plain=_plain_context(request, source),
        runs=runs,
        run_error=run_error,
        may_see_test_cases=may_see,
        may_change_test_cases=request.user.has_perm("fullstory_dest.change_testcase"),
    )


def _plain_context(request: HttpRequest, source: Source) -> dict[str, Any]:
    """Context for browsers without scripts: the posted event or a sample, and its result in the drafts."""
    generated = {key: pretty(event) for key, event in SAMPLE_EVENTS.items()}
    kind = request.GET.get("event", "track")
    typed = str(request.POST["event"]) if "event" in request.POST else generated.get(kind, generated["track"])
    run = run_for_panel(request.POST, source) if request.method == "POST" else None
    results = sorted(run["others"], key=lambda result: not result["calls"]) if run else []
    return {"kinds": list(generated), "kind": kind, "typed": typed, "run": run, "results": results}


def results_in_drafts(source: Source, *, everything: bool = False) -> tuple[list[TestCaseResult], str]:
    """The result of each test case in the drafts, and an error message if they could not be run."""
    test_cases = list(source.test_cases.order_by("name"))
    try:
        runs = run_test_cases(test_cases, compile_source(drafts_in(source.first_environment)))
        return results_of_runs(runs, compared=False, everything=everything), ""
    except CompileError:
        return results_of_runs([], test_cases), _("Test cases can't run because the drafts have problems.")
    except PreviewError as error:
        return results_of_runs([], test_cases), _("Test cases couldn't run: %(why)s.") % {"why": error}


@require_POST
@source_view(*VIEW_DRAFTS)
def run_event(request: HttpRequest, source: Source) -> HttpResponse:
    """Run the posted event through the drafts. Return the result as JSON."""
    return JsonResponse(run_for_panel(request.POST, source))


@source_view("fullstory_dest.view_testcase")
def test_case_event(request: HttpRequest, source: Source, key: int) -> HttpResponse:
    """Return the event of a test case as formatted JSON text."""
    test_case = source.test_cases.filter(pk=key).first()
    if test_case is None:
        raise Http404
    return JsonResponse({"event": pretty(test_case.event)})


@require_POST
@source_view(*VIEW_DRAFTS, "fullstory_dest.add_testcase")
def save_event(request: HttpRequest, source: Source) -> HttpResponse:
    """Save the posted event as a test case. With ``expect``, the current calls become its expected result."""
    typed = request.POST
    saved = None
    if keys := parse_ids([typed.get("mapping", "")]):
        mappings = Mapping.objects.select_related("destination__source").filter(destination__source=source)
        saved = mappings.filter(pk__in=keys).first()
        if saved is None:
            raise Http404
    try:
        ran = run_posted(typed, source, saved, as_enabled=True)
        calls = ran.run.result["calls"] if typed.get("expect") else None
        test_case = save_test_case(
            source,
            name=without_unstorable(str(typed.get("test_case_name", ""))).strip(),
            event=ran.event,
            calls=calls,
        )
    except InputError as refused:
        return JsonResponse({"problems": refused.problems})
    except ValidationError as error:
        return JsonResponse({"problems": _save_problems(error)})
    return JsonResponse(
        {
            "problems": [],
            "test_case": {
                "id": test_case.pk,
                "name": test_case.name,
                "url": admin_url(TestCase, "change", test_case.pk),
                "message": _("Saved as test case “%(name)s”.") % {"name": test_case.name},
            },
        }
    )


def _save_problems(error: ValidationError) -> list[dict[str, str]]:
    by_field = error.message_dict if hasattr(error, "error_dict") else {"__all__": error.messages}
    return [
        {"field": {"name": "test_case"}.get(field, field), "message": message, "excerpt": ""}
        for field, messages in by_field.items()
        for message in messages
    ]
