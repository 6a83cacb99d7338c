"""Tries an event on a source: on all of its drafts, with one mapping as it stands in a form."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, TypedDict

from django.http import QueryDict
from django.utils.translation import gettext as _

from fullstory_dest.admin.base.error_locations import describe_error
from fullstory_dest.admin.base.forms import split_problem
from fullstory_dest.admin.base.json_field import JSONTextError, parse_json
from fullstory_dest.admin.base.model_admin import admin_url
from fullstory_dest.compiler.check import CompileError, check_mapping
from fullstory_dest.compiler.compile import compile_source
from fullstory_dest.compiler.schema import DestinationSpec, MappingSpec, SourceSpec
from fullstory_dest.models import Destination, Mapping, Sample, Source
from fullstory_dest.problem import Problem, describe
from fullstory_dest.services.preview import (
    Call,
    CallWarning,
    Condition,
    PreviewBusyError,
    PreviewError,
    Result,
    Trace,
    trace,
)
from fullstory_dest.services.spec import source_spec
from fullstory_dest.services.test_cases import expected

#: The id of a mapping that is not saved yet.
MAPPING_ID = 0
MAXIMUM_SHOWN = 4000


class TrialProblem(TypedDict):
    """What keeps an event from being tried. ``field`` is the input to mend; ``excerpt`` shows the place in it."""

    field: str
    message: str
    excerpt: str


class TrialCall(TypedDict):
    """A call as the browser would make it, and what FullStory would reject or change of it."""

    text: str
    warnings: list[str]


class TrialField(TypedDict):
    """A field: its template, and what that comes to. ``value`` is null where the field is absent."""

    key: str
    template: str
    value: str | None
    error: str


class MappingResult(TypedDict):
    """What became of the event at one mapping: calls, or why there is none, and how it came to that."""

    id: int
    name: str
    url: str
    calls: list[TrialCall]
    skipped: str
    disabled: bool
    matches: bool | None
    conditions: list[Condition]
    fields: list[TrialField]


class TestRun(TypedDict):
    """What became of an event. ``tested`` is the mapping in the form, ``others`` all others of the source.

    ``expected`` says whether FullStory gets what the chosen sample expects; null where nothing is.
    """

    problems: list[TrialProblem]
    tested: MappingResult | None
    others: list[MappingResult]
    note: str
    expected: bool | None


@dataclass(frozen=True, slots=True)
class EngineRun:
    """What was typed, as it ran: the spec, its result and traces, and which of its mappings is the one in the form."""

    spec: SourceSpec
    event: dict[str, Any]
    result: Result
    traces: list[Trace]
    tested: int | None
    note: str


class TrialError(ValueError):
    """What was typed cannot be run."""

    def __init__(self, problems: list[TrialProblem]) -> None:
        self.problems = problems
        super().__init__(str(problems))


def try_event(typed: QueryDict, source: Source | None, saved: Mapping | None = None) -> TestRun:
    """Runs the event that was typed through a source.

    The mapping that was typed, or else the one that is saved, takes part as if it were enabled. Without a source
    it runs alone; with neither a mapping nor an action typed, only what is saved runs.
    """
    try:
        run = run_typed(typed, source, saved)
    except TrialError as refused:
        return {"problems": refused.problems, "tested": None, "others": [], "note": "", "expected": None}
    destination = _destination(typed, saved) if source is None else None
    outcomes = _outcomes(run)
    return {
        "problems": [],
        "tested": next((each for each in outcomes if each["id"] == run.tested), None),
        "others": [each for each in outcomes if each["id"] != run.tested],
        "note": run.note,
        "expected": _meets(typed, destination.source if destination else source, run),
    }


def run_typed(
    typed: QueryDict, source: Source | None, saved: Mapping | None = None, *, as_enabled: bool = False
) -> EngineRun:
    """What ``try_event`` shows, to be kept. With ``as_enabled`` the mapping in the form runs only if it is enabled.

    Raises TrialError.
    """
    problems: list[TrialProblem] = []
    event = _read_event(str(typed.get("event", "")), problems)
    if source is not None and saved is None and "action" not in typed:
        if problems:
            raise TrialError(problems)
        return _run(source_spec(source), event, None, "")
    mapping = _typed_mapping(typed, saved, problems)
    destination = _destination(typed, saved)
    if as_enabled:
        mapping["enabled"] = bool(typed.get("enabled"))
    if not problems:
        problems = _checked(mapping, destination)
    if problems:
        raise TrialError(problems)
    alone = _alone(mapping, destination)
    if destination is None:
        return _run(alone, event, mapping["id"], "")
    whole = _with(source_spec(destination.source), destination, mapping)
    try:
        return _run(whole, event, mapping["id"], "")
    except CompileError:
        note = _("The other mappings of this source cannot be run: its drafts have problems.")
        return _run(alone, event, mapping["id"], note)


def _typed_mapping(typed: QueryDict, saved: Mapping | None, problems: list[TrialProblem]) -> MappingSpec:
    fields = saved.fields if saved else {}
    if "fields" in typed:
        fields = _read(str(typed["fields"]) or "{}", "fields", problems)
    return {
        "id": saved.pk if saved else MAPPING_ID,
        "name": str(typed.get("name", saved.name if saved else "")),
        "enabled": True,
        "action": typed.get("action", saved.action if saved else ""),
        "trigger": typed.get("trigger", saved.trigger if saved else ""),
        "fields": fields,
    }


def _destination(typed: QueryDict, saved: Mapping | None) -> Destination | None:
    """The destination of the mapping in the form, if it has one yet."""
    if saved:
        return saved.destination
    chosen = str(typed.get("destination", ""))
    if not (chosen.isascii() and chosen.isdigit() and len(chosen) < 19):
        return None
    return Destination.objects.select_related("source").filter(pk=chosen).first()


def _read_event(text: str, problems: list[TrialProblem]) -> dict[str, Any]:
    before = len(problems)
    event = _read(text, "event", problems)
    if len(problems) == before and not isinstance(event, dict):
        found = _("expected an object, found %(found)s") % {"found": describe(event)}
        problems.append({"field": "event", "message": found, "excerpt": ""})
    return event if isinstance(event, dict) else {}


def _read(text: str, field: str, problems: list[TrialProblem]) -> Any:
    try:
        return parse_json(text)
    except JSONTextError as error:
        message, excerpt = split_problem(str(error))
        problems.append({"field": field, "message": message, "excerpt": excerpt})
        return None


def _checked(mapping: MappingSpec, destination: Destination | None) -> list[TrialProblem]:
    if not mapping["action"]:
        return [{"field": "action", "message": _("Choose an action first."), "excerpt": ""}]
    found = check_mapping(mapping, destination.settings if destination else {})
    return _shown(found) if isinstance(found, list) else []


def _shown(problems: Iterable[Problem]) -> list[TrialProblem]:
    shown: list[TrialProblem] = []
    for problem in problems:
        # Without a line: the panel does not know whether the fields are looked at as JSON or as a form.
        message, excerpt = split_problem(describe_error(problem, ""))
        shown.append({"field": str(problem.path[0]), "message": message, "excerpt": excerpt})
    return shown


def _alone(mapping: MappingSpec, destination: Destination | None) -> SourceSpec:
    """A source of nothing but the mapping. Of its destination's settings, what they do to calls."""
    settings = destination.settings if destination else {}
    tidy = bool(settings.get("tidyPropertyNames"))
    made: DestinationSpec = {
        "id": 0,
        "name": "",
        "enabled": True,
        "settings": {"orgId": "trial", "tidyPropertyNames": tidy},
        "mappings": [mapping],
    }
    return {"name": "", "slug": "", "write_key": "trial", "api_host": "", "destinations": [made]}


def _with(spec: SourceSpec, destination: Destination, mapping: MappingSpec) -> SourceSpec:
    """A source's spec with the mapping in its place, or last, and with its destination enabled if the mapping is."""
    for each in spec["destinations"]:
        if each["id"] != destination.pk:
            continue
        each["enabled"] = each["enabled"] or mapping["enabled"]
        places = [index for index, other in enumerate(each["mappings"]) if other["id"] == mapping["id"]]
        index = places[0] if places else len(each["mappings"])
        each["mappings"][index : index + 1] = [mapping]
    return spec


def _run(spec: SourceSpec, event: dict[str, Any], tested: int | None, note: str) -> EngineRun:
    """Raises TrialError, PreviewBusyError, and CompileError only where there is a mapping that could run alone."""
    try:
        result, traces = trace(spec, compile_source(spec), event)
    except CompileError as error:
        if tested is not None and not note and spec["write_key"] != "trial":
            raise
        found = "\n".join(problem.message for problem in error.problems)
        message, excerpt = split_problem(found)
        raise TrialError([{"field": "source", "message": message, "excerpt": excerpt}]) from error
    except PreviewBusyError:
        # Nothing is wrong with what was typed.
        raise
    except PreviewError as error:
        raise TrialError([{"field": "event", "message": str(error), "excerpt": ""}]) from error
    return EngineRun(spec, event, result, traces, tested, note)


def _outcomes(run: EngineRun) -> list[MappingResult]:
    calls: dict[int, list[TrialCall]] = {}
    for call in run.result["calls"]:
        shown: TrialCall = {"text": call_text(call), "warnings": [warning_text(w) for w in call["warnings"]]}
        calls.setdefault(call["mapping"], []).append(shown)
    reasons = {skipped["mapping"]: skipped["reason"] for skipped in run.result["skipped"]}
    traces = {each["mapping"]: each for each in run.traces}
    outcomes: list[MappingResult] = []
    for destination in run.spec["destinations"]:
        for mapping in destination["mappings"]:
            key = mapping["id"]
            told = traces.get(key)
            outcomes.append(
                {
                    "id": key,
                    "name": mapping["name"],
                    "url": admin_url(Mapping, "change", key) if key else "",
                    "calls": calls.get(key, []),
                    "skipped": _reason(reasons[key]) if key in reasons else "",
                    "disabled": reasons.get(key) == "disabled",
                    "matches": told["matches"] if told else None,
                    "conditions": told["conditions"] if told else [],
                    "fields": _fields(mapping, told) if told else [],
                }
            )
    return outcomes


def _fields(mapping: MappingSpec, told: Trace) -> list[TrialField]:
    return [
        {
            "key": field["key"],
            "template": _clipped(mapping["fields"].get(field["key"])),
            "value": _clipped(field["value"]) if "value" in field else None,
            "error": field.get("error", ""),
        }
        for field in told["fields"]
    ]


def _clipped(value: Any) -> str:
    text = json.dumps(value, indent=2, ensure_ascii=False)
    return text if len(text) <= MAXIMUM_SHOWN else text[:MAXIMUM_SHOWN] + "…"


def _meets(typed: QueryDict, source: Source | None, run: EngineRun) -> bool | None:
    """Whether the calls are those that the chosen sample expects, if it is still that sample's event."""
    key = str(typed.get("sample", ""))
    if source is None or not (key.isascii() and key.isdigit() and len(key) < 19):
        return None
    sample = Sample.objects.filter(source=source, pk=key).first()
    if sample is None or sample.expected is None or sample.event != run.event:
        return None
    return bool(expected(run.result["calls"]) == sample.expected)


def call_text(call: Call) -> str:
    """A call as JavaScript, to be read."""
    arguments = [json.dumps(argument, indent=2, ensure_ascii=False) for argument in call["args"]]
    return f"{call['method']}({', '.join(arguments)})"


def warning_text(warning: CallWarning) -> str:
    """A warning as a sentence: ``properties.price is null, ...``."""
    place = ".".join(map(str, warning["path"])) or _("The call")
    return f"{place} {warning['message']}"


def _reason(reason: str) -> str:
    match reason:
        case "trigger":
            return _("The trigger is not true for this event: nothing is sent.")
        case "empty":
            return _("There is nothing to send: the fields that this action needs are empty for this event.")
        case "disabled":
            return _("Disabled: nothing is sent.")
        case "repeated":
            return _("Dropped: an earlier event has made the same call.")
        case _:
            return _("The mapping fails on this event: %(reason)s") % {
                "reason": reason.removeprefix("error: ")
            }
