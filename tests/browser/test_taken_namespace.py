"""Another library's global under FullStory's name."""

from __future__ import annotations

import json

import pytest

from fullstory_dest.compiler.artifacts import build_plugin
from fullstory_dest.compiler.compile import compile_source
from tests.browser.parity import CDN, UMD
from tests.browser.test_hostile_pages import (
    INSTALLS,
    QUEUED,
    TOLD_QUEUED,
    Hostile,
    hostile,  # noqa: F401 - a fixture
    hostile_in_both_browsers,
    script_of,
    told,
)
from tests.browser.waiting import pass_time
from tests.factories import presets_spec


def segments_package(page: Hostile, namespace: str = "FS") -> str:
    """analytics.js 2 with our plugin."""
    spec = presets_spec()
    spec["destinations"][0]["settings"] |= {"script": "cdn.test/s/fs.js", "namespace": namespace}
    config = compile_source(spec)
    settings = {
        "integrations": {"Segment.io": {"apiKey": "demo", "apiHost": "api.test", "retryQueue": False}},
        "metrics": {"sampleRate": 0},
        "remotePlugins": [
            {
                "name": "Fullstory (Actions)",
                "creationName": "Fullstory (Actions)",
                "url": f"{CDN}/plugin.js",
                "libraryName": "fullstoryDestination",
                "settings": {"compiled": config["destinations"][0]},
            }
        ],
    }
    page.files = {
        "/ajs.js": (UMD / "index.js").read_text(),
        "/settings": json.dumps(settings),
        "/plugin.js": build_plugin(config).body.decode(),
    }
    load = f"AnalyticsNext.AnalyticsBrowser.load({{writeKey: 'demo', cdnURL: {json.dumps(CDN)}}})"
    says = "analytics.identify('v', {plan: 'pro'}); analytics.track('Queued'); window.loaded = true"
    return f"<script src={CDN}/ajs.js></script><script>{load}.then(([analytics]) => {{ {says} }})</script>"


#: A page's value, and its name in the debug panel. The console has its `typeof` and keys.
TAKEN = {
    "an object": ("window.FS = {mkdir() {}, open() {}}", "an object with mkdir, open"),
    "a frozen object": ("window.FS = Object.freeze({mkdir() {}})", "an object with mkdir"),
    "an object without keys": ("window.FS = new Map()", "an object"),
    "a function": (
        "window.FS = function Files() { throw Error('theirs was called') }; FS.mkdir = () => {}",
        "a function named Files with mkdir",
    ),
    "a function with a q that is no queue": ("window.FS = function () {}; FS.q = {}", "a function with q"),
    "a function with a text for a q": ("window.FS = () => {}; FS.q = 'q'", "a function with q"),
    "a class": ("window.FS = class Files {}", "a function named Files"),
    "a read-only object": ("Object.defineProperty(window, 'FS', {value: {mkdir() {}}})", "an object"),
    "a read-only nothing": (
        "Object.defineProperty(window, 'FS', {value: undefined})",
        "a read-only undefined",
    ),
    "a getter alone": ("Object.defineProperty(window, 'FS', {get: () => null})", "a read-only null"),
    "text": ("window.FS = 'fs'", '"fs"'),
}


#: The text of the debug panel.
PANEL = "[...document.querySelectorAll('*')].map((each) => (each.shadowRoot || {}).textContent).join(' ')"
UNFOLD = """for (const {shadowRoot} of document.querySelectorAll('*'))
  if (shadowRoot) for (const details of shadowRoot.querySelectorAll('details')) details.open = true"""


@hostile_in_both_browsers
@pytest.mark.parametrize("taken", TAKEN)
def test_it_reports_a_taken_namespace(hostile: Hostile, taken: str) -> None:  # noqa: F811
    code, name = TAKEN[taken]
    page = hostile.open(f"<script>{code}; window.theirs = window.FS</script>" + INSTALLS["our tag"](QUEUED))
    page.evaluate("analytics.reset(); analytics.track('After')")
    assert page.evaluate("window.FS === theirs")
    assert page.evaluate("document.querySelectorAll('script[src*=\"fs.js\"]').length") == 0
    [line] = hostile.console
    found = page.evaluate("typeof theirs + ' ' + Object.keys({...theirs})")
    assert line.startswith(f"error: Error: FS is taken: change Namespace. Found: {found}")
    page.evaluate("analytics.debug()")
    page.wait_for_function(f"{PANEL}.includes({json.dumps(f'window.FS is {name}')})")
    page.evaluate("analytics.track('Debugged')")
    page.wait_for_function(f"{PANEL}.includes('Debugged')")
    page.evaluate(UNFOLD)
    page.wait_for_function(f"{PANEL}.includes('FS is taken: change Namespace')")
    # Changing the setting in that line solves it.
    hostile.scripts["demo"] = script_of(namespace="FS2")
    page = hostile.open(
        f"<script>{code}</script>" + INSTALLS["our tag"](QUEUED), until="window.fsCalls && fsCalls.length > 2"
    )
    assert told(page) == TOLD_QUEUED


#: Globals of which reading, or writing and reading, fails.
THROWING = {
    "a getter": "{get() { throw Error('theirs') }}",
    "a getter and a setter": "{get() { throw Error('theirs') }, set() { throw Error('theirs') }}",
}


@hostile_in_both_browsers
@pytest.mark.parametrize("taken", THROWING)
@pytest.mark.parametrize("install", ["tag", "package"])
def test_it_reports_a_namespace_that_throws(hostile: Hostile, install: str, taken: str) -> None:  # noqa: F811
    """Once, and without an uncaught error."""
    body = INSTALLS["our tag"](QUEUED) if install == "tag" else segments_package(hostile)
    head = f"<script>Object.defineProperty(window, 'FS', {THROWING[taken]})</script>{body}"
    hostile.open(head, until="window.loaded || window.analytics && window.analytics.initialized")
    pass_time(hostile.page, 200)
    [line] = hostile.console
    assert line.startswith("error: Error: FS is taken: change Namespace. Found: undefined")


@hostile_in_both_browsers
@pytest.mark.parametrize("taken", ["an object", "a function"])
def test_it_reports_a_taken_namespace_in_the_plugin(hostile: Hostile, taken: str) -> None:  # noqa: F811
    head = f"<script>{TAKEN[taken][0]}</script>"
    hostile.open(head + segments_package(hostile), until="window.loaded")
    pass_time(hostile.page, 200)
    [line] = [line for line in hostile.console if "Namespace" in line]
    assert line.startswith("error: Error: FS is taken: change Namespace")
    page = hostile.open(head + segments_package(hostile, "FS2"), until="window.fsCalls && fsCalls.length > 2")
    assert told(page) == TOLD_QUEUED


#: Values that FullStory replaces, and values that are FullStory.
FREE = {
    "an element": "document.write('<a id=FS></a>')",
    "null": "window.FS = null",
    "a page's function around FullStory": "window._fs_namespace = 'FS'; window.fsCalls = [];"
    "window.FS = (...args) => { fsCalls.push({args}) }; FS('init', {})",
    "FullStory from before": "window.fsCalls = [];"
    "window.FS = (...args) => { fsCalls.push({args}) }; FS.q = []; FS('init', {})",
}


@hostile_in_both_browsers
@pytest.mark.parametrize("free", FREE)
def test_it_uses_a_free_namespace(hostile: Hostile, free: str) -> None:  # noqa: F811
    page = hostile.open(
        f"<script>{FREE[free]}</script>" + INSTALLS["our tag"](QUEUED),
        until="window.fsCalls && fsCalls.length > 2",
    )
    assert told(page) == TOLD_QUEUED
    assert hostile.console == []
