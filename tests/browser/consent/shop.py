"""A shop that asks visitors for consent, and the calls to FullStory."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Page

from tests.browser.live_server import LiveServer, Site
from tests.browser.visitor import Visitor
from tests.browser.waiting import pass_time

PATH = "/shop/"
GRANT = "analytics.push(['consent', {C0002: true}]);"
REFUSE = "analytics.push(['consent', {C0002: false}]);"

# Signals that a browser sends, as scripts to run before any page.
GPC = "Object.defineProperty(Navigator.prototype, 'globalPrivacyControl', {get: () => true})"
DNT = "Object.defineProperty(Navigator.prototype, 'doNotTrack', {get: () => '%s'})"


class Shop:
    """A page of a shop with our tag."""

    def __init__(self, server: LiveServer, site: Site, page: Page, visitor: Visitor) -> None:
        self._server, self._site, self.page, self._visitor = server, site, page, visitor

    def open(self, write_key: str = "asks", *, before: str = "") -> None:
        """Open the page, queue ``before``, and wait for analytics."""
        self._site.pages[PATH] = (
            '<!doctype html><title>Shop</title><link rel="icon" href="data:,">'
            f"<script>analytics = []; {before}</script>"
            f'<script src="{self._server.url}/analytics.js/v1/{write_key}/analytics.min.js"></script>'
        )
        self.page.goto(self._site.url + PATH)
        self.page.wait_for_function("analytics.initialized")

    def run(self, script: str) -> None:
        self.page.evaluate(f"(() => {{ {script} }})()")

    @property
    def loaded(self) -> bool:
        """Whether FullStory is on the page or was requested."""
        pass_time(self.page, 150)
        return self.page.evaluate("'FS' in window") or "/demo/fs.js" in self._visitor.paths()

    def said(self) -> list[str]:
        """The calls to FullStory after its setup: each operation with its event or user."""
        self.page.wait_for_function("window.fsCalls")
        pass_time(self.page, 100)
        calls = self.page.evaluate("fsCalls.map(({args}) => args)")
        return [_words(*call) for call in calls if call[0] != "init"]


def _words(operation: str, options: Any = None, *_rest: Any) -> str:
    found = options or {}
    about = found.get("name") or found.get("uid") or ("nobody" if found.get("anonymous") else "")
    return f"{operation} {about}".strip()


def track(*names: str) -> str:
    return "".join(f"analytics.push(['track', '{name}']);" for name in names)


def tracked(*names: str) -> list[str]:
    return [f"trackEvent {name}" for name in names]
