"""Segment's consent manager, as the published script, with Segment's snippet and our host."""

from __future__ import annotations

import json
import subprocess
import urllib.request
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, Route

from tests.browser.conftest import in_firefox_with_all
from tests.browser.consent.shop import PATH
from tests.browser.firefox import Page as FirefoxPage
from tests.browser.live_server import LiveServer, Site
from tests.browser.visitor import Visitor
from tests.browser.waiting import pass_time

pytestmark = in_firefox_with_all

# The manager only makes https requests, and a server on loopback has no certificate.
CDN = "localhost"
CUSTOM = {"Replay": {"integrations": ["Fullstory"], "purpose": "Session replay"}}


class Managed:
    """A page on which the manager decides whether analytics.js loads."""

    def __init__(
        self, server: LiveServer, site: Site, page: Page | FirefoxPage, visitor: Visitor, oracle: Path
    ) -> None:
        self._server, self._site, self.page, self.visitor, self._oracle = server, site, page, visitor, oracle
        site.folders["/manager/"] = oracle / "node_modules/@segment/consent-manager/standalone"
        if isinstance(page, FirefoxPage):
            page.route(CDN, self._answer)
        else:
            page.route(f"https://{CDN}/**", self._fulfill)

    def _answer(self, url: str) -> tuple[str, str]:
        with urllib.request.urlopen(url.replace(f"https://{CDN}", self._server.url)) as found:
            return found.headers["Content-Type"], found.read().decode()

    def _fulfill(self, route: Route) -> None:
        content_type, body = self._answer(route.request.url)
        headers = {"access-control-allow-origin": "*", "content-type": content_type}
        route.fulfill(body=body, headers=headers)

    def open(self, **options: Any) -> None:
        render = json.dumps(
            {"apiKey": "asks-nobody", "host": self._server.host, "load": False, "page": False}
        )
        command = ["node", "-p", f"require('@segment/snippet').min({render})"]
        done = subprocess.run(command, cwd=self._oracle, capture_output=True, text=True, check=True)
        config = json.dumps(
            {
                "container": "#banner",
                "writeKey": "asks-nobody",
                "cdnHost": CDN,
                "bannerContent": "We use FullStory.",
                "preferencesDialogContent": "Choose.",
                "cancelDialogContent": "Sure?",
                "bannerActionsBlock": True,
                **options,
            }
        )
        self._site.pages[PATH] = f"""<!doctype html><link rel="icon" href="data:,"><div id="banner"></div>
            <script>{done.stdout.replace("https://", "http://")}
              analytics.track('A'); window.consentManagerConfig = () => ({config});</script>
            <script src="/manager/consent-manager.js"></script>"""
        self.page.goto(self._site.url + PATH)

    def choose(self, button: str) -> None:
        self.page.evaluate(
            f"[...document.querySelectorAll('button')].find((each) => each.textContent.trim() == '{button}').click()"
        )
        pass_time(self.page, 500)

    def heard(self, count: int = 0) -> list[str]:
        """The tracked events, once there are ``count`` and no more follow."""
        names = (
            "(window.fsCalls || []).filter(({args}) => args[0] == 'trackEvent').map(({args}) => args[1].name)"
        )
        self.page.wait_for_function(f"{names}.length >= {count}")
        pass_time(self.page, 500)
        return self.page.evaluate(names)

    @property
    def fullstory_is_there(self) -> bool:
        return self.page.evaluate("'FS' in window") or "/demo/fs.js" in self.visitor.paths()


@pytest.fixture
def managed(sources: LiveServer, site: Site, page: Page, visitor: Visitor, oracle: Path) -> Managed:
    return Managed(sources, site, page, visitor, oracle)


@pytest.mark.parametrize(
    "options", [{}, {"customCategories": CUSTOM}, {"defaultDestinationBehavior": "enable"}]
)
def test_it_honors_a_refusal_in_the_banner(managed: Managed, options: dict[str, Any]) -> None:
    managed.open(**options)
    managed.page.wait_for_function("document.body.innerText.includes('We use FullStory.')")
    assert not managed.fullstory_is_there
    managed.choose("Deny all")
    managed.page.reload()
    assert managed.heard() == []
    assert not managed.fullstory_is_there


@pytest.mark.parametrize(
    "options", [{}, {"customCategories": CUSTOM}, {"defaultDestinationBehavior": "imply"}]
)
def test_it_sends_after_a_grant_in_the_banner(managed: Managed, options: dict[str, Any]) -> None:
    managed.open(**options)
    managed.page.wait_for_function("document.body.innerText.includes('We use FullStory.')")
    managed.choose("Allow all")
    assert "A" in managed.heard(1)
    managed.page.reload()
    assert managed.heard(1) == ["A"]
