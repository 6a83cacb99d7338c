"""Sources that require consent or honor signals, and pages that use them."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from tests.browser.consent.shop import Shop
from tests.browser.live_server import LiveServer, Site, publish_source
from tests.browser.visitor import Visitor

PRESETS = ["Identify User V2", "Track Custom Event V2"]


@pytest.fixture(scope="session")
def sources(server: LiveServer) -> LiveServer:
    """The server with sources that require consent, and two that honor signals."""
    settings = {"orgId": "o-DEMO-na1", "script": server.stand_in}
    publish_source(server, "asks", settings=settings, presets=PRESETS, consent_categories=["C0002"])
    publish_source(server, "asks-nobody", settings=settings, presets=PRESETS)
    publish_source(
        server,
        "asks-twice",
        settings={
            **settings,
            "debug": True,
            "anonymizeOnReset": True,
            "dropRepeatedCalls": True,
            "tidyPropertyNames": True,
        },
        presets=PRESETS,
        consent_categories=["C0002", "C0003"],
    )
    publish_source(
        server,
        "asks-and-resends",
        settings={**settings, "resendPageProperties": True},
        presets=["Viewed Page V2", "Track Custom Event V2"],
        consent_categories=["C0002"],
    )
    publish_source(server, "honors-gpc", settings=settings, presets=PRESETS, honor_gpc=True)
    publish_source(server, "honors-dnt", settings=settings, presets=PRESETS, honor_dnt=True)
    return server


@pytest.fixture
def shop(sources: LiveServer, site: Site, page: Page, visitor: Visitor) -> Shop:
    return Shop(sources, site, page, visitor)
