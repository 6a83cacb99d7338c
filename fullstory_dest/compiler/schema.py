"""The shapes that go into the compiler and come out of it."""

# Annotations are evaluated here: as text, they would not tell a class which of its keys may be missing.

from typing import Any, NotRequired, TypedDict


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
