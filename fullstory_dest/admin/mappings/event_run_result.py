"""The result of a test run, as JSON for the test panel."""

from __future__ import annotations

import json
from typing import Any, Final, TypedDict

from django.utils.translation import gettext as _

from fullstory_dest.admin.base.calls import call_text, warning_text
from fullstory_dest.admin.links import admin_url
from fullstory_dest.compiler.schema import MappingSpec
from fullstory_dest.models import Mapping
from fullstory_dest.services.previews.try_event import EventRun, MappingTrace, TracedCondition

#: Characters of a template or a value that are shown.
MAXIMUM_SHOWN: Final = 4000


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


class RenderedRun(TypedDict):
    """The result of an event. ``tested`` is the mapping in the form, and ``others`` are the source's other mappings.

    ``expected`` is whether the calls match the chosen test case's expected result, or None if it has none.
    """

    problems: list[InputProblem]
    tested: MappingResult | None
    others: list[MappingResult]
    note: str
    expected: bool | None


def refused_run(problems: list[InputProblem]) -> RenderedRun:
    """The result of an input that can't be run."""
    return {"problems": problems, "tested": None, "others": [], "note": "", "expected": None}


def rendered_run(run: EventRun, tested: int | None, *, expected: bool | None) -> RenderedRun:
    """The result of a run. ``tested`` is the ID of the mapping in the form, if any."""
    results = _mapping_results(run)
    note = _("Other mappings of this source can't run because its drafts have problems.") if run.alone else ""
    return {
        "problems": [],
        "tested": next((each for each in results if each["id"] == tested), None),
        "others": [each for each in results if each["id"] != tested],
        "note": note,
        "expected": expected,
    }


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
