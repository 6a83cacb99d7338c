"""Tries a mapping, as it stands in the form, on a sample event."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any, TypedDict

from django.http import QueryDict
from django.utils.translation import gettext as _

from fullstory_dest.admin.forms import split_problem
from fullstory_dest.admin.json_text import JSONTextError, parse_json
from fullstory_dest.compiler.check import check_mapping
from fullstory_dest.compiler.compile import CompileError
from fullstory_dest.compiler.config import SourceSpec
from fullstory_dest.models import Destination, Mapping
from fullstory_dest.problem import Problem, describe
from fullstory_dest.services.preview import Call, CallWarning, PreviewError, preview_spec

MAPPING_ID = 0


class TrialProblem(TypedDict):
    """What keeps a mapping from being tried. ``field`` is the input to mend; ``excerpt`` shows the place in it."""

    field: str
    message: str
    excerpt: str


class TrialCall(TypedDict):
    """A call as the browser would make it, and what FullStory would reject or change of it."""

    text: str
    warnings: list[str]


class Trial(TypedDict):
    """What became of the event: calls, or why there is none, or problems."""

    calls: list[TrialCall]
    skipped: str
    problems: list[TrialProblem]


def try_mapping(typed: QueryDict, saved: Mapping | None) -> Trial:
    """Runs the mapping that was typed, or else the one that is saved, on the event that was typed."""
    problems: list[TrialProblem] = []
    action = typed.get("action", saved.action if saved else "")
    trigger = typed.get("trigger", saved.trigger if saved else "")
    fields = saved.fields if saved else {}
    if "fields" in typed:
        fields = _read(str(typed["fields"]) or "{}", "fields", problems)
    event = _read(str(typed.get("event", "")), "event", problems)
    if not problems and not isinstance(event, dict):
        found = _("expected an object, found %(found)s") % {"found": describe(event)}
        problems.append({"field": "event", "message": found, "excerpt": ""})
    settings = _destination_settings(typed, saved)
    if not problems:
        problems += _shown(check_mapping(action=action, trigger=trigger, fields=fields, settings=settings))
    if problems:
        return {"calls": [], "skipped": "", "problems": problems}
    return _run({"action": action, "trigger": trigger, "fields": fields}, settings, event)


def _destination_settings(typed: QueryDict, saved: Mapping | None) -> dict[str, Any]:
    """What the settings of the mapping's destination do to calls. The rest is for FullStory's script."""
    chosen = str(typed.get("destination", ""))
    if saved:
        settings = saved.destination.settings
    elif chosen.isascii() and chosen.isdigit() and len(chosen) < 19:
        settings = Destination.objects.filter(pk=chosen).values_list("settings", flat=True).first() or {}
    else:
        settings = {}
    return {"tidyPropertyNames": bool(settings.get("tidyPropertyNames"))}


def _read(text: str, field: str, problems: list[TrialProblem]) -> Any:
    try:
        return parse_json(text)
    except JSONTextError as error:
        message, excerpt = split_problem(str(error))
        problems.append({"field": field, "message": message, "excerpt": excerpt})
        return None


def _shown(problems: Iterable[Problem]) -> list[TrialProblem]:
    shown: list[TrialProblem] = []
    for problem in problems:
        inner = Problem(problem.path[1:], problem.message)
        message, excerpt = split_problem(str(inner))
        shown.append({"field": str(problem.path[0]), "message": message, "excerpt": excerpt})
    return shown


def _run(mapping: dict[str, Any], settings: dict[str, Any], event: dict[str, Any]) -> Trial:
    spec: SourceSpec = {
        "name": "",
        "slug": "",
        "write_key": "trial",
        "api_host": "",
        "destinations": [
            {
                "id": 0,
                "name": "",
                "enabled": True,
                "settings": {"orgId": "trial", **settings},
                "mappings": [{"id": MAPPING_ID, "name": "", "enabled": True, **mapping}],  # type: ignore[typeddict-item]
            }
        ],
    }
    try:
        (result,) = preview_spec(spec, [event])
    except CompileError as error:
        return {"calls": [], "skipped": "", "problems": _shown(error.problems)}
    except PreviewError as error:
        return {
            "calls": [],
            "skipped": "",
            "problems": [{"field": "event", "message": str(error), "excerpt": ""}],
        }
    reasons = [_reason(skipped["reason"]) for skipped in result["skipped"]]
    return {
        "calls": [
            {"text": call_text(call), "warnings": [warning_text(warning) for warning in call["warnings"]]}
            for call in result["calls"]
        ],
        "skipped": " ".join(reasons),
        "problems": [],
    }


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
        case _:
            return _("The mapping fails on this event: %(reason)s") % {
                "reason": reason.removeprefix("error: ")
            }
