"""The routes of events to FullStory, from a static analysis of a source's mappings."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import combinations
from typing import Any, Final, Literal

from fullstory_dest import fql
from fullstory_dest.compiler.schema import CompiledConfig, DestinationSpec, MappingSpec, SourceSpec
from fullstory_dest.services.previews.engine import PreviewError
from fullstory_dest.services.previews.preview import preview_isolated

#: The calls to FullStory that each action makes.
CALLS_BY_ACTION: Final[dict[str, tuple[str, ...]]] = {
    "identifyUserV2": ("FS('setIdentity')", "FS('setProperties')"),
    "trackEventV2": ("FS('trackEvent')",),
    "viewedPageV2": ("FS('setProperties')",),
    "identifyUser": ("FS.identify", "FS.setUserVars"),
    "trackEvent": ("FS.event",),
    "viewedPage": ("FS.setVars",),
}

#: The number of pairs of mappings that are checked for overlaps.
MAXIMUM_PAIRS: Final = 400

InactiveReason = Literal["disabled", "destination", "trigger", "contradiction", "type"]


@dataclass(slots=True)
class MappingRoute:
    """A mapping with the events that it matches, or the reason why it never runs.

    ``overlapping`` has enabled mappings of the same destination and action that match some of the same events.
    """

    destination: DestinationSpec
    mapping: MappingSpec
    events: list[fql.MatchableEvents]
    inactive_reason: InactiveReason | None
    overlapping: list[MappingSpec] = field(default_factory=list)

    @property
    def calls(self) -> tuple[str, ...]:
        return CALLS_BY_ACTION.get(self.mapping["action"], ())


def event_routes(spec: SourceSpec) -> list[MappingRoute]:
    """Return a route for each mapping, in the order in which they run."""
    routes = [
        _route(destination, mapping)
        for destination in spec["destinations"]
        for mapping in destination["mappings"]
    ]
    running = [route for route in routes if route.inactive_reason is None]
    try:
        pairs = find_overlaps(
            tuple(route.mapping["trigger"] for route in running),
            tuple((route.destination["id"], route.mapping["action"]) for route in running),
        )
    except PreviewError:
        # The engine is busy. Overlaps are optional.
        pairs = ()
    for one, other in pairs:
        running[one].overlapping.append(running[other].mapping)
        running[other].overlapping.append(running[one].mapping)
    return routes


def _route(destination: DestinationSpec, mapping: MappingSpec) -> MappingRoute:
    try:
        trigger = fql.parse(mapping["trigger"])
    except fql.FQLError:
        return MappingRoute(destination, mapping, [], "trigger")
    disabled: InactiveReason | None = None
    if not destination["enabled"]:
        disabled = "destination"
    elif not mapping["enabled"]:
        disabled = "disabled"
    return MappingRoute(
        destination, mapping, fql.matchable_events(trigger), fql.why_never_matches(trigger) or disabled
    )


@lru_cache(maxsize=256)
def find_overlaps(triggers: tuple[str, ...], groups: tuple[Any, ...]) -> tuple[tuple[int, int], ...]:
    """Return the pairs within a group for which an event was found that matches both triggers. Raises PreviewError.

    The list might be incomplete, because the events are generated from the triggers.
    """
    pairs_to_try = [
        pair for pair in combinations(range(len(triggers)), 2) if groups[pair[0]] == groups[pair[1]]
    ][:MAXIMUM_PAIRS]
    if not pairs_to_try:
        return ()
    parsed = [fql.parse(text) for text in triggers]
    single = [event for trigger in parsed if (event := fql.example_event(trigger))]
    found = _both(parsed, single, pairs_to_try)
    left = [pair for pair in pairs_to_try if pair not in found]
    example_events = [
        event for one, other in left if (event := fql.example_event(parsed[one], parsed[other]))
    ]
    if example_events:
        found |= _both(parsed, example_events, left)
    return tuple(pair for pair in pairs_to_try if pair in found)


def _both(
    triggers: Sequence[fql.Trigger], events: list[dict[str, Any]], pairs: Iterable[tuple[int, int]]
) -> set[tuple[int, int]]:
    """Return the pairs whose triggers both match one of the events, according to the runtime."""
    config: CompiledConfig = {
        "writeKey": "",
        "apiHost": "",
        "destinations": [
            {
                "id": 0,
                "settings": {},
                "mappings": [
                    {
                        "id": number,
                        "name": "",
                        "action": "trackEventV2",
                        "trigger": fql.compile(trigger),
                        "fields": ["object", {"name": "x"}],
                    }
                    for number, trigger in enumerate(triggers)
                ],
            }
        ],
    }
    (results,) = preview_isolated([config], events)
    fired = [{call["mapping"] for call in result["calls"]} for result in results]
    return {pair for pair in pairs if any(set(pair) <= numbers for numbers in fired)}
