"""Files for browsers, built from a compiled config: the snippet, the plugin, the settings document and the config."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from fullstory_dest.compiler.bundle import bundle
from fullstory_dest.compiler.compile import configure
from fullstory_dest.compiler.files import SCRIPT, ArtifactFile, json_file, script_literal
from fullstory_dest.compiler.schema import CompiledConfig, CompiledDestination, CompiledSource, DeployedSpec
from fullstory_dest.compiler.settings_document import build_settings_document
from fullstory_dest.compiler.used_instructions import UsedInstructions, used_instructions

_config_placeholder: Final = '"@config"'
_about_placeholder: Final = '"@about"'


@dataclass(frozen=True, slots=True)
class DeploymentFiles:
    """The files of a deployment."""

    snippet: ArtifactFile
    plugin: ArtifactFile
    settings: ArtifactFile
    config: ArtifactFile


def build_snippet(config: CompiledConfig) -> ArtifactFile:
    """Build a script with the config, and a runtime with only the instructions that the config uses."""
    before, after = _snippet_around(used_instructions(config))
    return ArtifactFile(
        SCRIPT, (before + script_literal(_without_preview_keys(config)) + after).encode("ascii")
    )


def build_preview_script(config: CompiledConfig, about: Mapping[str, Any], *, sends_calls: bool) -> bytes:
    """Build the script of a preview link, which offers a config to the debug script (``runtime/site-preview.js``).

    Without ``sends_calls``, neither FullStory nor the API host get anything. ``about`` is shown in the debug panel.
    """
    if not sends_calls:
        config = _without_sending(config)
    call = f"offerPreview({_config_placeholder},{_about_placeholder})"
    script = bundle("site-preview.js", call, used_instructions(config))
    whole = _without_preview_keys(config)
    script = script.replace(_config_placeholder, script_literal(whole), 1)
    return script.replace(_about_placeholder, script_literal(about), 1).encode("ascii")


def build_no_preview_script(problem: str, details: Sequence[str] = ()) -> bytes:
    """Build the script of a preview link that can't be shown. Pages show what is live, and the panel says why."""
    return f"fullstoryPreview={script_literal({'problem': problem, 'details': list(details)})}".encode(
        "ascii"
    )


def _without_sending(config: CompiledConfig) -> CompiledConfig:
    destinations: list[CompiledDestination] = [
        {**destination, "settings": {**destination["settings"], "unsent": True}}
        for destination in config["destinations"]
    ]
    return {**config, "apiHost": "", "destinations": destinations}


def _without_preview_keys(config: CompiledConfig) -> dict[str, Any]:
    """Return the config without the parts that only previews and people need, to keep the snippet small."""
    read: dict[str, Any] = {key: value for key, value in config.items() if value != ""}
    read["destinations"] = [
        {**_without_id(destination), "mappings": list(map(_without_id, destination["mappings"]))}
        for destination in config["destinations"]
    ]
    return read


def _without_id(part: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in part.items() if key != "id"}


def _snippet_around(used: UsedInstructions) -> tuple[str, str]:
    entry, install = ("privacy-signals.js", "installHonoring") if used.signals else ("snippet.js", "install")
    script = bundle(entry, f"try{{{install}({_config_placeholder})}}catch(e){{console.error(e)}}", used)
    before, found, after = script.partition(_config_placeholder)
    if not found:
        raise RuntimeError("the minifier changed the config's placeholder")
    return before, after


def build_plugin(config: CompiledConfig) -> ArtifactFile:
    """Build the plugin for analytics.js 2, with only the instructions that the config uses."""
    used = used_instructions(config)
    entry, call = (
        ("privacy-signals.js", "definePluginHonoring()") if used.signals else ("plugin.js", "definePlugin()")
    )
    return ArtifactFile(SCRIPT, bundle(entry, call, used).encode())


def build_debug_script() -> ArtifactFile:
    """Build the script that the snippet loads in debug mode. It's the same for all sources."""
    return ArtifactFile(SCRIPT, bundle("debug.js", "defineDebug()").encode("ascii"))


@cache
def runtime_digest() -> str:
    """Return a hash of the whole runtime's minified code, which shows whether documents are from an older one."""
    scripts = (bundle("snippet.js", "install"), bundle("plugin.js", "definePlugin"))
    return hashlib.sha256("".join(scripts).encode()).hexdigest()


def build_files(spec: DeployedSpec, compiled: CompiledSource, public_url: str) -> DeploymentFiles:
    """Build the files of a deployment from a compiled spec. ``public_url`` is the server's URL for browsers."""
    config = configure(spec, compiled)
    plugin_file = build_plugin(config)
    settings = build_settings_document(spec, compiled, plugin_file.digest, public_url)
    return DeploymentFiles(
        snippet=build_snippet(config),
        plugin=plugin_file,
        settings=json_file(settings),
        config=json_file(config),
    )
