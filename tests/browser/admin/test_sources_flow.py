"""Home with many sources, and the tabs of a source."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.live_server import LiveServer, live_server

MANY = """
from fullstory_dest.models import Destination, Source
from fullstory_dest.services.publishing.publish import publish
from fullstory_dest.services.drafts.create_destination import create_destination
for number in range(45):
    source = Source(name=f"Shop {number:02}", slug=f"shop-{number}", enabled=number % 5 != 4)
    source.save()
    if number % 3:
        destination = create_destination(source, settings={"orgId": "o-1ABCD-na1"})
    if number % 3 == 2:
        publish(source.production)
    if number % 6 == 2:
        destination.mappings.first().delete()
"""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveServer]:
    """A separate server, with many sources beside the demo's."""
    with live_server(tmp_path_factory) as running:
        running.manage("shell", "-c", MANY)
        yield running


@pytest.mark.parametrize(
    ("width", "scheme"), [(1280, "dark"), pytest.param(375, "light", marks=pytest.mark.long)]
)
def test_it_finds_a_source_among_many(
    admin_page: Callable[..., Page], looks_well: Callable[..., None], width: int, scheme: str
) -> None:
    page = admin_page("viewer", width, scheme)
    looks_well(page, "home")
    page.get_by_role("navigation", name="Pages of sources").get_by_role("link", name="Page 2").click()
    expect(page.get_by_role("navigation", name="Pages of sources").locator("[aria-current]")).to_have_text(
        "2"
    )
    page.get_by_label("Search sources").fill("shop 2")
    page.get_by_label("Status", exact=True).select_option("Unpublished changes")
    page.get_by_role("button", name="Search", exact=True).click()
    sources = page.get_by_role("region", name="Sources")
    expect(sources.get_by_role("listitem")).to_have_count(2)
    expect(sources.get_by_role("link", name="Review changes").first).to_be_visible()
    looks_well(page)
    page.get_by_role("link", name="Show all").click()
    expect(page.get_by_role("region", name="Recent activity")).to_contain_text("deleted the mapping")


@pytest.mark.parametrize(
    ("width", "scheme"), [(1280, "light"), pytest.param(375, "dark", marks=pytest.mark.long)]
)
def test_it_opens_every_tab_of_the_demo(
    admin_page: Callable[..., Page], looks_well: Callable[..., None], width: int, scheme: str
) -> None:
    page = admin_page("editor", width, scheme)
    page.get_by_label("Search sources").fill("demo")
    page.keyboard.press("Enter")
    page.get_by_role("link", name="Demo site").first.click()
    diagram = page.get_by_role("list", name="Mappings with their events and FullStory calls")
    expect(diagram.get_by_role("listitem").filter(has_text="track → FS('trackEvent')")).to_be_attached()
    for tab in ("Overview", "Destinations", "Mappings", "Test", "Releases", "Install", "Settings"):
        tabs = page.get_by_role("navigation", name="Pages of Demo site")
        tabs.get_by_role("link", name=tab, exact=True).click()
        current = page.get_by_role("navigation", name="Pages of Demo site").locator("[aria-current=page]")
        expect(current).to_have_text(tab)
        expect(current).to_be_in_viewport()
        looks_well(page, f"tab-{tab.lower()}")


def test_it_disables_and_reorders_mappings(admin_page: Callable[..., Page], server: LiveServer) -> None:
    page = admin_page("editor")
    page.goto("/admin/fullstory_dest/source/1/mappings/")
    lists = page.get_by_role("list").filter(has=page.locator("[data-row]"))
    names = lists.locator(".fsd-row-title")
    page.get_by_label("Enabled Viewed Page V2").uncheck()
    expect(page.get_by_role("status")).to_contain_text("Saved as a draft")
    up = page.get_by_role("button", name="Move Viewed Page V2 up")
    up.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("Moved to position 2.")
    expect(up).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("Moved to position 1.")
    expect(page.get_by_role("button", name="Move Viewed Page V2 down")).to_be_focused()
    order = ["Viewed Page V2", "Identify User V2", "Track Custom Event V2"]
    expect(names).to_have_text(order)
    page.reload()
    expect(names).to_have_text(order)
    expect(page.get_by_label("Enabled Viewed Page V2")).not_to_be_checked()

    rows = page.get_by_role("listitem").filter(has=page.get_by_role("checkbox"))
    rows.nth(0).drag_to(rows.nth(2))
    expect(page.get_by_role("status")).to_contain_text("Moved to position 3.")
    with page.expect_response("**/mappings/"):
        page.get_by_label("Enabled Viewed Page V2").check()
    page.reload()
    expect(names).to_have_text(["Identify User V2", "Track Custom Event V2", "Viewed Page V2"])
    expect(page.get_by_label("Enabled Viewed Page V2")).to_be_checked()

    page.get_by_label("Select Viewed Page V2").check()
    page.get_by_role("button", name="Delete selected").click()
    page.get_by_role("button", name="Delete 1 mapping").click()
    expect(page).to_have_url(re.compile("/source/1/mappings/$"))
    expect(names).to_have_text(["Identify User V2", "Track Custom Event V2"])
