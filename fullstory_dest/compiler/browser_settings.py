"""Settings of a destination for browsers, fully resolved."""

from __future__ import annotations

import re
from typing import Any, Final
from urllib.parse import quote

from fullstory_dest.catalog import DEFAULT_HOST, DEFAULT_NAMESPACE, DEFAULT_SCRIPT, tidy_settings

DEBUG_SCRIPT = "edge.fullstory.com/s/fs-debug.js"

_fullstory_host = re.compile(r"((?:[^./]+\.)*)(fullstory\.com)(/.*)?")
_region_label = re.compile(r"[a-z]{2,3}[0-9]+")


#: The options of FullStory's SDK, by setting.
SDK_OPTIONS: Final = {
    "orgId": "orgId",
    "host": "host",
    "script": "script",
    "appHost": "appHost",
    "assetMapId": "assetMapId",
    "cookieDomain": "cookieDomain",
    "recordOnlyThisIFrame": "isOuterScript",
    "recordCrossDomainIFrames": "runInIframe",
    "startCaptureManually": "captureOnStartup",
}

_capital = re.compile("[A-Z]")


def browser_settings(settings: dict[str, Any]) -> dict[str, Any]:
    """Return the settings of a compiled destination, with defaults, debug script and region applied.

    ``env`` has the options for fs.js, as in its ``init``. ``globals`` has them by the names of its globals without
    ``_fs_``. ``src`` is its URL. The other settings are for the runtime.

    Each FullStory organization is in a region, which is the last part of its ID (``o-1ABCD-eu1``). FullStory's hosts
    include the region as a label, which is added here as in ``@fullstory/browser`` 2.1.
    """
    resolved = {"host": DEFAULT_HOST, "namespace": DEFAULT_NAMESPACE, **tidy_settings(settings)}
    org_id = resolved["orgId"]
    region = org_region(org_id)
    resolved.setdefault("script", DEBUG_SCRIPT if resolved.get("debug") else DEFAULT_SCRIPT)
    for key in {"host", "script", "appHost"} & resolved.keys():
        resolved[key] = with_region(resolved[key], region)
    src = resolved["script"] if "://" in resolved["script"] else f"https://{resolved['script']}"
    env = {name: resolved.pop(key) for key, name in SDK_OPTIONS.items() if key in resolved}
    if "captureOnStartup" in env:
        env["captureOnStartup"] = False
    globals_by_option = {"org": org_id, **{name: value for name, value in env.items() if name != "orgId"}}
    globals_by_option |= {name: resolved[name] for name in ("namespace", "debug") if name in resolved}
    return {
        **resolved,
        "orgId": org_id,
        "src": f"{src}{'&' if '?' in src else '?'}org={quote(org_id, safe='')}",
        "env": env,
        "globals": {
            _capital.sub(lambda letter: f"_{letter[0].lower()}", name): globals_by_option[name]
            for name in globals_by_option
        },
    }


def org_region(org_id: str) -> str:
    """Return the region in an organization's ID, or ``""`` for the default: ``o-7Y9H-eu1`` is in ``eu1``."""
    kind, *rest = org_id.split("-")
    # If the first part has more than one letter, this is an old ID that contains dashes.
    if len(rest) < 2 or len(kind) > 1 or rest[-1] == "na1":
        return ""
    return rest[-1]


def with_region(address: str, region: str) -> str:
    """Insert the region before the domain of a FullStory host. Other URLs don't change.

    ``edge.fullstory.com/s/fs.js`` in ``eu1`` is ``edge.eu1.fullstory.com/s/fs.js``.
    """
    found = _fullstory_host.fullmatch(address)
    if not region or not found:
        return address
    labels = [label for label in found[1].split(".") if label]
    if labels and _region_label.fullmatch(labels[-1]):
        labels.pop()
    return ".".join([*labels, region, found[2]]) + (found[3] or "")
