"""Bulk actions with a mouse on a laptop, and on a phone."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.live_server import LiveServer


@pytest.fixture
def shop(server: LiveServer) -> str:
    """A source with a destination and a mapping, and another one without."""
    return server.manage(
        "shell",
        "-c",
        """
from django.utils.crypto import get_random_string
from fullstory_dest.models import Source
from fullstory_dest.services.publishing.publish import publish
from fullstory_dest.services.drafts.create_destination import create_destination
name = "Walk " + get_random_string(6)
for ending in ("dev", "live"):
    source = Source(name=f"{name} {ending}")
    source.save()
    if ending == "dev":
        create_destination(source, settings={"orgId": "o-WALK-na1"}, name=f"{name} web")
        publish(source.production)
print(name)
""",
    ).split("\n")[-2]


def find(page: Page, words: str, kind: str) -> None:
    """Open a row with the search, using only the keyboard."""
    page.keyboard.press("Control+k")
    page.get_by_placeholder("Type to search").press_sequentially(words)
    expect(page.get_by_role("link", name=re.compile(kind)).first).to_be_visible()
    page.keyboard.press("Enter")


@pytest.mark.parametrize(
    ("width", "scheme"), [(1280, "light"), pytest.param(375, "dark", marks=pytest.mark.long)]
)
def test_it_copies_rotates_and_archives_as_a_publisher(admin_page, looks_well, shop, width, scheme):
    page = admin_page("publisher", width, scheme)
    find(page, f"{shop} web", "Destination of")
    page.wait_for_url(re.compile(r"/destination/\d+/change/"))
    destination = page.url

    page.goto(destination.replace("/change/", "/copy/"))
    looks_well(page)
    page.get_by_label(f"{shop} live").check()
    page.get_by_role("button", name="Review changes").click()
    expect(page.get_by_text("New destination")).to_be_visible()
    looks_well(page, "copy")
    page.get_by_role("button", name="Copy to 1 source").click()
    expect(page.get_by_text("Copied to 1 source.")).to_be_visible()

    find(page, f"{shop} dev", "Source,")
    page.wait_for_url(re.compile(r"/source/\d+/"))
    source = re.sub(r"(/source/\d+/).*", r"\1", page.url)
    page.goto(f"{source}rotate/")
    looks_well(page)
    page.get_by_label("Grace period").fill("14")
    page.get_by_role("button", name="Rotate").click()
    expect(page.get_by_text("Write key rotated.")).to_be_visible()

    page.goto(f"{source}archive/")
    looks_well(page)
    page.get_by_role("button", name="Archive").click()
    expect(page.get_by_text("archived.")).to_be_visible()
    page.goto(f"{source}archive/")
    page.get_by_role("button", name="Restore").click()
    expect(page.get_by_text("restored.")).to_be_visible()


def test_it_duplicates_and_toggles_in_place_as_an_editor(admin_page, looks_well, shop):
    page = admin_page("editor")
    page.goto("/admin/fullstory_dest/mapping/?q=" + shop)
    looks_well(page)
    switch = page.get_by_role("switch", name="Enable Viewed Page V2")
    expect(switch).to_have_attribute("aria-checked", "true")
    switch.focus()
    page.keyboard.press("Space")
    expect(switch).to_have_attribute("aria-checked", "false")
    expect(switch).to_be_focused()
    page.reload()
    expect(page.get_by_role("switch", name="Enable Viewed Page V2")).to_have_attribute(
        "aria-checked", "false"
    )

    page.get_by_role("link", name="Viewed Page V2").click()
    page.wait_for_url(re.compile(r"/mapping/\d+/change/"))
    page.goto(page.url.replace("/change/", "/duplicate/").split("?")[0])
    looks_well(page)
    page.get_by_role("button", name="Duplicate").click()
    expect(page.get_by_text("Mapping duplicated.")).to_be_visible()
    page.goto(page.url.replace("/change/", "/history/").split("?")[0])
    expect(page.get_by_text("via Admin")).to_be_visible()
    looks_well(page, "history")


def test_it_opens_and_closes_filters_with_the_keyboard(admin_page, looks_well):
    page = admin_page("viewer")
    page.goto("/admin/fullstory_dest/mapping/")
    search = page.get_by_placeholder("Search by name, trigger")
    search.focus()
    page.keyboard.press("Tab")
    filters = page.get_by_role("button", name="Filters")
    expect(filters).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="All", exact=True).first).to_be_focused()
    looks_well(page)
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Apply Filters")).to_be_hidden()
    expect(filters).to_be_focused()


@pytest.mark.parametrize("width", [1280, 375])
def test_it_filters_a_list_without_javascript(admin_page, width):
    page = admin_page("viewer", width)
    url = page.url
    context = page.context.browser.new_context(
        java_script_enabled=False,
        storage_state=page.context.storage_state(),
        viewport={"width": width, "height": 800},
    )
    plain = context.new_page()
    plain.goto(f"{url}fullstory_dest/mapping/")
    plain.get_by_role("link", name="No", exact=True).click()
    plain.wait_for_url("**enabled__exact=0**")
    plain.goto(f"{url}fullstory_dest/mapping/")
    plain.get_by_role("link", name="Track Custom Event V2").first.click()
    plain.wait_for_url("**/change/**")
    context.close()
