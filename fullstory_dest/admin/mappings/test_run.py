"""Run the test panel's event through the drafts, and render the result as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any, TypedDict

from django.http import QueryDict
from django.utils.translation import gettext as _

from fullstory_dest.admin.base.error_locations import describe_error
from fullstory_dest.admin.base.forms import parse_ids, split_problem
from fullstory_dest.admin.base.json_field import JSONTextError, parse_json
from fullstory_dest.admin.base.model_admin import admin_url
from fullstory_dest.compiler.check import CompileError
from fullstory_dest.compiler.schema import MappingSpec
from fullstory_dest.models import Destination, Mapping, Source, TestCase
from fullstory_dest.problem import Problem, describe
from fullstory_dest.services.previews.engine import PreviewBusyError, PreviewError
from fullstory_dest.services.previews.preview import Call, CallWarning, MappingTrace, TracedCondition
from fullstory_dest.services.previews.test_cases import to_expected_calls
from fullstory_dest.services.previews.try_event import DraftError, EventRun, try_draft, try_event
from fullstory_dest.services.spec import source_spec

#: The id of an unsaved mapping.
MAPPING_ID = 0
MAXIMUM_SHOWN = 4000


class InputProblem(TypedDict):
    """A problem that prevents a run. ``field`` is the input to fix, and ``excerpt`` shows the place in it."""

    field: str
    message: str
    excerpt: str


class RenderedCall(TypedDict):
    """A call that the browser would make, and warnings about what FullStory would reject or change."""

    text: str
    warnings: list[str]


class RenderedField(TypedDict):
    """A field, its template and the resolved value. ``value`` is None if the field is not set."""

    key: str
    template: str
    value: str | None
    error: str


class MappingResult(TypedDict):
    """The result of one mapping: its calls or the reason for none, with the trigger's conditions and the fields."""

    id: int
    name: str
    url: str
    calls: list[RenderedCall]
    skipped: str
    disabled: bool
    matches: bool | None
    conditions: list[TracedCondition]
    fields: list[RenderedField]


class TestRun(TypedDict):
    """The result of an event. ``tested`` is the mapping in the form, and ``others`` are the source's other mappings.

    ``expected`` is whether the calls match the chosen test case's expected result, or None if it has none.
    """

    problems: list[InputProblem]
    tested: MappingResult | None
    others: list[MappingResult]
    note: str
    expected: bool | None


class InputError(ValueError):
    """The input can't be run."""

    def __init__(self, problems: list[InputProblem]) -> None:
        self.problems = problems
        super().__init__(str(problems))


def run_test(posted: QueryDict, source: Source | None, saved: Mapping | None = None) -> TestRun:
    """Run the posted event through a source.

    The posted mapping, or else the saved one, runs as if it were enabled. Without a source it runs alone. With
    neither a mapping nor a posted action, only the saved drafts run.
    """
    try:
        event, run = run_posted(posted, source, saved)
    except InputError as refused:
        return {"problems": refused.problems, "tested": None, "others": [], "note": "", "expected": None}
    tested = None if _runs_drafts(posted, source, saved) else saved.pk if saved else MAPPING_ID
    results = _mapping_results(run)
    note = _("Other mappings of this source can't run because its drafts have problems.") if run.alone else ""
    if source is None and (destination := _destination(posted, saved)):
        source = destination.source
    return {
        "problems": [],
        "tested": next((each for each in results if each["id"] == tested), None),
        "others": [each for each in results if each["id"] != tested],
        "note": note,
        "expected": _meets_expectation(posted, source, event, run.result["calls"]),
    }


def run_posted(
    posted: QueryDict, source: Source | None, saved: Mapping | None = None, *, as_enabled: bool = False
) -> tuple[dict[str, Any], EventRun]:
    """Return the posted event and its run. With ``as_enabled``, the draft runs only if it is enabled.

    Raises InputError for invalid input, and PreviewBusyError if the server is busy.
    """
    problems: list[InputProblem] = []
    event = _read_event(str(posted.get("event", "")), problems)
    draft = None if _runs_drafts(posted, source, saved) else _read_draft(posted, saved, problems)
    if problems:
        raise InputError(problems)
    if draft and not draft["action"]:
        raise InputError([{"field": "action", "message": _("Choose an action first."), "excerpt": ""}])
    if draft and as_enabled:
        draft["enabled"] = bool(posted.get("enabled"))
    try:
        if draft:
            return event, try_draft(draft, event, _destination(posted, saved))
        assert source is not None
        return event, try_event(source_spec(source), event)
    except DraftError as error:
        raise InputError(_render_problems(error.problems)) from error
    except CompileError as error:
        message, excerpt = split_problem("\n".join(problem.message for problem in error.problems))
        raise InputError([{"field": "source", "message": message, "excerpt": excerpt}]) from error
    except PreviewBusyError:
        raise
    except PreviewError as error:
        raise InputError([{"field": "event", "message": str(error), "excerpt": ""}]) from error


def _runs_drafts(posted: QueryDict, source: Source | None, saved: Mapping | None) -> bool:
    """Whether only saved drafts run, because the form has no mapping."""
    return source is not None and saved is None and "action" not in posted


def _read_draft(posted: QueryDict, saved: Mapping | None, problems: list[InputProblem]) -> MappingSpec:
    fields = saved.fields if saved else {}
    if "fields" in posted:
        fields = _read(str(posted["fields"]) or "{}", "fields", problems)
    return {
        "id": saved.pk if saved else MAPPING_ID,
        "name": str(posted.get("name", saved.name if saved else "")),
        "enabled": True,
        "action": posted.get("action", saved.action if saved else ""),
        "trigger": posted.get("trigger", saved.trigger if saved else ""),
        "fields": fields,
    }


def _destination(posted: QueryDict, saved: Mapping | None) -> Destination | None:
    """The destination of the mapping in the form, if one is chosen."""
    if saved:
        return saved.destination
    chosen = parse_ids([posted.get("destination", "")])
    return Destination.objects.select_related("source").filter(pk__in=chosen).first()


def _read_event(text: str, problems: list[InputProblem]) -> dict[str, Any]:
    before = len(problems)
    event = _read(text, "event", problems)
    if len(problems) == before and not isinstance(event, dict):
        found = _("expected an object, found %(found)s") % {"found": describe(event)}
        problems.append({"field": "event", "message": found, "excerpt": ""})
    return event if isinstance(event, dict) else {}


def _read(text: str, field: str, problems: list[InputProblem]) -> Any:
    try:
        return parse_json(text)
    except JSONTextError as error:
        message, excerpt = split_problem(str(error))
        problems.append({"field": field, "message": message, "excerpt": excerpt})
        return None


def _render_problems(problems: Iterable[Problem]) -> list[InputProblem]:
    rendered: list[InputProblem] = []
    for problem in problems:
        # Omit the line, because the fields may be shown as a form instead of JSON.
        message, excerpt = split_problem(describe_error(problem, ""))
        rendered.append({"field": str(problem.path[0]), "message": message, "excerpt": excerpt})
    return rendered


def _mapping_results(run: EventRun) -> list[MappingResult]:
    calls: dict[int, list[RenderedCall]] = {}
    for call in run.result["calls"]:
        warnings = [warning_text(warning) for warning in call["warnings"]]
        calls.setdefault(call["mapping"], []).append({"text": call_text(call), "warnings": warnings})
    reasons = {skipped["mapping"]: skipped["reason"] for skipped in run.result["skipped"]}
    traces = {each["mapping"]: each for each in run.traces}
    results: list[MappingResult] = []
    for destination in run.spec["destinations"]:
        for mapping in destination["mappings"]:
            key = mapping["id"]
            trace = traces.get(key)
            results.append(
                {
                    "id": key,
                    "name": mapping["name"],
                    "url": admin_url(Mapping, "change", key) if key else "",
                    "calls": calls.get(key, []),
                    "skipped": _reason(reasons[key]) if key in reasons else "",
                    "disabled": reasons.get(key) == "disabled",
                    "matches": trace["matches"] if trace else None,
                    "conditions": trace["conditions"] if trace else [],
                    "fields": _render_fields(mapping, trace) if trace else [],
                }
            )
    return results


def _render_fields(mapping: MappingSpec, trace: MappingTrace) -> list[RenderedField]:
    return [
        {
            "key": field["key"],
            "template": _clipped(mapping["fields"].get(field["key"])),
            "value": _clipped(field["value"]) if "value" in field else None,
            "error": field.get("error", ""),
        }
        for field in trace["fields"]
    ]


def _clipped(value: Any) -> str:
    text = json.dumps(value, indent=2, ensure_ascii=False)
    return text if len(text) <= MAXIMUM_SHOWN else text[:MAXIMUM_SHOWN] + "…"


def _meets_expectation(
    posted: QueryDict, source: Source | None, event: dict[str, Any], calls: list[Call]
) -> bool | None:
    """Whether the calls match the chosen test case, or None if the event differs or no result is expected."""
    chosen = parse_ids([posted.get("test_case", "")])
    test_case = TestCase.objects.filter(source=source, pk__in=chosen).first() if source and chosen else None
    if test_case is None or test_case.expected is None or test_case.event != event:
        return None
    return bool(to_expected_calls(calls) == test_case.expected)


def call_text(call: Call) -> str:
    """A call as formatted JavaScript."""
    arguments = [json.dumps(argument, indent=2, ensure_ascii=False) for argument in call["args"]]
    return f"{call['method']}({', '.join(arguments)})"


def warning_text(warning: CallWarning) -> str:
    """A warning as a sentence, such as ``properties.price is null, ...``."""
    place = ".".join(map(str, warning["path"])) or _("The call")
    return f"{place} {warning['message']}"


def _reason(reason: str) -> str:
    match reason:
        case "trigger":
            return _("The trigger doesn't match this event.")
        case "empty":
            return _("Nothing to send. The required fields are empty for this event.")
        case "disabled":
            return _("Disabled. Enable the mapping to send events.")
        case "repeated":
            return _("Skipped because an earlier event made the same call.")
        case _:
            return _("The mapping failed: %(reason)s") % {"reason": reason.removeprefix("error: ")}
