"""What a mapping's editor asks while somebody types: what is wrong and where, and a trigger as text or as rows."""

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
from fullstory_dest.admin.mappings.summary import WHY_DEAD
from fullstory_dest.problem import Problem
from fullstory_dest.services.drafts.validate_draft import validate_draft
from fullstory_dest.strict_json import JSONError, read_json

LONGEST_QUESTION = 500_000  # characters: the largest fields and the longest trigger fit in it many times


class LiveProblem(TypedDict):
    """One mistake. ``path`` leads into the fields, or through a trigger's groups: ``fql.RowError``.

    ``position`` counts characters from 0 in the text of the trigger or of a raw condition; ``line`` and ``column``,
    from 1, are in the text of the trigger or the fields. ``excerpt`` is the line with a caret below, if any.
    ``located_message`` is the message with the place, for those who see the text as a whole. ``of_key`` says that the
    message is about the key that the path ends in, not about its value.
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


class TriggerDescription(TypedDict):
    """A trigger in both forms, as far as there are any, and what is to be said of it: see ``Checked``."""

    text: str | None
    tree: dict[str, Any] | None
    problems: list[LiveProblem]
    warnings: list[LiveProblem]
    differences: list[str]
    never: str


class Checked(TypedDict):
    """Everything that would be refused on saving; what Segment's own client does otherwise; and why it never fires.

    ``warnings`` are of what is saved, but rarely meant.

    ``never`` is empty for a trigger that some event may set off, as far as one can tell.
    """

    problems: list[LiveProblem]
    warnings: list[LiveProblem]
    differences: list[str]
    never: str


class QuestionError(ValueError):
    """What was asked is no question."""


def read_question(body: bytes) -> dict[str, Any]:
    """What a page asks, as JSON. Raises QuestionError."""
    if len(body) > LONGEST_QUESTION:
        raise QuestionError(_("This is too long."))
    try:
        asked = read_json(body)
    except JSONError as error:
        raise QuestionError(str(error)) from error
    if not isinstance(asked, dict):
        raise QuestionError(_("Expected an object."))
    return asked


def describe_trigger(asked: dict[str, Any]) -> TriggerDescription:
    """``{"text": FQL}`` as rows, or ``{"tree": rows}`` as text."""
    text, tree = asked.get("text"), asked.get("tree")
    if not isinstance(text, str):
        try:
            text = fql.unparse(fql.trigger_of(tree))
        except fql.RowError as error:
            found = _problem("trigger", list(error.path), error.message, position=error.position)
            return {
                "text": None,
                "tree": None,
                "problems": [found],
                "warnings": [],
                "differences": [],
                "never": "",
            }
        tree = None
    checked = check_typed({"trigger": text})
    if not checked["problems"]:
        tree = fql.builder_rows(fql.parse(text))
    return {"text": text, "tree": tree, **checked}


def check_typed(asked: dict[str, Any], settings: dict[str, Any] | None = None) -> Checked:
    """What is wrong with what was typed of a mapping: ``action``, ``trigger`` and ``fields``, the fields as JSON text.

    What is left out is not checked.
    """
    draft, text, unread = dict(asked), "", []
    if "fields" in asked:
        text = asked["fields"] if isinstance(asked["fields"], str) else ""
        try:
            draft["fields"] = parse_json(text) if text.strip() else {}
        except JSONTextError as error:
            del draft["fields"]
            unread.append(_unread(error, text))
    found = validate_draft(draft, settings)
    return {
        "problems": [_place(problem, asked.get("trigger"), text) for problem in found.problems] + unread,
        "warnings": [_place(problem, None, text) for problem in found.warnings],
        "differences": found.differences,
        "never": str(WHY_DEAD[found.never_fires]) if found.never_fires else "",
    }


def _place(problem: Problem, trigger: object, fields: str) -> LiveProblem:
    """A problem beside the text that it is in."""
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
