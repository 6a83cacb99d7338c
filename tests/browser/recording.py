"""Outcomes of each scenario with @segment/analytics-next, by version: tests/oracle/analytics-next.json.

``make record`` plays the scenarios with the packages in both browsers and writes the recording. ``make test``
compares ours with it, and ``make test-all`` compares it with the packages.
"""

from __future__ import annotations

import json
import os
import shutil
from dataclasses import asdict
from functools import cache
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from playwright.sync_api import Browser

from tests.browser.analytics_scenarios import MOVING, ORDERED, QUEUED
from tests.browser.chromium import running_chromium
from tests.browser.firefox import Firefox, running_firefox
from tests.browser.parity import RECORDER, REMOTE_PLUGIN, SETTINGS, Outcome, Visit, play
from tests.node import ORACLE

FILE = ORACLE / "analytics-next.json"
PACKAGES = ("@segment/analytics-next", "@segment/snippet")
SCENARIOS: dict[str, tuple[Visit, ...]] = {
    **ORDERED,
    **{name: (visit,) for name, visit in QUEUED.items()},
    "moving": MOVING,
}

#: Parts of most events, which the recording omits.
USUAL = {"messageId": "MESSAGE", "timestamp": "TIME", "integrations": {}, "properties": {}}
USUAL_CONTEXT = {
    "library": ["name", "version"],
    "locale": "en-GB",
    "timezone": "Europe/Oslo",
    "userAgent": "Parity/1.0",
    "page": {
        "path": "/",
        "referrer": "http://search.test/",
        "search": "",
        "title": "Shop",
        "url": "http://www.site.test/",
    },
}
ABSENT = "(absent)"


def theirs(browser: Browser | Firefox, name: str) -> dict[str, Any]:
    """The outcome of a scenario in analytics.js, in the form of the recording."""
    return brief(play(browser, SCENARIOS[name], ours=False, ordered=name not in QUEUED))


def brief(outcome: Outcome) -> dict[str, Any]:
    """An outcome as JSON without the usual parts. A missing one of these is ``ABSENT``."""
    found = asdict(outcome)
    del found["errors"]
    found["events"] = [
        {
            **_unusual(event, USUAL),
            "context": _unusual(event["context"], USUAL_CONTEXT),
        }
        for event in found["events"]
    ]
    plain: dict[str, Any] = json.loads(json.dumps(found))
    return plain


def _unusual(values: dict[str, Any], usual: dict[str, Any]) -> dict[str, Any]:
    absent = dict.fromkeys(usual, ABSENT)
    # Compared as text, because 0 == False in Python.
    return {
        key: value
        for key, value in {**absent, **values}.items()
        if key not in usual or json.dumps(value, sort_keys=True) != json.dumps(usual[key], sort_keys=True)
    }


def recorded(browser: Browser | Firefox, name: str) -> dict[str, Any]:
    """The recorded outcome of a scenario. The test fails if the packages or the scenario have changed."""
    recording = _read()
    if recording["versions"] != versions():
        pytest.fail(f"{FILE.name} is of {recording['versions']}, installed are {versions()}: run make record")
    entry = recording["scenarios"].get(name, {})
    if entry.get("digest") != digest(name):
        pytest.fail(f"{FILE.name} is not of this scenario: run make record")
    found: dict[str, Any] = entry["firefox" if isinstance(browser, Firefox) and "firefox" in entry else "any"]
    return found


@cache
def _read() -> dict[str, Any]:
    recording: dict[str, Any] = json.loads(FILE.read_text())
    return recording


def versions() -> dict[str, str]:
    """The versions of the packages in package-lock.json."""
    packages = json.loads((ORACLE / "package-lock.json").read_text())["packages"]
    return {name: packages[f"node_modules/{name}"]["version"] for name in PACKAGES}


def digest(name: str) -> str:
    """A digest of everything that the outcome of a scenario depends on."""
    return sha256(repr((SCENARIOS[name], RECORDER, REMOTE_PLUGIN, SETTINGS)).encode()).hexdigest()[:8]


def record() -> None:
    """Play every scenario in both browsers, and write the outcomes."""
    firefox_program = os.environ.get("FIREFOX") or shutil.which("firefox-esr") or shutil.which("firefox")
    assert firefox_program, "Firefox is missing"
    scenarios: dict[str, dict[str, Any]] = {}
    with (
        TemporaryDirectory(ignore_cleanup_errors=True) as folder,
        running_chromium() as chromium,
        running_firefox(firefox_program, Path(folder)) as firefox,
    ):
        for name in SCENARIOS:
            entry = {"digest": digest(name), "any": theirs(chromium, name)}
            in_firefox = theirs(firefox, name)
            if in_firefox != entry["any"]:
                entry["firefox"] = in_firefox
            scenarios[name] = entry
            print(name, flush=True)
    FILE.write_text(_lines({"versions": versions(), "scenarios": scenarios}, 5) + "\n")


def _lines(value: Any, levels: int, indent: str = "") -> str:
    """JSON with one line per item of the first levels."""
    if not levels or not value or not isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False)
    inner = indent + " "
    if isinstance(value, list):
        items = [inner + json.dumps(item, ensure_ascii=False) for item in value]
        return "[\n" + ",\n".join(items) + f"\n{indent}]"
    items = [f"{inner}{json.dumps(key)}: {_lines(item, levels - 1, inner)}" for key, item in value.items()]
    return "{\n" + ",\n".join(items) + f"\n{indent}}}"


if __name__ == "__main__":
    record()
