"""Page properties on a page that changes its path without loading."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Page

from tests.browser.live_server import LiveServer, Site, publish_source

SETTLED = "new Promise((done) => setTimeout(done, 50))"


def said(page: Page) -> list[Any]:
    """The names of pages sent to FullStory since the last call."""
    page.evaluate(SETTLED)
    return page.evaluate("fsCalls.splice(0).map((call) => call.args[1].properties.pageName)")


def test_it_sends_page_properties_again_on_each_new_path(server: LiveServer, site: Site, page: Page) -> None:
    publish_source(
        server,
        "application",
        settings={"orgId": "o-DEMO-na1", "script": server.stand_in, "resendPageProperties": True},
        presets=["Viewed Page V2"],
    )
    site.pages["/a"] = f"""<!doctype html><title>Shop</title><link rel="icon" href="data:,">
        <script>(window.analytics = window.analytics || []).push(['page', 'A', {{ plan: 'pro' }}])</script>
        <script async src="{server.url}/analytics.js/v1/application/analytics.min.js"></script>"""
    page.goto(site.url + "/a")
    page.wait_for_function("window.fsCalls && fsCalls.some((call) => call.args[0] == 'setProperties')")
    page.evaluate("fsCalls.splice(0, fsCalls.findIndex((call) => call.args[0] == 'setProperties'))")
    first = page.evaluate("fsCalls[0].args")
    assert said(page) == ["A"]

    page.evaluate("history.pushState({}, '', '/b')")
    page.wait_for_function("fsCalls.length")
    assert page.evaluate("fsCalls[0].args") == first
    assert said(page) == ["A"]
    page.evaluate("history.replaceState({}, '', '/b?query#hash'); location.hash = 'other'")
    assert said(page) == []
    page.evaluate("history.replaceState({}, '', '/c')")
    assert said(page) == ["A"]
    page.evaluate("history.pushState({}, '', '/d'); analytics.page('D')")
    assert said(page) == ["D"]
    page.go_back()
    assert said(page) == ["D"]
    page.evaluate("""(async () => {
        navigation.addEventListener('navigate', (event) => event.intercept({handler: async () => {}}));
        await navigation.navigate('/e').finished;
    })()""")
    assert said(page) == ["D"]
