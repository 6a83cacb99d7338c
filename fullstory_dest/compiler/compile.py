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
    CompiledMappings,
    CompiledSource,
    DeployedSpec,
    DestinationSpec,
    EnvironmentSpec,
    SourceSpec,
)


def in_environment(spec: SourceSpec, environment: EnvironmentSpec) -> DeployedSpec:
    """Return a spec with an environment's key and API host, and with its settings in each destination."""
    overrides = environment["settings"]
    destinations = spec["destinations"]
    if overrides:
        destinations = [{**each, "settings": {**each["settings"], **overrides}} for each in destinations]
    return {
        **spec,
        "destinations": destinations,
        "write_key": environment["write_key"],
        "api_host": environment["api_host"],
    }


def compile_source(spec: DeployedSpec) -> CompiledConfig:
    """Check and compile a spec to the config that browsers get. Raises CompileError."""
    return configure(spec, compile_checked(check_source(spec)))


def compile_checked(source: CheckedSource) -> CompiledSource:
    """Compile the enabled mappings of a checked source's enabled destinations. The result fits all environments."""
    return {"destinations": [_compile_mappings(destination) for destination in source.enabled_destinations]}


def _compile_mappings(destination: CheckedDestination) -> CompiledMappings:
    mappings = destination.enabled_mappings
    return {
        "id": destination.spec["id"],
        "mappings": [compile_mapping(mapping) for mapping in mappings],
        "subscribe": [subscribe_text(mapping.trigger) for mapping in mappings],
    }


def subscribe_text(trigger: fql.Trigger) -> str:
    """Return a trigger as text that Segment's client reads correctly, if possible, or else in its normal form."""
    agreed, _ = fql.segment.subscribe(trigger)
    return agreed if agreed is not None else fql.unparse(trigger)


def compile_mapping(mapping: CheckedMapping) -> CompiledMapping:
    """Compile a mapping, even if it's disabled."""
    return {
        "id": mapping.spec["id"],
        "name": mapping.spec["name"],
        "action": mapping.spec["action"],
        "trigger": fql.compile(mapping.trigger),
        "fields": mapping_kit.compile(mapping.spec["fields"]),
    }


def configure(spec: DeployedSpec, compiled: CompiledSource) -> CompiledConfig:
    """Return the config of a spec, which is compiled already, in its environment."""
    by_id = {destination["id"]: destination for destination in spec["destinations"]}
    config: CompiledConfig = {
        "writeKey": spec["write_key"],
        "apiHost": spec["api_host"],
        "destinations": [_configure(by_id[each["id"]], each) for each in compiled["destinations"]],
    }
    honored = {"gpc": spec.get("honor_gpc"), "dnt": spec.get("honor_dnt")}
    if signals := [signal for signal, on in honored.items() if on]:
        config["signals"] = signals
    return config


def _configure(spec: DestinationSpec, compiled: CompiledMappings) -> CompiledDestination:
    configured: CompiledDestination = {
        "id": spec["id"],
        "settings": browser_settings(spec["settings"]),
        "mappings": compiled["mappings"],
    }
    if categories := spec.get("consent_categories"):
        configured["consent"] = categories
    return configured


def inert_spec(write_key: str) -> DeployedSpec:
    """Return the spec that is served if a source is disabled or was never published. It has no destinations."""
    return {"name": "", "slug": "", "write_key": write_key, "api_host": "", "destinations": []}
