"""The shapes that go into the compiler and come out of it."""

# Annotations are evaluated here: as text, they would not tell a class which of its keys may be missing.

from dataclasses import dataclass
from typing import Any, NotRequired, TypedDict

from fullstory_dest import fql


class MappingSpec(TypedDict):
    """A mapping as people wrote it: ``trigger`` is FQL, ``fields`` a mapping-kit template."""

    id: int
    name: str
    enabled: bool
    action: str
    trigger: str
    fields: dict[str, Any]


class DestinationSpec(TypedDict):
    """A destination as people wrote it; ``settings`` holds what differs from the catalog's defaults.

    ``consent_categories`` is there only when there are any.
    """

    id: int
    name: str
    enabled: bool
    settings: dict[str, Any]
    consent_categories: NotRequired[list[str]]
    mappings: list[MappingSpec]


class SourceSpec(TypedDict):
    """A source and everything below it: what a release keeps as its spec.

    ``honor_gpc`` and ``honor_dnt`` are there only when they are on.
    """

    name: str
    slug: str
    write_key: str
    api_host: str
    honor_gpc: NotRequired[bool]
    honor_dnt: NotRequired[bool]
    destinations: list[DestinationSpec]


@dataclass(frozen=True, slots=True)
class CheckedMapping:
    """A mapping without problems: its spec, and its trigger as a tree."""

    spec: MappingSpec
    trigger: fql.Trigger


@dataclass(frozen=True, slots=True)
class CheckedDestination:
    """A destination without problems. Mappings are in the order of the spec."""

    spec: DestinationSpec
    mappings: tuple[CheckedMapping, ...]

    @property
    def enabled_mappings(self) -> list[CheckedMapping]:
        """The mappings that browsers run, in order."""
        return [mapping for mapping in self.mappings if mapping.spec["enabled"]]


@dataclass(frozen=True, slots=True)
class CheckedSource:
    """A source that can be compiled: what ``check_source`` gives and everything after it takes."""

    spec: SourceSpec
    destinations: tuple[CheckedDestination, ...]

    @property
    def enabled_destinations(self) -> list[CheckedDestination]:
        """The destinations that browsers get."""
        return [destination for destination in self.destinations if destination.spec["enabled"]]


class CompiledMapping(TypedDict):
    id: int
    name: str
    action: str
    trigger: list[Any]
    fields: list[Any]


class CompiledDestination(TypedDict):
    id: int
    settings: dict[str, Any]
    mappings: list[CompiledMapping]
    consent: NotRequired[list[str]]


class CompiledConfig(TypedDict):
    """``docs/compiled-config.md`` describes it."""

    writeKey: str
    apiHost: str
    destinations: list[CompiledDestination]
    signals: NotRequired[list[str]]
