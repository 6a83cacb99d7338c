"""Test runs of an event on a source's mappings, or on an unsaved mapping."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypedDict

from fullstory_dest.compiler.check import CompileError, check_mapping
from fullstory_dest.compiler.compile import compile_source
from fullstory_dest.compiler.schema import (
    CheckedMapping,
    CompiledConfig,
    DeployedSpec,
    DestinationSpec,
    MappingSpec,
)
from fullstory_dest.models import Destination
from fullstory_dest.problem import ProblemsError
from fullstory_dest.services.previews.engine import PREVIEW_ENGINE
from fullstory_dest.services.previews.preview import EventResult, with_disabled
from fullstory_dest.services.spec import drafts_in


class TracedCondition(TypedDict):
    """A condition in FQL that decided whether the trigger matches, and the value found (`it is "page"`)."""

    condition: str
    holds: bool
    found: str


class _FieldKey(TypedDict):
    key: str


class TracedField(_FieldKey, total=False):
    """The value or the error of a field. The field is absent if it has neither."""

    value: Any
    error: str


class MappingTrace(TypedDict):
    """The steps of a mapping. `matches` is null if the trigger fails with an error.

    Fields are resolved even if the trigger doesn't match.
    """

    mapping: int
    matches: bool | None
    conditions: list[TracedCondition]
    fields: list[TracedField]


class DraftError(ProblemsError):
    """A draft of a mapping can't be run. Paths start at ``action``, ``trigger`` or ``fields``."""


@dataclass(frozen=True, slots=True)
class EventRun:
    """The result of an event, and the steps of each enabled mapping.

    With ``alone``, a draft ran without the other mappings of its source, because those can't be compiled.
    """

    spec: DeployedSpec
    result: EventResult
    traces: list[MappingTrace]
    alone: bool = False


def try_event(spec: DeployedSpec, event: dict[str, Any], config: CompiledConfig | None = None) -> EventRun:
    """Run an event through a spec, or through the config that was compiled from it.

    Raises CompileError, and PreviewError if the event can't be run.
    """
    config = compile_source(spec) if config is None else config
    output = PREVIEW_ENGINE.run("trace", config, event)
    return EventRun(spec, with_disabled(spec, config, output["result"]), output["traces"])


def try_draft(draft: MappingSpec, event: dict[str, Any], destination: Destination | None = None) -> EventRun:
    """Run an event through the drafts of a destination's source, with an unsaved version of one mapping.

    The draft replaces the mapping with its ID, or is added at the end. It runs alone if there is no destination, or if
    the other mappings can't be compiled. Raises DraftError, and PreviewError if the event can't be run.
    """
    settings = destination.settings if destination else {}
    checked = check_mapping(draft, settings)
    if not isinstance(checked, CheckedMapping):
        raise DraftError(checked)
    if destination is not None:
        try:
            return try_event(
                _with_draft(drafts_in(destination.source.first_environment), destination, draft), event
            )
        except CompileError:
            pass
    run = try_event(_alone(draft, settings), event)
    return EventRun(run.spec, run.result, run.traces, alone=destination is not None)


def _alone(draft: MappingSpec, settings: dict[str, Any]) -> DeployedSpec:
    """Return a source with only the mapping, and the settings that affect its calls."""
    destination: DestinationSpec = {
        "id": 0,
        "name": "",
        "enabled": True,
        "settings": {"orgId": "draft", "tidyPropertyNames": bool(settings.get("tidyPropertyNames"))},
        "mappings": [draft],
    }
    return {"name": "", "slug": "", "write_key": "draft", "api_host": "", "destinations": [destination]}


def _with_draft(spec: DeployedSpec, destination: Destination, draft: MappingSpec) -> DeployedSpec:
    """Insert the draft into the drafts of its source, and enable its destination if the draft is enabled."""
    for each in spec["destinations"]:
        if each["id"] != destination.pk:
            continue
        each["enabled"] = each["enabled"] or draft["enabled"]
        places = [index for index, other in enumerate(each["mappings"]) if other["id"] == draft["id"]]
        index = places[0] if places else len(each["mappings"])
        each["mappings"][index : index + 1] = [draft]
    return spec
