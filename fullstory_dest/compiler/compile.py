"""Compiler of a source's spec to the config that browsers get (docs/compiled-config.md)."""

from __future__ import annotations

from fullstory_dest import fql, mapping_kit
from fullstory_dest.compiler.browser_settings import browser_settings
from fullstory_dest.compiler.check import check_source
from fullstory_dest.compiler.schema import (
    CheckedDestination,
    CheckedMapping,
    CheckedSource,
    CompiledConfig,
    CompiledDestination,
    CompiledMapping,
    SourceSpec,
)


def compile_source(spec: SourceSpec) -> CompiledConfig:
    """Check and compile a spec. Raises CompileError."""
    return compile_checked(check_source(spec))


def compile_checked(source: CheckedSource) -> CompiledConfig:
    """Compile the enabled destinations and mappings of a checked source."""
    spec = source.spec
    config: CompiledConfig = {
        "writeKey": spec["write_key"],
        "apiHost": spec["api_host"],
        "destinations": [_compile_destination(destination) for destination in source.enabled_destinations],
    }
    honored = {"gpc": spec.get("honor_gpc"), "dnt": spec.get("honor_dnt")}
    if signals := [signal for signal, on in honored.items() if on]:
        config["signals"] = signals
    return config


def _compile_destination(destination: CheckedDestination) -> CompiledDestination:
    compiled: CompiledDestination = {
        "id": destination.spec["id"],
        "settings": browser_settings(destination.spec["settings"]),
        "mappings": [compile_mapping(mapping) for mapping in destination.enabled_mappings],
    }
    if categories := destination.spec.get("consent_categories"):
        compiled["consent"] = categories
    return compiled


def compile_mapping(mapping: CheckedMapping) -> CompiledMapping:
    """Compile a mapping, even if it's disabled."""
    return {
        "id": mapping.spec["id"],
        "name": mapping.spec["name"],
        "action": mapping.spec["action"],
        "trigger": fql.compile(mapping.trigger),
        "fields": mapping_kit.compile(mapping.spec["fields"]),
    }


def inert_source(write_key: str) -> CheckedSource:
    """Return the source that is served if one is disabled or was never published. It has no destinations."""
    return CheckedSource(
        {"name": "", "slug": "", "write_key": write_key, "api_host": "", "destinations": []}, ()
    )
