"""The demo's stand-in for fs.js works with FullStory's snippet like the original."""

from __future__ import annotations

import json
import subprocess
import urllib.request
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.browser.live_server import LiveServer, Site

BEFORE = """
const details = {name: 'First', properties: {list: [1]}};
NAME('trackEvent', details, 'a-source');
details.properties.list.push(2);
NAME.event('Second', {a: 1});
NAME('getSessionAsync', {format: 'url'}).then((session) => { window.session = session; });
"""


@pytest.mark.parametrize("name", ["FS", "Other"])
def test_it_drains_the_queue_in_order_and_takes_over(
    server: LiveServer, site: Site, oracle: Path, page: Page, name: str
) -> None:
    options = {"orgId": "o-1", "host": "h.test", "script": f"{server.host}/demo/fs.js", "namespace": name}
    render = f"process.stdout.write(require('@fullstory/snippet').generateSnippetText({json.dumps(options)}))"
    done = subprocess.run(["node", "-e", render], cwd=oracle, capture_output=True, text=True, check=True)
    snippet = done.stdout.replace("https://", "http://")
    site.pages["/"] = (
        f"<!doctype html><script>{snippet}</script><script>{BEFORE.replace('NAME', name)}</script>"
    )
    page.goto(f"{site.url}/")
    page.wait_for_function("window.session")

    heard = page.evaluate(
        """(name) => new Promise((resolve) => {
          document.addEventListener('fscall', (event) => resolve(event.detail === fsCalls[fsCalls.length - 1]));
          window[name]('log', {level: 'info'}, undefined);
        })""",
        name,
    )
    assert heard
    calls = page.evaluate("fsCalls")
    assert [(call["args"], call["version"]) for call in calls] == [
        (["init", {"env": {key: options[key] for key in ("orgId", "host", "script")}}], 2),
        # The queue holds the page's object until fs.js loads, so only its later state is known.
        (["trackEvent", {"name": "First", "properties": {"list": [1, 2]}}, "a-source"], 2),
        (["trackEvent", {"name": "Second", "properties": {"a": 1}}], 1),
        (["getSession", {"format": "url"}], 2),
        (["log", {"level": "info"}], 2),
    ]
    now = page.evaluate("Date.now()")
    assert all(now - 60_000 < call["time"] <= now for call in calls)


def test_it_records_a_call_as_of_its_time(server: LiveServer, page: Page) -> None:
    page.goto(f"{server.url}/demo/")
    page.wait_for_function("window.fsCalls")
    page.evaluate("const said = {name: 'A', properties: {}}; FS('trackEvent', said); said.name = 'B'")
    assert page.evaluate("fsCalls[fsCalls.length - 1].args") == [
        "trackEvent",
        {"name": "A", "properties": {}},
    ]


def test_it_allows_any_origin_to_load_it(server: LiveServer) -> None:
    with urllib.request.urlopen(f"{server.stand_in}?org=o-1", timeout=60) as response:
        assert response.headers["Access-Control-Allow-Origin"] == "*"
        assert response.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
        assert response.headers["Content-Type"] == "text/javascript; charset=utf-8"
