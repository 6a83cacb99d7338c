"""Types of the compiler's input and output."""

# Annotations are evaluated here, because TypedDict can't find NotRequired in strings.

from dataclasses import dataclass
from typing import Any, NotRequired, TypedDict

from fullstory_dest import fql


class MappingSpec(TypedDict):
    """A mapping before compilation. `trigger` is FQL, and `fields` is a mapping-kit template."""

    id: int
    name: str
    enabled: bool
    action: str
    trigger: str
    fields: dict[str, Any]


class DestinationSpec(TypedDict):
    """A destination before compilation. `settings` has the values that differ from the catalog's defaults.

    `consent_categories` is missing if there are none.
    """

    id: int
    name: str
    enabled: bool
    settings: dict[str, Any]
    consent_categories: NotRequired[list[str]]
    mappings: list[MappingSpec]


class SourceSpec(TypedDict):
    """A source with its destinations and mappings before compilation, which releases store as their spec.

    `honor_gpc` and `honor_dnt` are missing if they are off.
    """

    name: str
    slug: str
    honor_gpc: NotRequired[bool]
    honor_dnt: NotRequired[bool]
    destinations: list[DestinationSpec]


class EnvironmentSpec(TypedDict):
    """The values of an environment, which deployments store. `settings` overrides those of all destinations."""

    write_key: str
    api_host: str
    settings: dict[str, Any]


class DeployedSpec(SourceSpec):
    """A source's spec in an environment: with its key, its API host, and destinations with its settings."""

    write_key: str
    api_host: str


@dataclass(frozen=True, slots=True)
class CheckedMapping:
    """A mapping without problems, with its spec and the tree of its trigger."""

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
    """A source that can be compiled, from ``check_source``."""

    spec: SourceSpec
    destinations: tuple[CheckedDestination, ...]

    @property
    def enabled_destinations(self) -> list[CheckedDestination]:
        """The destinations that browsers get."""
        return [destination for destination in self.destinations if destination.spec["enabled"]]


class CompiledMapping(TypedDict):
    """The instructions of a mapping for the runtime."""

    id: int
    name: str
    action: str
    trigger: list[Any]
    fields: list[Any]


class CompiledMappings(TypedDict):
    """The enabled mappings of a destination. `subscribe` has their triggers as text for Segment's client."""

    id: int
    mappings: list[CompiledMapping]
    subscribe: list[str]


class CompiledSource(TypedDict):
    """The compiled mappings of a spec's enabled destinations, which are the same in any environment."""

    destinations: list[CompiledMappings]


class CompiledDestination(TypedDict):
    """A destination in a config. `settings` are those that browsers need, with the environment's values."""

    id: int
    settings: dict[str, Any]
    mappings: list[CompiledMapping]
    consent: NotRequired[list[str]]


class CompiledConfig(TypedDict):
    """The config that browsers run (see `docs/compiled-config.md`)."""

    writeKey: str
    apiHost: str
    destinations: list[CompiledDestination]
    signals: NotRequired[list[str]]
