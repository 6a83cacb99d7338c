"""Instructions of the runtime that a compiled config uses. Snippets only include the code of these."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from fullstory_dest.compiler.schema import CompiledConfig
from fullstory_dest.mapping_kit import liquid


@dataclass(frozen=True, slots=True)
class UsedInstructions:
    """The used keys of the runtime's tables, by table."""

    conditions: frozenset[str]
    operands: frozenset[str]
    functions: frozenset[str]
    templates: frozenset[str]
    actions: frozenset[str]
    layers: frozenset[str]
    modes: frozenset[str]
    extras: frozenset[str]
    signals: frozenset[str]
    liquidTags: frozenset[str]  # noqa: N815 - the name of the table
    liquidValues: frozenset[str]  # noqa: N815
    liquidFilters: frozenset[str]  # noqa: N815


#: Settings with separate code, by table. It's included if a destination has the setting on. Only previews set `unsent`.
LAYERS: Final = frozenset({"debug", "dropRepeatedCalls", "resendPageProperties", "tidyPropertyNames"})
MODES: Final = frozenset({"anonymizeOnReset", "devMode", "unsent"})


def used_instructions(config: CompiledConfig) -> UsedInstructions:
    """Return the instructions that the mappings of a config use."""
    mappings = [mapping for destination in config["destinations"] for mapping in destination["mappings"]]
    settings = {name for each in config["destinations"] for name, value in each["settings"].items() if value}
    functions = frozenset(name for mapping in mappings for name in _functions(mapping["trigger"]))
    liquids = [used for mapping in mappings for used in _liquid(mapping["fields"])]
    return UsedInstructions(
        conditions=frozenset(name for mapping in mappings for name in _conditions(mapping["trigger"])),
        operands=frozenset(["call"] if functions else []),
        functions=functions,
        templates=frozenset(name for mapping in mappings for name in _templates(mapping["fields"])),
        actions=frozenset(mapping["action"] for mapping in mappings),
        liquidTags=frozenset(name for table, name in liquids if table == "liquidTags"),
        liquidValues=frozenset(name for table, name in liquids if table == "liquidValues"),
        liquidFilters=frozenset(name for table, name in liquids if table == "liquidFilters"),
        layers=LAYERS & settings,
        modes=MODES & settings,
        extras=frozenset(_extras(config)),
        signals=frozenset(config.get("signals", [])),
    )


def _extras(config: CompiledConfig) -> Iterator[str]:
    """Yield the features of the snippet that aren't part of a destination."""
    if config["apiHost"]:
        yield "apiHost"
    if any(destination.get("consent") for destination in config["destinations"]):
        yield "consent"


def _conditions(trigger: list[Any]) -> Iterator[str]:
    yield trigger[0]
    if trigger[0] in ("and", "or", "!"):
        for part in trigger[1:]:
            yield from _conditions(part)


def _functions(node: Any) -> Iterator[str]:
    """Yield the functions in a trigger. Their calls are its only objects."""
    if isinstance(node, dict):
        for name, arguments in node.items():
            yield name
            yield from _functions(arguments)
    elif isinstance(node, list):
        for part in node:
            yield from _functions(part)


def _templates(node: Any) -> Iterator[str]:
    return (instruction[0] for instruction in _instructions(node))


def _liquid(node: Any) -> Iterator[liquid.UsedName]:
    for instruction in _instructions(node):
        if instruction[0] == "liquid":
            yield from liquid.used_names(instruction)


def _instructions(node: Any) -> Iterator[list[Any]]:
    """Yield the instructions in a template. They are the arrays in it, except in operands of plain strings."""
    if isinstance(node, dict):
        for part in node.values():
            yield from _instructions(part)
    elif isinstance(node, list) and node:
        yield node
        name, *rest = node
        # `replace` has pairs of plain strings before its template, and `liquid` has other instructions.
        rest = rest[2:] if name == "replace" else [] if name == "liquid" else rest
        for part in rest:
            yield from _instructions(part)
