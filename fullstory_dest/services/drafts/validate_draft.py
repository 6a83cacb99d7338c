"""Validation of unsaved mappings."""

from __future__ import annotations

from collections.abc import Mapping as Draft
from dataclasses import dataclass, field
from typing import Any

from fullstory_dest import fql, mapping_kit
from fullstory_dest.catalog import find_action
from fullstory_dest.compiler.check import check_fields, check_trigger, differs_in_segment
from fullstory_dest.fql.builder_rows import Node
from fullstory_dest.models import Destination, Mapping
from fullstory_dest.problem import Problem
from fullstory_dest.services.previews.engine import PreviewError
from fullstory_dest.services.previews.event_routes import InactiveReason, find_overlaps


@dataclass(frozen=True, slots=True)
class DraftValidation:
    """The result of validating a draft. Paths start at ``action``, ``trigger`` or ``fields``.

    ``problems`` prevent saving; ``warnings`` don't. ``differences`` are sentences about how Segment's client misreads
    the trigger. ``inactive_reason`` is the reason why no event matches it. ``trigger`` is the text as it would be
    saved, and ``rows`` its conditions; both are None if the trigger has problems.
    """

    problems: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)
    differences: list[str] = field(default_factory=list)
    inactive_reason: InactiveReason | None = None
    trigger: str | None = None
    rows: Node | None = None


def validate_draft(draft: Draft[str, Any], settings: Draft[str, Any] | None = None) -> DraftValidation:
    """Validate those of ``action``, ``trigger`` and ``fields`` that are given, with a destination's settings.

    ``check_mapping``, which runs on save, has the same checks but needs all three.
    """
    problems: list[Problem] = []
    warnings: list[Problem] = []
    about_trigger: dict[str, Any] = {}
    action = find_action(draft.get("action"))
    if isinstance(action, Problem) and "action" in draft:
        problems.append(action.below("action"))
    if "trigger" in draft:
        found = check_trigger(draft["trigger"])
        if isinstance(found, Problem):
            problems.append(found.below("trigger"))
        else:
            about_trigger = {
                "differences": differs_in_segment(draft["trigger"]),
                "inactive_reason": fql.why_never_matches(found),
                "trigger": fql.normalize(draft["trigger"], found),
                "rows": fql.builder_rows(found),
            }
    if "fields" in draft:
        fields = draft["fields"]
        problems += [problem.below("fields") for problem in check_fields(action, fields, settings or {})]
        warnings += [problem.below("fields") for problem in mapping_kit.warnings(fields)]
    return DraftValidation(problems, warnings, **about_trigger)


def find_overlapping(
    action: str, trigger: str, destination: Destination, *, exclude_id: int = 0
) -> list[Mapping]:
    """Return enabled mappings with the same action that match some of the same events, except for one.

    The list might be incomplete. It's empty if the trigger has errors or the engine is busy.
    """
    others = [
        mapping
        for mapping in destination.mappings.filter(enabled=True, action=action).exclude(pk=exclude_id)
        if not isinstance(check_trigger(mapping.trigger), Problem)
    ]
    if isinstance(check_trigger(trigger), Problem) or not others:
        return []
    found = []
    for mapping in others:
        try:
            if find_overlaps((trigger, mapping.trigger), ("", "")):
                found.append(mapping)
        except PreviewError:
            break
    return found
