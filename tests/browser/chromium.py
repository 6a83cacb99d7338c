"""Debian's Chromium: its path, its options, and its traces."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

from tests.requirements import needs

#: What Chromium would do besides: each window loads two pages of its address bar with some 300 scripts
#: while the test's page starts. A list replaces Playwright's, so it includes the useful part of that.
NOT_WANTED = [
    "WebUIOmniboxPopup",
    "WebUIOmniboxAimPopup",
    "AvoidCorsURLLoaderRestartOnRedirect",
    "AvoidUnnecessaryBeforeUnloadCheckSync",
    "DestroyProfileOnBrowserClose",
    "HttpsFirstBalancedModeAutoEnable",
    "HttpsUpgrades",
    "MediaRouter",
    "NetworkTimeServiceQuerying",
    "OptimizationHints",
    "PaintHolding",
    "PreconnectToSearch",
    "ThirdPartyStoragePartitioning",
]
ARGUMENTS = [
    "--no-sandbox",
    "--headless",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
    "--no-first-run",
    "--disable-features=" + ",".join(NOT_WANTED),
    # Requests to another machine fail immediately, and are caught.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
]

TRACED = [
    "devtools.timeline",
    "disabled-by-default-devtools.timeline",
    "disabled-by-default-devtools.timeline.stack",
]

#: An entry of Chromium's trace: ``name``, ``pid``, ``tid``, ``ts``, ``dur`` and ``tdur`` (microseconds: by the
#: clock, and of the processor), ``args``. https://docs.google.com/document/d/1CvAClvFfyA5R-PhYUmn5OOQtYMH4h6I0nSsKchNAySU
Event = dict[str, Any]


def find_chromium(*, shell: bool = False) -> str | None:
    """The path of the browser: CHROMIUM, or else the first one on PATH.

    ``shell`` prefers Chromium without windows: the same engine, for less than half the processor time per page.
    """
    names = ("chromium", "chromium-browser", "google-chrome")
    if shell:
        names = ("chromium-headless-shell", *names)
    return os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, names)), None)


@contextmanager
def running_chromium(*, shell: bool = False) -> Iterator[Browser]:
    """Debian's Chromium. Its event loop in this thread prevents V8 from applying time limits."""
    path = find_chromium(shell=shell)
    needs(path, "a Chromium (apt install chromium, or name one in CHROMIUM)")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield browser
        browser.close()


def trace(browser: Browser, page: Page, act: Callable[[], object]) -> list[Event]:
    """The browser's trace while ``act`` ran."""
    browser.start_tracing(page=page, categories=TRACED)
    act()
    events: list[Event] = json.loads(browser.stop_tracing())["traceEvents"]
    return events


def tasks_of(events: list[Event], script: str) -> list[Event]:
    """Tasks of the main thread in which the script ran."""
    ran = [
        event
        for event in events
        if event["name"] in ("EvaluateScript", "FunctionCall") and script in _url(event)
    ]
    tasks = [event for event in events if event["name"] == "RunTask"]
    return [task for task in tasks if any(_holds(task, event) for event in ran)]


def layouts_forced_by(events: list[Event], script: str) -> list[Event]:
    """Style and layout updates that the script forced.

    Those that the browser makes in its time have no stack.
    """
    names = ("Layout", "UpdateLayoutTree", "RecalculateStyles")
    return [
        event for event in events if event["name"] in names and script in json.dumps(event.get("args", {}))
    ]


def _url(event: Event) -> str:
    url: str = event.get("args", {}).get("data", {}).get("url", "")
    return url


def _holds(task: Event, event: Event) -> bool:
    start, end = task["ts"], task["ts"] + task.get("dur", 0)
    return bool((task["pid"], task["tid"]) == (event["pid"], event["tid"]) and start <= event["ts"] <= end)
