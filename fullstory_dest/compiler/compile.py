"""Compiles a source's spec into the config that browsers get (``docs/compiled-config.md``)."""

from __future__ import annotations

from fullstory_dest import fql, mapping_kit
from fullstory_dest.compiler.browser_settings import browser_settings
from fullstory_dest.compiler.check import check_source
from fullstory_dest.compiler.schema import (
    CompiledConfig,
    CompiledDestination,
    CompiledMapping,
    DestinationSpec,
    MappingSpec,
    SourceSpec,
)
from fullstory_dest.problem import ProblemsError


class CompileError(ProblemsError):
    """A source cannot be compiled. ``problems`` holds every reason; paths start at the spec."""


def compile_source(spec: SourceSpec) -> CompiledConfig:
    """The compiled config of a source: its enabled destinations and mappings. Raises CompileError."""
    if problems := check_source(spec):
        raise CompileError(problems)
    config: CompiledConfig = {
        "writeKey": spec["write_key"],
        "apiHost": spec["api_host"],
        "destinations": [
            compile_destination(destination) for destination in spec["destinations"] if destination["enabled"]
        ],
    }
    honored = {"gpc": spec.get("honor_gpc"), "dnt": spec.get("honor_dnt")}
    if signals := [signal for signal, on in honored.items() if on]:
        config["signals"] = signals
    return config


def compile_destination(destination: DestinationSpec) -> CompiledDestination:
    """One destination, with its enabled mappings in order. Everything in it has been checked."""
    compiled: CompiledDestination = {
        "id": destination["id"],
        "settings": browser_settings(destination["settings"]),
        "mappings": [compile_mapping(mapping) for mapping in destination["mappings"] if mapping["enabled"]],
    }
    if categories := destination.get("consent_categories"):
        compiled["consent"] = categories
    return compiled


def compile_mapping(mapping: MappingSpec) -> CompiledMapping:
    """One mapping, whose trigger and fields have been checked."""
    return {
        "id": mapping["id"],
        "name": mapping["name"],
        "action": mapping["action"],
        "trigger": fql.compile(fql.parse(mapping["trigger"])),
        "fields": mapping_kit.compile(mapping["fields"]),
    }


def inert_config(write_key: str) -> CompiledConfig:
    """The config of a source that is disabled or was never published: nothing is loaded, nothing is called."""
    return {"writeKey": write_key, "apiHost": "", "destinations": []}
