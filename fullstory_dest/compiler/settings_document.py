"""Documents for analytics.js 2 and consent tools: the settings document, and the list of destinations."""

from __future__ import annotations

from itertools import chain
from typing import Any, Final
from urllib.parse import urlsplit

from fullstory_dest.catalog import CATEGORY, CREATION_NAME, DESCRIPTION, PLUGIN_NAME, WEBSITE, tidy_settings
from fullstory_dest.compiler.compile import configure
from fullstory_dest.compiler.schema import (
    CompiledConfig,
    CompiledDestination,
    CompiledMappings,
    CompiledSource,
    DeployedSpec,
    DestinationSpec,
)

#: analytics.js replaces this URL with the one that it was loaded from, so settings documents don't depend on the host.
SEGMENT_CDN: Final = "https://cdn.segment.com"
PLUGIN_PATH: Final = "/next-integrations/actions/fullstory/{digest}.js"
PLUGIN_GLOBAL: Final = "fullstoryDestination"


def build_settings_document(
    spec: DeployedSpec, compiled: CompiledSource, plugin_digest: str, public_url: str
) -> dict[str, Any]:
    """Return the settings document for analytics.js 2, in Segment's wire format.

    Segment's plugins read ``subscriptions``; this project's plugin reads ``compiled`` and ``signals``. analytics.js
    always posts events. Without an API host, it posts them to ``public_url``, which drops them.
    """
    config = configure(spec, compiled)
    specs = {destination["id"]: destination for destination in spec["destinations"]}
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
            _remote_plugin(specs[mappings["id"]], mappings, destination, config, plugin_digest)
            for mappings, destination in zip(compiled["destinations"], config["destinations"], strict=True)
        ],
    }
    _add_consent(document, config)
    return document


def _remote_plugin(
    spec: DestinationSpec,
    mappings: CompiledMappings,
    destination: CompiledDestination,
    config: CompiledConfig,
    plugin_digest: str,
) -> dict[str, Any]:
    """Return the plugin that analytics.js 2 loads for a destination, with its settings."""
    signals = {"signals": config["signals"]} if "signals" in config else {}
    return {
        "name": PLUGIN_NAME,
        "creationName": CREATION_NAME,
        "libraryName": PLUGIN_GLOBAL,
        "url": SEGMENT_CDN + PLUGIN_PATH.format(digest=plugin_digest),
        "settings": {
            **tidy_settings(spec["settings"]),
            "versionSettings": {"componentTypes": []},
            "subscriptions": subscriptions(spec, mappings),
            "compiled": destination,
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


def build_integrations_document(settings: dict[str, Any]) -> list[dict[str, str]]:
    """Return the list of destinations for consent tools (``@segment/consent-manager``) from a settings document.

    The list is ``[{name, creationName, description, website, category}]``. Names are unique, because the tools identify
    destinations by name.
    """
    names = {plugin["creationName"]: plugin["name"] for plugin in settings["remotePlugins"]}
    return [
        {
            "name": name,
            "creationName": creation_name,
            "description": DESCRIPTION,
            "website": WEBSITE,
            "category": CATEGORY,
        }
        for creation_name, name in names.items()
    ]


def subscriptions(destination: DestinationSpec, compiled: CompiledMappings) -> list[dict[str, Any]]:
    """Return a destination's enabled mappings in Segment's wire format."""
    enabled = [mapping for mapping in destination["mappings"] if mapping["enabled"]]
    return [
        {
            "id": str(mapping["id"]),
            "name": mapping["name"],
            "enabled": True,
            "partnerAction": mapping["action"],
            "subscribe": text,
            "mapping": mapping["fields"],
        }
        for mapping, text in zip(enabled, compiled["subscribe"], strict=True)
    ]
