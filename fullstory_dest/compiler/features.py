"""Which instructions of the runtime a compiled config uses, so that a snippet carries the code of those alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from fullstory_dest.compiler.config import CompiledConfig


@dataclass(frozen=True, slots=True)
class Features:
    """Keys of the four tables in ``runtime/core/registry.js``."""

    conditions: frozenset[str]
    functions: frozenset[str]
    templates: frozenset[str]
    actions: frozenset[str]


def features(config: CompiledConfig) -> Features:
    """The instructions that the mappings of a config use."""
    mappings = [mapping for destination in config["destinations"] for mapping in destination["mappings"]]
    return Features(
        conditions=frozenset(name for mapping in mappings for name in _conditions(mapping["trigger"])),
        functions=frozenset(name for mapping in mappings for name in _functions(mapping["trigger"])),
        templates=frozenset(name for mapping in mappings for name in _templates(mapping["fields"])),
        actions=frozenset(mapping["action"] for mapping in mappings),
    )


def _conditions(trigger: list[Any]) -> Iterator[str]:
    yield trigger[0]
    if trigger[0] in ("and", "or", "!"):
        for part in trigger[1:]:
            yield from _conditions(part)


def _functions(node: Any) -> Iterator[str]:
    """Calls are the only objects in a trigger."""
    if isinstance(node, dict):
        for name, arguments in node.items():
            yield name
            yield from _functions(arguments)
    elif isinstance(node, list):
        for part in node:
            yield from _functions(part)


def _templates(node: Any) -> Iterator[str]:
    """A string at the head of an array is an instruction's name, except where an instruction holds plain strings."""
    if isinstance(node, dict):
        for part in node.values():
            yield from _templates(part)
    elif isinstance(node, list) and node:
        name, *rest = node
        yield name
        # `replace` holds pairs of plain strings before its template.
        for part in rest[2:] if name == "replace" else rest:
            yield from _templates(part)
