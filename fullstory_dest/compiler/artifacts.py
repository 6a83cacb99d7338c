"""What browsers fetch: a snippet, a plugin, a settings document and the config itself, made from a compiled config."""

from __future__ import annotations

import gzip
import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import chain
from typing import Any, Final
from urllib.parse import urlsplit

import brotli

from fullstory_dest import fql
from fullstory_dest.catalog import CATEGORY, CREATION_NAME, DESCRIPTION, PLUGIN_NAME, WEBSITE, tidy_settings
from fullstory_dest.compiler.bundle import bundle
from fullstory_dest.compiler.schema import CheckedDestination, CheckedSource, CompiledConfig
from fullstory_dest.compiler.used_instructions import UsedInstructions, used_instructions

SCRIPT: Final = "text/javascript; charset=utf-8"
JSON: Final = "application/json; charset=utf-8"

#: analytics.js puts the address that it was told to load from in place of this one, so that one settings document
#: serves every host.
SEGMENT_CDN: Final = "https://cdn.segment.com"
PLUGIN_PATH: Final = "/next-integrations/actions/fullstory/{digest}.js"
PLUGIN_GLOBAL: Final = "fullstoryDestination"

_plain_name = re.compile(r"[A-Za-z]\w*", re.ASCII)
_config_placeholder: Final = '"@config"'


@dataclass(frozen=True, slots=True)
class ArtifactFile:
    """The content of one document. Compressing is slow: it is done once, when a file is published."""

    content_type: str
    body: bytes

    @property
    def digest(self) -> str:
        """The file's identity: the SHA-256 of its body, hexadecimal."""
        return hashlib.sha256(self.body).hexdigest()

    def gzip(self) -> bytes:
        return gzip.compress(self.body, mtime=0)

    def brotli(self) -> bytes:
        compressed: bytes = brotli.compress(self.body)
        return compressed


@dataclass(frozen=True, slots=True)
class ReleaseFiles:
    """Everything that one release serves."""

    snippet: ArtifactFile
    plugin: ArtifactFile
    settings: ArtifactFile
    config: ArtifactFile


def canonical_json(value: Any) -> str:
    """JSON with sorted keys, no spaces and ASCII only: equal values give equal text, whatever the page's charset."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False)


def script_literal(value: Any) -> str:
    """JSON that is also a JavaScript expression, safe inside a <script> element.

    ASCII already keeps U+2028 and U+2029 out; ``<`` is escaped so that no ``</script>`` or ``<!--`` can appear.
    """
    return _javascript_literal(value).replace("<", "\\u003c")


def _javascript_literal(value: Any) -> str:
    """JSON but for the quotes around names that need none."""
    if isinstance(value, dict):
        return (
            "{"
            + ",".join(f"{_javascript_key(key)}:{_javascript_literal(value[key])}" for key in sorted(value))
            + "}"
        )
    if isinstance(value, list):
        return "[" + ",".join(map(_javascript_literal, value)) + "]"
    return canonical_json(value)


def _javascript_key(key: str) -> str:
    return key if _plain_name.fullmatch(key) else canonical_json(key)


def build_snippet(config: CompiledConfig) -> ArtifactFile:
    """The runtime and the config in one script, carrying only the instructions that the config uses."""
    before, after = _snippet_around(used_instructions(config))
    return ArtifactFile(
        SCRIPT, (before + script_literal(_without_preview_keys(config)) + after).encode("ascii")
    )


def _without_preview_keys(config: CompiledConfig) -> dict[str, Any]:
    """The config without what only previews and people read, for which every visitor would wait."""
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
        raise RuntimeError("the minifier rewrote the place of the config")
    return before, after


def build_plugin(config: CompiledConfig) -> ArtifactFile:
    """The plugin for analytics.js 2, carrying only the instructions that the config uses."""
    used = used_instructions(config)
    entry, call = (
        ("privacy-signals.js", "definePluginHonoring()") if used.signals else ("plugin.js", "definePlugin()")
    )
    return ArtifactFile(SCRIPT, bundle(entry, call, used).encode())


def build_debug_script() -> ArtifactFile:
    """What the snippet loads to tell what becomes of each event: the same for all sources."""
    return ArtifactFile(SCRIPT, bundle("debug.js", "defineDebug()").encode("ascii"))


def build_settings_document(
    source: CheckedSource, config: CompiledConfig, plugin_digest: str, public_url: str
) -> dict[str, Any]:
    """The settings document that analytics.js 2 asks for, in Segment's wire format.

    ``subscriptions`` is what Segment's own plugins read; ours reads ``compiled`` and ``signals``. Events go to the
    source's API host or, as analytics.js posts them somewhere in any case, to ``public_url``, where they are dropped.
    """
    api = urlsplit(public_url)
    document: dict[str, Any] = {
        "integrations": {
            "Segment.io": {
                "apiKey": config["writeKey"],
                "apiHost": config["apiHost"] or f"{api.netloc}{api.path.rstrip('/')}/v1",
                "protocol": "https" if config["apiHost"] else api.scheme,
                "retryQueue": bool(config["apiHost"]),
                "unbundledIntegrations": [],
                "addBundledMetadata": False,
                "versionSettings": {"version": "4.4.7", "componentTypes": ["browser"]},
            },
            **_consent_listing(config),
        },
        "plan": {},
        "edgeFunction": {},
        "analyticsNextEnabled": True,
        "middlewareSettings": {"routingRules": []},
        "enabledMiddleware": {},
        "metrics": {"sampleRate": 0},
        "legacyVideoPluginsEnabled": False,
        "remotePlugins": [
            _remote_plugin(destination, config, plugin_digest) for destination in source.enabled_destinations
        ],
    }
    _add_consent(document, config)
    return document


def _remote_plugin(
    destination: CheckedDestination, config: CompiledConfig, plugin_digest: str
) -> dict[str, Any]:
    """What analytics.js 2 loads for a destination, and the settings that it hands to it."""
    compiled = next(each for each in config["destinations"] if each["id"] == destination.spec["id"])
    signals = {"signals": config["signals"]} if "signals" in config else {}
    return {
        "name": PLUGIN_NAME,
        "creationName": CREATION_NAME,
        "libraryName": PLUGIN_GLOBAL,
        "url": SEGMENT_CDN + PLUGIN_PATH.format(digest=plugin_digest),
        "settings": {
            **tidy_settings(destination.spec["settings"]),
            "versionSettings": {"componentTypes": []},
            "subscriptions": subscriptions(destination),
            "compiled": compiled,
            **signals,
        },
    }


def _consent_listing(config: CompiledConfig) -> dict[str, Any]:
    """The destinations as Segment's consent wrappers (``@segment/analytics-consent-tools``) look for them.

    What is not listed here they cannot refuse, however they are configured. They know destinations by name alone, and
    load those of one name all or none: of several destinations they have to ask for the categories of each. Our plugin
    wants both names left: a page's own categories may be for either.

    Any key beside Segment.io makes analytics.js load the part of itself that is for classic integrations, as it does
    with Segment's own documents. That part leaves these alone.
    """
    if not config["destinations"]:
        return {}
    listed = {"consentSettings": {"categories": _categories(config)}}
    return {CREATION_NAME: listed, PLUGIN_NAME: listed}


def _categories(config: CompiledConfig) -> list[str]:
    named = (destination.get("consent", []) for destination in config["destinations"])
    return list(dict.fromkeys(chain.from_iterable(named)))


def _add_consent(document: dict[str, Any], config: CompiledConfig) -> None:
    """Writes the categories of all destinations where Segment's consent wrappers look."""
    if categories := _categories(config):
        document["consentSettings"] = {
            "allCategories": categories,
            # They stop analytics.js altogether if this is false and no category of ours is granted. What is behind an
            # API host has categories that are not known here.
            "hasUnmappedDestinations": bool(config["apiHost"])
            or not all(destination.get("consent") for destination in config["destinations"]),
        }


def build_integrations_document(settings: dict[str, Any]) -> ArtifactFile:
    """The list of destinations that consent tools (``@segment/consent-manager``) ask for, from a settings document.

    ``[{name, creationName, description, website, category}]``, one of each name: the tools cannot tell more apart.
    """
    names = {plugin["creationName"]: plugin["name"] for plugin in settings["remotePlugins"]}
    listed = [
        {
            "name": name,
            "creationName": creation_name,
            "description": DESCRIPTION,
            "website": WEBSITE,
            "category": CATEGORY,
        }
        for creation_name, name in names.items()
    ]
    return ArtifactFile(JSON, canonical_json(listed).encode("ascii"))


def subscriptions(destination: CheckedDestination) -> list[dict[str, Any]]:
    """A destination's enabled mappings as Segment's wire format has them."""
    return [
        {
            "id": str(mapping.spec["id"]),
            "name": mapping.spec["name"],
            "enabled": True,
            "partnerAction": mapping.spec["action"],
            "subscribe": subscribe_text(mapping.trigger),
            "mapping": mapping.spec["fields"],
        }
        for mapping in destination.enabled_mappings
    ]


def subscribe_text(trigger: fql.Trigger) -> str:
    """A trigger in words that Segment's own client reads as we do, if there are any; else as our printer has it."""
    agreed, _ = fql.segment.subscribe(trigger)
    return agreed if agreed is not None else fql.unparse(trigger)


def build_files(source: CheckedSource, config: CompiledConfig, public_url: str) -> ReleaseFiles:
    """Everything that a release of this source and its config serves; ``public_url`` is where browsers reach us."""
    plugin_file = build_plugin(config)
    settings = build_settings_document(source, config, plugin_file.digest, public_url)
    return ReleaseFiles(
        snippet=build_snippet(config),
        plugin=plugin_file,
        settings=ArtifactFile(JSON, canonical_json(settings).encode("ascii")),
        config=ArtifactFile(JSON, canonical_json(config).encode("ascii")),
    )
