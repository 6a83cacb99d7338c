"""A session that ends while a user works: each part of a page reports it, and continues after login."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from tests.browser.live_server import PASSWORD

TOLD = "Session expired."


@pytest.fixture
def worker(admin_page: Callable[..., Page]) -> Iterator[Page]:
    """A user at work. Refused requests are logged as errors in the console, as they should be."""
    page = admin_page("editor")
    browser = page.context.browser
    assert browser
    address = page.url.partition("/admin/")[0]
    context: BrowserContext = browser.new_context(
        base_url=address, storage_state=page.context.storage_state(), locale="en-GB"
    )
    yield context.new_page()
    context.close()


def log_out(page: Page) -> None:
    """End the session without a notice to the page."""
    page.context.clear_cookies(name="sessionid")


def log_in_elsewhere(page: Page) -> None:
    """Follow the link on the page, log in in the new tab, and return."""
    notice = page.get_by_role("alert").filter(has_text=TOLD)
    expect(notice).to_be_visible()
    with page.expect_popup() as opened:
        notice.get_by_role("link", name="Log in").click()
    tab = opened.value
    tab.get_by_label("Username").fill("editor")
    tab.get_by_label("Password").fill(PASSWORD)
    tab.get_by_role("button", name="Log in", exact=True).click()
    tab.wait_for_url("**/admin/")
    tab.close()
    page.bring_to_front()
    page.evaluate("dispatchEvent(new Event('focus'))")


def notice(page: Page) -> Locator:
    return page.locator("[data-logged-out]")


def a_mapping(page: Page) -> None:
    page.goto("/admin/fullstory_dest/source/1/mappings/")
    page.get_by_role("link", name="Track Custom Event V2", exact=True).click()
    page.wait_for_load_state("networkidle")


def test_it_resumes_editing_a_mapping_after_login(worker: Page) -> None:
    page = worker
    a_mapping(page)
    log_out(page)
    page.get_by_role("button", name="Add to Whole trigger: Condition", exact=True).click()
    page.get_by_label("Condition 2: value", exact=True).fill("Bought")
    expect(page.get_by_role("group", name="Whole trigger").get_by_text(TOLD)).to_be_visible()
    page.get_by_role("button", name="Text", exact=True).click()
    expect(page.get_by_label("Condition 2: value", exact=True)).to_have_value("Bought")

    panel = page.get_by_role("region", name="Test", exact=True)
    panel.get_by_label("Event", exact=True).fill('{"type": "track", "event": "Mine"}')
    expect(panel.get_by_text(TOLD)).to_be_visible()
    panel.get_by_text("Save as test case").click()
    panel.get_by_label("Test case name").fill("Mine")
    panel.get_by_role("button", name="Save test case").click()
    expect(panel.get_by_text(TOLD)).to_have_count(2)

    log_in_elsewhere(page)
    page.get_by_role("button", name="Text", exact=True).click()
    expect(page.get_by_label("Trigger", exact=True)).to_have_value('type = "track" and event = "Bought"')
    expect(notice(page)).to_have_count(0)
    panel.get_by_role("button", name="Run again").click()
    expect(panel.get_by_text("Trigger does not match", exact=True)).to_be_visible()
    expect(panel.get_by_label("Event", exact=True)).to_have_value('{"type": "track", "event": "Mine"}')


def test_it_reports_unsaved_mappings_and_saves_after_login(worker: Page) -> None:
    page = worker
    page.goto("/admin/fullstory_dest/source/1/mappings/")
    log_out(page)
    enabled = page.get_by_label("Enabled Viewed Page V2")
    enabled.uncheck()
    status = page.get_by_role("status")
    expect(status).to_contain_text(TOLD)
    log_in_elsewhere(page)
    page.get_by_role("button", name="Save", exact=True).click()
    expect(status).to_contain_text("Saved")
    enabled.check()
    expect(page.get_by_role("button", name="Save", exact=True)).to_be_hidden()


def test_it_keeps_a_toggle_and_explains_an_ended_session(worker: Page) -> None:
    page = worker
    page.goto("/admin/fullstory_dest/mapping/")
    log_out(page)
    switch = page.get_by_role("switch").first
    before = switch.get_attribute("aria-checked")
    assert before
    switch.click()
    expect(notice(page)).to_be_visible()
    expect(switch).to_have_attribute("aria-checked", before)
    page.reload()
    expect(page.get_by_label("Username")).to_be_visible()


def test_it_explains_an_ended_session_in_the_command_palette(worker: Page) -> None:
    page = worker
    page.goto("/admin/")
    log_out(page)
    page.keyboard.press("Control+k")
    page.get_by_placeholder("Type to search").press_sequentially("demo")
    expect(notice(page)).to_be_visible()


def test_it_explains_an_ended_session_in_a_choice(worker: Page) -> None:
    page = worker
    page.goto("/admin/fullstory_dest/mapping/add/")
    log_out(page)
    page.locator(".select2-selection").click()
    expect(notice(page)).to_be_visible()


def test_it_does_not_blame_the_network_for_an_ended_session(worker: Page) -> None:
    page = worker
    page.goto("/admin/fullstory_dest/source/1/releases/")
    said = page.locator("[data-live-said]")
    expect(said).to_contain_text("Visitors now get release")
    log_out(page)
    # It is shown only if something is wrong, and nothing was so far.
    page.locator("[data-live-again]").evaluate("(button) => button.click()")
    expect(said).to_contain_text(TOLD)
    log_in_elsewhere(page)
    page.get_by_role("button", name="Check again").click()
    expect(said).to_contain_text("Visitors now get release")
    expect(notice(page)).to_have_count(0)
