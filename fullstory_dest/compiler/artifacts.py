"""Files for browsers, built from a compiled config: the snippet, the plugin, the settings document and the config."""

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

#: analytics.js replaces this URL with the one that it was loaded from, so settings documents don't depend on the host.
SEGMENT_CDN: Final = "https://cdn.segment.com"
PLUGIN_PATH: Final = "/next-integrations/actions/fullstory/{digest}.js"
PLUGIN_GLOBAL: Final = "fullstoryDestination"

_plain_name = re.compile(r"[A-Za-z]\w*", re.ASCII)
_config_placeholder: Final = '"@config"'


@dataclass(frozen=True, slots=True)
class ArtifactFile:
    """The content of a document. Compressing is slow, so it happens once, when the file is published."""

    content_type: str
    body: bytes

    @property
    def digest(self) -> str:
        """The SHA-256 of the body in hexadecimal, which identifies the file."""
        return hashlib.sha256(self.body).hexdigest()

    def gzip(self) -> bytes:
        return gzip.compress(self.body, mtime=0)

    def brotli(self) -> bytes:
        compressed: bytes = brotli.compress(self.body)
        return compressed


@dataclass(frozen=True, slots=True)
class ReleaseFiles:
    """The files of a release."""

    snippet: ArtifactFile
    plugin: ArtifactFile
    settings: ArtifactFile
    config: ArtifactFile


def canonical_json(value: Any) -> str:
    """Return JSON in ASCII with sorted keys and no spaces. Equal values have equal text, in any charset of a page."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False)


def script_literal(value: Any) -> str:
    """Return a JavaScript literal of a JSON value that is safe inside a ``<script>`` element.

    It's ASCII, so it has no U+2028 and U+2029. ``<`` is escaped, so it can't contain ``</script>`` or ``<!--``.
    """
    return _javascript_literal(value).replace("<", "\\u003c")


def _javascript_literal(value: Any) -> str:
    """Return JSON without quotes around the names that don't need them."""
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
    """Build a script with the config, and a runtime with only the instructions that the config uses."""
    before, after = _snippet_around(used_instructions(config))
    return ArtifactFile(
        SCRIPT, (before + script_literal(_without_preview_keys(config)) + after).encode("ascii")
    )


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


def build_settings_document(
    source: CheckedSource, config: CompiledConfig, plugin_digest: str, public_url: str
) -> dict[str, Any]:
    """Return the settings document for analytics.js 2, in Segment's wire format.

    Segment's plugins read ``subscriptions``; this project's plugin reads ``compiled`` and ``signals``. analytics.js
    always posts events. Without an API host, it posts them to ``public_url``, which drops them.
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
    """Return the plugin that analytics.js 2 loads for a destination, with its settings."""
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
    """Return the integrations for Segment's consent wrappers (``@segment/analytics-consent-tools``).

    The wrappers can only block integrations that are listed here. They identify destinations by name, and load all
    destinations of a name or none, so the list has the categories of all destinations. The plugin requires that both
    names are allowed, because pages can set categories for either one.

    Any key other than Segment.io makes analytics.js load its code for classic integrations, as with Segment's
    documents. That code ignores these keys.
    """
    if not config["destinations"]:
        return {}
    listed = {"consentSettings": {"categories": _categories(config)}}
    return {CREATION_NAME: listed, PLUGIN_NAME: listed}


def _categories(config: CompiledConfig) -> list[str]:
    named = (destination.get("consent", []) for destination in config["destinations"])
    return list(dict.fromkeys(chain.from_iterable(named)))


def _add_consent(document: dict[str, Any], config: CompiledConfig) -> None:
    """Add the categories of all destinations for Segment's consent wrappers."""
    if categories := _categories(config):
        document["consentSettings"] = {
            "allCategories": categories,
            # If this is false and no category is granted, the wrappers stop analytics.js. The destinations behind an
            # API host have categories that aren't known here.
            "hasUnmappedDestinations": bool(config["apiHost"])
            or not all(destination.get("consent") for destination in config["destinations"]),
        }


def build_integrations_document(settings: dict[str, Any]) -> ArtifactFile:
    """Build the list of destinations for consent tools (``@segment/consent-manager``) from a settings document.

    The list is ``[{name, creationName, description, website, category}]``. Names are unique, because the tools identify
    destinations by name.
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
    """Return a destination's enabled mappings in Segment's wire format."""
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
    """Return a trigger as text that Segment's client reads correctly, if possible, or else in its normal form."""
    agreed, _ = fql.segment.subscribe(trigger)
    return agreed if agreed is not None else fql.unparse(trigger)


def build_files(source: CheckedSource, config: CompiledConfig, public_url: str) -> ReleaseFiles:
    """Build the files of a release from a source and its config. ``public_url`` is the server's URL for browsers."""
    plugin_file = build_plugin(config)
    settings = build_settings_document(source, config, plugin_file.digest, public_url)
    return ReleaseFiles(
        snippet=build_snippet(config),
        plugin=plugin_file,
        settings=ArtifactFile(JSON, canonical_json(settings).encode("ascii")),
        config=ArtifactFile(JSON, canonical_json(config).encode("ascii")),
    )
