"""Previews what a source does with events, by running the browser's own runtime."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypedDict

from fullstory_dest.compiler.schema import CompiledConfig, SourceSpec
from fullstory_dest.services.previews.engine import PREVIEW_ENGINE, Engine


class CallWarning(TypedDict):
    """Something in a call that FullStory would reject or change, by a rule of ``docs/fullstory-rules.md``.

    ``path`` leads to it through what the call says, and is empty for the call as a whole; ``message`` goes on from it.
    """

    path: list[str | int]
    rule: str
    message: str


class Call(TypedDict):
    """A call that FullStory would get: ``method`` is ``FS`` or one of its legacy methods."""

    mapping: int
    method: str
    args: list[Any]
    warnings: list[CallWarning]


class SkippedMapping(TypedDict):
    """A mapping that made no call. ``reason`` is ``trigger``, ``disabled``, ``empty``, ``repeated`` or ``error: ...``.

    ``repeated`` is said of a call that an earlier event has made and the destination drops, as it is set to.
    """

    mapping: int
    reason: str


class EventResult(TypedDict):
    """What one event leads to."""

    calls: list[Call]
    skipped: list[SkippedMapping]


class TracedCondition(TypedDict):
    """A condition that decided on a trigger, in FQL: whether it holds, and what was found (``it is "page"``)."""

    condition: str
    holds: bool
    found: str


class _FieldKey(TypedDict):
    key: str


class TracedField(_FieldKey, total=False):
    """What a field came to. Neither a value nor an error: the field is absent."""

    value: Any
    error: str


class MappingTrace(TypedDict):
    """How a mapping takes an event. ``matches`` is null where the trigger itself fails.

    Fields are resolved whether the trigger holds or not, so that one can be seen to be right before the other is.
    """

    mapping: int
    matches: bool | None
    conditions: list[TracedCondition]
    fields: list[TracedField]


def preview_events(
    spec: SourceSpec, config: CompiledConfig, events: list[dict[str, Any]]
) -> list[EventResult]:
    """Return what a compiled config does with events, a result per event. Raises PreviewError.

    The events happen one after the other on one page: where a destination drops repeated calls, so does this.
    Mappings that are only in the spec are reported as disabled.
    """
    results: list[EventResult] = PREVIEW_ENGINE.run("preview", config, events)
    return [_with_disabled(spec, config, result) for result in results]


def preview_isolated(
    configs: Sequence[CompiledConfig], events: list[dict[str, Any]], *, engine: Engine | None = None
) -> list[list[EventResult]]:
    """What each config does with each event on a page of its own: a list per config, a result per event.

    Disabled mappings are left out. All events share one run of the engine and its limits. Raises PreviewError.
    """
    results: list[list[EventResult]] = (engine or PREVIEW_ENGINE).run("previewApart", list(configs), events)
    return results


def trace_event(
    spec: SourceSpec, config: CompiledConfig, event: dict[str, Any]
) -> tuple[EventResult, list[MappingTrace]]:
    """What a config does with one event, and how each of its mappings comes to that. Raises PreviewError."""
    output = PREVIEW_ENGINE.run("trace", config, event)
    return _with_disabled(spec, config, output["result"]), output["traces"]


def _with_disabled(spec: SourceSpec, config: CompiledConfig, result: EventResult) -> EventResult:
    compiled = {
        mapping["id"] for destination in config["destinations"] for mapping in destination["mappings"]
    }
    disabled: list[SkippedMapping] = [
        {"mapping": mapping["id"], "reason": "disabled"}
        for destination in spec["destinations"]
        for mapping in destination["mappings"]
        if mapping["id"] not in compiled
    ]
    return {"calls": result["calls"], "skipped": result["skipped"] + disabled}
