"""Screenshots of pages: `make test-all` saves them in var/screenshots.

`make screenshots` updates those in the documentation.
"""

from __future__ import annotations

from playwright.sync_api import Page

from tests.browser.live_server import ROOT

FOLDER = ROOT / "var/screenshots"


def keep_picture(page: Page, name: str, *, full_page: bool = True) -> None:
    """Save a screenshot as NAME-WIDTH-SCHEME.png."""
    width, height, whole, scheme = page.evaluate(
        """[innerWidth, innerHeight, document.documentElement.scrollHeight,
            matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light']"""
    )
    if full_page:
        # Without Playwright's full-page mode, which puts sticky bars in the middle.
        page.set_viewport_size({"width": width, "height": max(height, whole)})
    taken = page.screenshot(animations="disabled")
    page.set_viewport_size({"width": width, "height": height})
    FOLDER.mkdir(parents=True, exist_ok=True)
    (FOLDER / f"{name}-{width}-{scheme}.png").write_bytes(taken)
