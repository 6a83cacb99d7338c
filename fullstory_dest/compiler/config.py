"""The shapes that go into the compiler and come out of it."""

from __future__ import annotations

from typing import Any, TypedDict


class MappingSpec(TypedDict):
    """A mapping as people wrote it: ``trigger`` is FQL, ``fields`` a mapping-kit template."""

    id: int
    name: str
    enabled: bool
    action: str
    trigger: str
    fields: dict[str, Any]


class DestinationSpec(TypedDict):
    """A destination as people wrote it; ``settings`` holds what differs from the catalog's defaults."""

    id: int
    name: str
    enabled: bool
    settings: dict[str, Any]
    mappings: list[MappingSpec]


class SourceSpec(TypedDict):
    """A source and everything below it: what a release keeps as its spec."""

    name: str
    slug: str
    write_key: str
    api_host: str
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


class CompiledConfig(TypedDict):
    """``docs/compiled-config.md`` describes it."""

    writeKey: str
    apiHost: str
    destinations: list[CompiledDestination]
