"""Read the test panel's input, and run its event through the drafts."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Final

from django.http import QueryDict
from django.utils.translation import gettext as _

from fullstory_dest.admin.base.error_locations import describe_error
from fullstory_dest.admin.base.forms import split_problem
from fullstory_dest.admin.base.json_field import JSONTextError, parse_json
from fullstory_dest.admin.base.posted_inputs import parse_ids
from fullstory_dest.admin.mappings.event_run_result import (
    InputProblem,
    RenderedRun,
    refused_run,
    rendered_run,
)
from fullstory_dest.compiler.check import CompileError
from fullstory_dest.compiler.schema import MappingSpec
from fullstory_dest.models import Destination, Mapping, Source, TestCase
from fullstory_dest.problem import Problem, describe
from fullstory_dest.services.previews.engine import PreviewBusyError, PreviewError
from fullstory_dest.services.previews.preview import Call
from fullstory_dest.services.previews.test_cases import to_expected_calls
from fullstory_dest.services.previews.try_event import DraftError, EventRun, try_draft, try_event
from fullstory_dest.services.spec import drafts_in

#: The ID of an unsaved mapping.
MAPPING_ID: Final = 0


class InputError(ValueError):
    """The input can't be run."""

    def __init__(self, problems: list[InputProblem]) -> None:
        self.problems = problems
        super().__init__(str(problems))


@dataclass(frozen=True, slots=True)
class PostedRun:
    """A posted event and its run. ``tested`` is the ID of the mapping in the form; None if only saved drafts ran.

    ``source`` has the test cases, if the mapping belongs to one.
    """

    event: dict[str, Any]
    run: EventRun
    source: Source | None
    tested: int | None


def run_for_panel(posted: QueryDict, source: Source | None, saved: Mapping | None = None) -> RenderedRun:
    """Run the posted event through a source, and return the result for the test panel.

    The posted mapping, or else the saved one, runs as if it were enabled. Without a source it runs alone. With
    neither a mapping nor a posted action, only the saved drafts run.
    """
    try:
        ran = run_posted(posted, source, saved)
    except InputError as refused:
        return refused_run(refused.problems)
    expected = _meets_expectation(posted, ran.source, ran.event, ran.run.result["calls"])
    return rendered_run(ran.run, ran.tested, expected=expected)


def run_posted(
    posted: QueryDict, source: Source | None, saved: Mapping | None = None, *, as_enabled: bool = False
) -> PostedRun:
    """Run the posted event. With ``as_enabled``, the draft runs only if it is enabled.

    Raises InputError for invalid input, and PreviewBusyError if the server is busy.
    """
    problems: list[InputProblem] = []
    event = _read_event(str(posted.get("event", "")), problems)
    if source is not None and saved is None and "action" not in posted:
        if problems:
            raise InputError(problems)
        return PostedRun(
            event, _run(lambda: try_event(drafts_in(source.first_environment), event)), source, None
        )
    draft = _read_draft(posted, saved, problems)
    if problems:
        raise InputError(problems)
    if not draft["action"]:
        raise InputError([{"field": "action", "message": _("Choose an action first."), "excerpt": ""}])
    if as_enabled:
        draft["enabled"] = bool(posted.get("enabled"))
    destination = saved.destination if saved else _chosen_destination(posted)
    run = _run(lambda: try_draft(draft, event, destination))
    return PostedRun(event, run, source or (destination.source if destination else None), draft["id"])


def _run(run: Callable[[], EventRun]) -> EventRun:
    """Run an event. Raises InputError for problems of the drafts or the event, and PreviewBusyError."""
    try:
        return run()
    except DraftError as error:
        raise InputError(_render_problems(error.problems)) from error
    except CompileError as error:
        message, excerpt = split_problem("\n".join(problem.message for problem in error.problems))
        raise InputError([{"field": "source", "message": message, "excerpt": excerpt}]) from error
    except PreviewBusyError:
        raise
    except PreviewError as error:
        raise InputError([{"field": "event", "message": str(error), "excerpt": ""}]) from error


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


def _chosen_destination(posted: QueryDict) -> Destination | None:
    """The destination that is chosen for a new mapping, if any."""
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


def _meets_expectation(
    posted: QueryDict, source: Source | None, event: dict[str, Any], calls: list[Call]
) -> bool | None:
    """Whether the calls match the chosen test case, or None if the event differs or no result is expected."""
    chosen = parse_ids([posted.get("test_case", "")])
    test_case = TestCase.objects.filter(source=source, pk__in=chosen).first() if source and chosen else None
    if test_case is None or test_case.expected is None or test_case.event != event:
        return None
    return bool(to_expected_calls(calls) == test_case.expected)
