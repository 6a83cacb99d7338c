"""Previews of the calls that events lead to, which run in the same runtime as in browsers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypedDict

from fullstory_dest.compiler.schema import CompiledConfig, SourceSpec
from fullstory_dest.services.previews.engine import PREVIEW_ENGINE, Engine


class CallWarning(TypedDict):
    """A part of a call that FullStory would reject or change, with the rule of `docs/fullstory-rules.md`.

    `path` is the location in the call's properties, and empty for the whole call. `message` completes a sentence about
    that location.
    """

    path: list[str | int]
    rule: str
    message: str


class Call(TypedDict):
    """A call to FullStory. `method` is `FS` or one of its legacy methods."""

    mapping: int
    method: str
    args: list[Any]
    warnings: list[CallWarning]


class SkippedMapping(TypedDict):
    """A mapping without a call. `reason` is `trigger`, `disabled`, `empty`, `repeated` or `error: ...`.

    `repeated` means that an earlier event made the same call, and that the destination drops repeated calls.
    """

    mapping: int
    reason: str


class EventResult(TypedDict):
    """The result of an event."""

    calls: list[Call]
    skipped: list[SkippedMapping]


def preview_events(
    spec: SourceSpec, config: CompiledConfig, events: list[dict[str, Any]]
) -> list[EventResult]:
    """Run events through a compiled config, and return a result for each event. Raises PreviewError.

    The events happen in order on one page, so destinations that drop repeated calls do so here. Mappings that are only
    in the spec are reported as disabled.
    """
    results: list[EventResult] = PREVIEW_ENGINE.run("preview", config, events)
    return [with_disabled(spec, config, result) for result in results]


def preview_isolated(
    configs: Sequence[CompiledConfig], events: list[dict[str, Any]], *, engine: Engine | None = None
) -> list[list[EventResult]]:
    """Run each event on a separate page, and return a list for each config with a result for each event.

    Disabled mappings aren't reported. The limits of the engine apply to all events together. Raises PreviewError.
    """
    results: list[list[EventResult]] = (engine or PREVIEW_ENGINE).run("previewApart", list(configs), events)
    return results


def with_disabled(spec: SourceSpec, config: CompiledConfig, result: EventResult) -> EventResult:
    """Return a result with the mappings that are only in the spec, as disabled."""
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
