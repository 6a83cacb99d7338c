"""From the admin to the demo site: change a mapping, publish, and see the new calls."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.live_server import LiveServer, live_server
from tests.browser.pictures import keep_picture
from tests.browser.waiting import pass_time


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveServer]:
    """A separate server, because other tests would see what is published here."""
    with live_server(tmp_path_factory) as running:
        yield running


def log_in(page: Page, password: str) -> None:
    page.get_by_label("Username").fill("admin")
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Log in", exact=True).click()


def open_mapping(page: Page, name: str) -> None:
    """From a source's page to a mapping, through the overview."""
    page.get_by_role("region", name="Event flow").get_by_role("link", name=name).click()


def tracked(page: Page, event: str) -> list[object]:
    """The call that FullStory receives when the demo tracks an event."""
    before = page.evaluate("fsCalls.length")
    form = page.get_by_role("form", name="Track")
    form.get_by_label("Event name").fill(event)
    form.get_by_role("button", name="Track").click()
    pass_time(page, 150)
    return page.evaluate("(before) => fsCalls.slice(before).map((call) => call.args)", before)


def fill_editor(page: Page, label: str, text: str) -> None:
    """Replace the text of a code editor in the admin."""
    page.get_by_role("textbox", name=label).focus()
    page.keyboard.press("Control+a")
    page.keyboard.press("Delete")
    page.keyboard.insert_text(text)


def test_it_links_to_the_mapping_from_the_demo(server: LiveServer, page: Page) -> None:
    page.goto(f"{server.url}/demo/")
    page.wait_for_function("window.fsCalls")
    page.get_by_role("button", name="Clear list").click()
    page.get_by_role("button", name="Identify").click()
    page.get_by_role("button", name="Track").click()
    page.mouse.move(0, 0)
    page.evaluate("scrollTo(0, 0)")
    keep_picture(page, "demo", full_page=False)

    page.get_by_role("link", name="Set up in the admin").click()
    log_in(page, server.password)
    open_mapping(page, "Identify User V2")
    expect(page.get_by_role("region", name="Result")).to_contain_text("setIdentity")


def test_it_shows_a_published_change_on_the_demo(server: LiveServer, page: Page) -> None:
    page.goto(f"{server.url}/demo/")
    page.wait_for_function("window.fsCalls")
    order = {"orderId": "50314b8e", "revenue": 99.9}
    source = "segment-browser-actions"
    assert tracked(page, "Order Completed") == [
        ["trackEvent", {"name": "Order Completed", "properties": order}, source]
    ]

    page.get_by_role("link", name="Set up in the admin").click()
    log_in(page, server.password)
    open_mapping(page, "Track Custom Event V2")
    page.get_by_role("button", name="Text", exact=True).click()
    page.get_by_role("textbox", name="Trigger").fill('type = "track" and event != "Menu Opened"')
    fields = {
        "name": {"@template": "Shop: {{event}}"},
        "properties": {"money": {"@path": "$.properties.revenue"}},
    }
    page.get_by_role("button", name="JSON", exact=True).click()
    fill_editor(page, "Fields", json.dumps(fields))
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("was changed successfully")).to_be_visible()

    page.goto(f"{server.url}/demo/")
    page.wait_for_function("window.fsCalls")
    assert tracked(page, "Menu Opened") == [
        ["trackEvent", {"name": "Menu Opened", "properties": order}, source]
    ]

    page.get_by_role("link", name="Set up in the admin").click()
    page.get_by_role("link", name="Review and publish").first.click()
    page.get_by_label("Note").fill("Names begin with Shop")
    page.get_by_role("button", name="Publish", exact=True).click()
    expect(page.get_by_text("Published as release #2.")).to_be_visible()
    server.wait_until("demo", lambda config: "Shop" in json.dumps(config))

    page.goto(f"{server.url}/demo/")
    page.wait_for_function("window.fsCalls")
    assert tracked(page, "Order Completed") == [
        ["trackEvent", {"name": "Shop: Order Completed", "properties": {"money": 99.9}}, source]
    ]
    assert tracked(page, "Menu Opened") == []
    expect(page.get_by_role("status")).to_have_text("analytics.track: no FullStory call.")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [375, 1280])
def test_it_fits_on_the_screen(server: LiveServer, chromium: Browser, width: int, scheme: str) -> None:
    context = chromium.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme)
    page = context.new_page()
    page.goto(f"{server.url}/demo/")
    page.wait_for_function("window.fsCalls")
    page.get_by_role("button", name="Identify").click()
    assert page.evaluate("document.documentElement.scrollWidth") == width
    expect(page.get_by_role("heading", name="setIdentity")).to_be_visible()
    context.close()


def test_it_reports_invalid_json_at_its_field(server: LiveServer, page: Page) -> None:
    page.goto(f"{server.url}/demo/")
    page.wait_for_function("window.fsCalls")
    form = page.get_by_role("form", name="Track")
    for text, problem in (("{", "Invalid JSON"), ("[1]", "Enter an object")):
        form.get_by_label("Properties").fill(text)
        before = page.evaluate("fsCalls.length")
        form.get_by_role("button", name="Track").click()
        expect(form.get_by_role("alert")).to_contain_text(problem)
        expect(form.get_by_label("Properties")).to_be_focused()
        assert page.evaluate("fsCalls.length") == before
