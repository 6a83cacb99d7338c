"""Ours does what @segment/analytics-next does, event for event, on the same page."""

from __future__ import annotations

import pytest
from analytics_scenarios import ORDERED, QUEUED
from parity import Visit, play
from playwright.sync_api import Browser

pytestmark = pytest.mark.usefixtures("oracle")


def compare(chromium: Browser, visits: tuple[Visit, ...], *, ordered: bool) -> None:
    ours = play(chromium, visits, ours=True, ordered=ordered)
    assert ours == play(chromium, visits, ours=False, ordered=ordered)
    assert ours.errors == []


@pytest.mark.parametrize("name", ORDERED)
def test_it_does_as_analytics_js(chromium: Browser, name: str) -> None:
    compare(chromium, ORDERED[name], ordered=True)


@pytest.mark.parametrize("name", QUEUED)
def test_it_replays_as_analytics_js(chromium: Browser, name: str) -> None:
    compare(chromium, (QUEUED[name],), ordered=False)
