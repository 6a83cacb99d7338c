"""Waiting for what must not happen."""

from __future__ import annotations

from playwright.sync_api import Page


def pass_time(page: Page, milliseconds: int) -> None:
    """Let the page run, timed by the page itself.

    However busy the machine is, this ends after all timers of the page that are due earlier, and its messages to
    the console have arrived.
    """
    page.evaluate(f"new Promise((done) => setTimeout(done, {milliseconds}))")
