"""Resolves a destination's settings to what the browser needs, so that the browser decides nothing."""

from __future__ import annotations

import re
from typing import Any

from fullstory_dest.catalog import DEFAULT_HOST, DEFAULT_NAMESPACE, DEFAULT_SCRIPT, tidy_settings

DEBUG_SCRIPT = "edge.fullstory.com/s/fs-debug.js"

_fullstory_host = re.compile(r"((?:[^./]+\.)*)(fullstory\.com)(/.*)?")
_region_label = re.compile(r"[a-z]{2,3}[0-9]+")


def browser_settings(settings: dict[str, Any]) -> dict[str, Any]:
    """The settings of a compiled destination: defaults filled in, debug script and region applied.

    FullStory keeps each organization in a region, the last part of its id (``o-1ABCD-eu1``). Its own hosts carry the
    region as a label, which ``@fullstory/browser`` 2.1 puts there before it loads anything; so do we.
    """
    said = tidy_settings(settings)
    region = org_region(said["orgId"])
    script = said.get("script") or (DEBUG_SCRIPT if said.get("debug") else DEFAULT_SCRIPT)
    resolved = {
        **said,
        "host": regional(said.get("host", DEFAULT_HOST), region),
        "script": regional(script, region),
        "namespace": said.get("namespace", DEFAULT_NAMESPACE),
    }
    if "appHost" in said:
        resolved["appHost"] = regional(said["appHost"], region)
    return resolved


def org_region(org_id: str) -> str:
    """The region in an organization's id, empty for the default one: ``o-7Y9H-eu1`` is in ``eu1``."""
    kind, *rest = org_id.split("-")
    # A kind of more than one letter is an old id that happens to hold dashes.
    if len(rest) < 2 or len(kind) > 1 or rest[-1] == "na1":
        return ""
    return rest[-1]


def regional(address: str, region: str) -> str:
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
