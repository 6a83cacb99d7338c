"""Live validation in the mapping editor, and conversion of triggers between text and builder rows."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, TypedDict

from django.utils.translation import gettext as _

from fullstory_dest import fql
from fullstory_dest.admin.base.error_locations import (
    describe_in_fields,
    describe_in_text,
    line_and_column,
    place_of,
)
from fullstory_dest.admin.base.forms import split_problem
from fullstory_dest.admin.base.json_field import JSONTextError, parse_json
from fullstory_dest.admin.mappings.summary import INACTIVE_REASON_LABELS
from fullstory_dest.problem import Problem
from fullstory_dest.services.drafts.validate_draft import DraftValidation, validate_draft
from fullstory_dest.strict_json import JSONError, read_json

MAXIMUM_REQUEST_BYTES = 500_000  # Bytes. Many times the largest fields and the longest trigger.


class LiveProblem(TypedDict):
    """One problem. ``path`` is a path in the fields, or in a trigger's groups (see ``fql.RowError``).

    ``position`` is the offset in characters from 0 in the trigger or a raw condition. ``line`` and ``column`` count
    from 1 in the text of the trigger or the fields. ``excerpt`` is the line with a caret below, if any.
    ``located_message`` includes the place, for the text view. ``of_key`` is whether the message is about the last key
    of the path instead of its value.
    """

    field: str
    path: list[str | int]
    message: str
    located_message: str
    excerpt: str
    position: int | None
    line: int | None
    column: int | None
    of_key: bool


class DraftDescription(TypedDict):
    """The validation of a draft.

    ``problems`` prevent saving; ``warnings`` don't. ``differences`` are differences from Segment's client.
    ``inactive_reason`` is the reason why no event matches the trigger, or empty.
    """

    problems: list[LiveProblem]
    warnings: list[LiveProblem]
    differences: list[str]
    inactive_reason: str


class TriggerDescription(DraftDescription):
    """A trigger as text and as builder rows, each None if invalid, and its validation."""

    text: str | None
    tree: dict[str, Any] | None


class EditorRequestError(ValueError):
    """The request body is invalid."""


def read_request(body: bytes) -> dict[str, Any]:
    """Parse the JSON request of the editor. Raises EditorRequestError."""
    if len(body) > MAXIMUM_REQUEST_BYTES:
        raise EditorRequestError(_("The request is too large."))
    try:
        posted = read_json(body)
    except JSONError as error:
        raise EditorRequestError(str(error)) from error
    if not isinstance(posted, dict):
        raise EditorRequestError(_("Expected an object."))
    return posted


def describe_trigger(posted: dict[str, Any]) -> TriggerDescription:
    """Convert ``{"text": FQL}`` to rows, or ``{"tree": rows}`` to text."""
    text, tree = posted.get("text"), posted.get("tree")
    if not isinstance(text, str):
        try:
            text = fql.unparse(fql.trigger_of(tree))
        except fql.RowError as error:
            problem = _problem("trigger", list(error.path), error.message, position=error.position)
            return {
                "text": None,
                "tree": None,
                "problems": [problem],
                "warnings": [],
                "differences": [],
                "inactive_reason": "",
            }
    found = validate_draft({"trigger": text})
    return {"text": text, "tree": found.rows, **_description(found, text, "", [])}


def describe_draft(posted: dict[str, Any], settings: dict[str, Any] | None = None) -> DraftDescription:
    """Validate the ``action``, ``trigger`` and ``fields`` (JSON text) of a draft. Missing keys are not checked."""
    draft, text, unread = dict(posted), "", []
    if "fields" in posted:
        text = posted["fields"] if isinstance(posted["fields"], str) else ""
        try:
            draft["fields"] = parse_json(text) if text.strip() else {}
        except JSONTextError as error:
            del draft["fields"]
            unread.append(_unread(error, text))
    return _description(validate_draft(draft, settings), posted.get("trigger"), text, unread)


def _description(
    found: DraftValidation, trigger: object, fields: str, unread: list[LiveProblem]
) -> DraftDescription:
    """The validation of a draft with places in its texts. ``unread`` is the problem of fields that aren't JSON."""
    reason = found.inactive_reason
    return {
        "problems": [_place(problem, trigger, fields) for problem in found.problems] + unread,
        "warnings": [_place(problem, None, fields) for problem in found.warnings],
        "differences": found.differences,
        "inactive_reason": str(INACTIVE_REASON_LABELS[reason]) if reason else "",
    }


def _place(problem: Problem, trigger: object, fields: str) -> LiveProblem:
    """The problem with its place in the trigger or fields."""
    match problem.path[0]:
        case "trigger":
            return _trigger_problem(problem, trigger)
        case "fields":
            return _field_problem(replace(problem, path=problem.path[1:]), fields)
        case _:
            return _problem("action", [], problem.message)


def _problem(
    field: str,
    path: list[Any],
    message: str,
    *,
    located_message: str = "",
    excerpt: str = "",
    position: int | None = None,
    place: tuple[int, int] | tuple[None, None] = (None, None),
    of_key: bool = False,
) -> LiveProblem:
    line, column = place
    message = message[:1].upper() + message[1:]
    return {
        "field": field,
        "path": path,
        "message": message,
        "located_message": located_message or message,
        "excerpt": excerpt,
        "position": position,
        "line": line,
        "column": column,
        "of_key": of_key,
    }


def _trigger_problem(problem: Problem, text: object) -> LiveProblem:
    message, excerpt = split_problem(problem.message)
    known = problem.position is not None and isinstance(text, str)
    place = line_and_column(str(text), problem.position or 0) if known else (None, None)
    located_message = describe_in_text(message, str(text), problem.position) if known else ""
    return _problem(
        "trigger",
        [],
        message,
        located_message=located_message,
        excerpt=excerpt,
        position=problem.position,
        place=place,
    )


def _unread(error: JSONTextError, text: str) -> LiveProblem:
    message, excerpt = split_problem(str(error))
    place = (None, None) if error.position is None else line_and_column(text, error.position)
    return _problem("fields", [], message, excerpt=excerpt, place=place)


def _field_problem(problem: Problem, text: str) -> LiveProblem:
    message, excerpt = split_problem(problem.message)
    place = line_and_column(text, place_of(text, problem.path)) if text.strip() else (None, None)
    located_message = describe_in_fields(problem, message, text)
    return _problem(
        "fields",
        list(problem.path),
        message,
        located_message=located_message,
        excerpt=excerpt,
        place=place,
        of_key=problem.of_key,
    )
