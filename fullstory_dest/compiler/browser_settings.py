"""Resolves a destination's settings to what the browser needs, so that the browser decides nothing."""

from __future__ import annotations

import re
from typing import Any, Final
from urllib.parse import quote

from fullstory_dest.catalog import DEFAULT_HOST, DEFAULT_NAMESPACE, DEFAULT_SCRIPT, tidy_settings

DEBUG_SCRIPT = "edge.fullstory.com/s/fs-debug.js"

_fullstory_host = re.compile(r"((?:[^./]+\.)*)(fullstory\.com)(/.*)?")
_region_label = re.compile(r"[a-z]{2,3}[0-9]+")


#: What settings are called among the options of FullStory's own SDK.
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
    """The settings of a compiled destination: defaults filled in, debug script and region applied.

    What fs.js reads is in ``env``, as its ``init`` has it, and once more in ``globals``, by the names of the globals
    without their ``_fs_``; ``src`` is its address. Beside these there is what the runtime itself reads.

    FullStory keeps each organization in a region, the last part of its id (``o-1ABCD-eu1``). Its own hosts carry the
    region as a label, which ``@fullstory/browser`` 2.1 puts there before it loads anything; so do we.
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
    """The region in an organization's id, empty for the default one: ``o-7Y9H-eu1`` is in ``eu1``."""
    kind, *rest = org_id.split("-")
    # A kind of more than one letter is an old id that happens to hold dashes.
    if len(rest) < 2 or len(kind) > 1 or rest[-1] == "na1":
        return ""
    return rest[-1]


def with_region(address: str, region: str) -> str:
    """A host of FullStory's with the region before its domain; any other address as it is.

    ``edge.fullstory.com/s/fs.js`` in ``eu1`` is ``edge.eu1.fullstory.com/s/fs.js``.
    """
    found = _fullstory_host.fullmatch(address)
    if not region or not found:
        return address
    labels = [label for label in found[1].split(".") if label]
    if labels and _region_label.fullmatch(labels[-1]):
        labels.pop()
    return ".".join([*labels, region, found[2]]) + (found[3] or "")
