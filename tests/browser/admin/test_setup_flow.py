"""From an empty database to an installed site, as a new user does it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.live_server import LiveServer, Site, live_server


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveServer]:
    """A separate server, because other tests would see this setup. It saves script requests every second."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("SCRIPT_REQUEST_SECONDS", "1")
        with live_server(tmp_path_factory) as running:
            yield running


@pytest.fixture
def _empty(server: LiveServer) -> None:
    server.manage("shell", "-c", "from fullstory_dest.models import Source; Source.objects.all().delete()")


def go_on(page: Page) -> None:
    page.get_by_role("button", name="Continue").or_(page.get_by_role("link", name="Continue")).click()


def at(page: Page, step: str) -> None:
    expect(page.get_by_role("navigation", name="Steps").locator("[aria-current=step]")).to_contain_text(step)


@pytest.mark.usefixtures("_empty")
@pytest.mark.parametrize(
    ("width", "scheme"), [(1280, "light"), pytest.param(375, "dark", marks=pytest.mark.long)]
)
def test_it_sets_up_a_site_from_nothing_to_the_first_request(
    admin_page: Callable[..., Page],
    looks_well: Callable[..., None],
    server: LiveServer,
    site: Site,
    width: int,
    scheme: str,
) -> None:
    page = admin_page("owner", width, scheme)
    expect(page.get_by_role("heading", name="Set up your first website")).to_be_visible()
    looks_well(page)
    page.goto("/admin/fullstory_dest/source/catalog/")
    looks_well(page)
    page.get_by_role("link", name="FullStory Device Mode (Actions)").click()
    looks_well(page)
    page.get_by_role("link", name="Configure FullStory Device Mode (Actions)").click()

    at(page, "Source")
    go_on(page)
    expect(page.get_by_role("alert")).to_contain_text("enter a name for a new one")
    page.get_by_label("Name of new source").fill("Corner shop")
    looks_well(page)
    go_on(page)

    at(page, "Settings")
    page.get_by_label("FS Org").fill("not an org")
    go_on(page)
    expect(page.get_by_role("alert")).to_contain_text("letters, digits and dashes")
    expect(page.get_by_label("FS Org")).to_have_value("not an org")
    looks_well(page)
    page.get_by_label("FS Org").fill("o-1ABCD-na1")
    page.get_by_text("More settings").click()
    looks_well(page)
    page.get_by_label("Custom Script URL").fill(server.stand_in)
    go_on(page)

    at(page, "Mappings")
    expect(page.get_by_role("checkbox", name="Identify User V2")).to_be_checked()
    page.get_by_text("Legacy presets").first.click()
    expect(page.get_by_role("checkbox", name="Viewed Page Sets")).not_to_be_checked()
    looks_well(page, "set-up")
    go_on(page)

    at(page, "Test")
    expect(page.get_by_role("region", name="Result")).to_contain_text("Order Completed")
    looks_well(page)
    go_on(page)

    at(page, "Publish")
    looks_well(page)
    page.get_by_role("button", name="Publish", exact=True).click()
    expect(page.get_by_text("Published as release #1.")).to_be_visible()
    expect(page.get_by_text("Not installed yet")).to_be_visible()
    looks_well(page)

    tag = page.get_by_role("region", name="Install", exact=True).locator("pre").first.inner_text()
    site.pages["/"] = f'<!doctype html><title>Corner shop</title><link rel="icon" href="data:,">{tag}'
    shop = page.context.new_page()
    shop.goto(f"{site.url}/")
    shop.close()
    page.bring_to_front()
    # The page updates without a reload.
    expect(page.get_by_text("Last request: just now.")).to_be_visible()
    expect(page.get_by_text(site.url)).to_be_visible()
    looks_well(page)


@pytest.mark.usefixtures("_empty")
def test_it_resumes_a_setup_and_keeps_values_on_back(admin_page: Callable[..., Page]) -> None:
    page = admin_page("publisher")
    page.get_by_role("link", name="Connect source").click()
    page.get_by_label("Name of new source").fill("Kiosk")
    go_on(page)
    page.get_by_label("FS Org").fill("o-KIOSK-na1")
    go_on(page)
    at(page, "Mappings")
    page.get_by_role("checkbox", name="Viewed Page V2").uncheck()
    go_on(page)
    at(page, "Test")

    page.get_by_role("link", name="Back").click()
    expect(page.get_by_role("checkbox", name="Viewed Page V2")).not_to_be_checked()
    expect(page.get_by_role("checkbox", name="Identify User V2")).to_be_checked()
    page.get_by_role("checkbox", name="Identify User V2").uncheck()
    page.get_by_role("button", name="Back").click()
    expect(page.get_by_label("FS Org")).to_have_value("o-KIOSK-na1")

    # Back with values that can't be saved yet, and forward again.
    page.get_by_label("FS Org").fill("not an org")
    page.get_by_role("button", name="Back").click()
    at(page, "Source")
    go_on(page)
    expect(page.get_by_label("FS Org")).to_have_value("not an org")
    page.get_by_label("FS Org").fill("o-KIOSK-na1")
    page.get_by_label("FS Org").press("Enter")
    at(page, "Mappings")
    expect(page.get_by_role("checkbox", name="Identify User V2")).not_to_be_checked()

    # Leaving a step by a link asks for confirmation.
    page.get_by_role("checkbox", name="Identify User V2").check()
    asked: list[str] = []
    page.once("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    page.get_by_role("navigation", name="Steps").get_by_role("link", name="Settings").click()
    expect(page.get_by_role("checkbox", name="Identify User V2")).to_be_checked()
    assert asked == ["beforeunload"]
    page.get_by_role("button", name="Back").click()
    at(page, "Settings")

    # The browser's Back button returns to the form that created it. Sending it again creates no other one.
    page.goto(page.url.replace("/settings/", "/").rsplit("/", 2)[0] + "/settings/")
    page.get_by_label("FS Org").fill("o-OTHER-na1")
    go_on(page)
    at(page, "Mappings")

    page.goto("/admin/")
    expect(page.get_by_text("The setup of Kiosk isn't finished.")).to_be_visible()
    page.get_by_role("region", name="Setup").get_by_role("link", name="Resume setup").click()
    at(page, "Mappings")
    go_on(page)
    go_on(page)
    page.get_by_role("button", name="Publish", exact=True).click()
    expect(page.get_by_text("Published as release #1.")).to_be_visible()
    page.get_by_role("link", name="Destinations", exact=True).last.click()
    expect(page.get_by_text("o-OTHER-na1")).to_be_visible()
    expect(page.get_by_text("2 mappings")).to_be_visible()
    page.goto("/admin/")
    expect(page.get_by_role("link", name="Resume setup")).to_have_count(0)


def test_it_focuses_the_first_input(admin_page: Callable[..., Page]) -> None:
    page = admin_page("publisher")
    page.goto("/admin/fullstory_dest/source/setup/")
    expect(page.get_by_label("Name of new source")).to_be_focused()
    page.keyboard.type("By keyboard")
    page.keyboard.press("Enter")
    at(page, "Settings")
    expect(page.get_by_label("FS Org")).to_be_focused()


@pytest.mark.usefixtures("_empty")
def test_it_works_without_javascript(admin_page: Callable[..., Page], server: LiveServer) -> None:
    cookies = admin_page("owner").context.cookies()
    browser = admin_page("owner").context.browser
    assert browser
    context = browser.new_context(java_script_enabled=False, base_url=server.url)
    context.add_cookies(cookies)
    page = context.new_page()
    page.goto("/admin/fullstory_dest/source/setup/")
    page.get_by_label("Name of new source").fill("Plain")
    go_on(page)
    page.get_by_label("FS Org").fill("o-1ABCD-na1")
    go_on(page)
    go_on(page)
    go_on(page)
    page.get_by_role("button", name="Publish", exact=True).click()
    expect(page.get_by_text("Published as release #1.")).to_be_visible()
    page.get_by_role("link", name="Mappings", exact=True).last.click()
    page.get_by_role("button", name="Move Viewed Page V2 up").click()
    expect(page.get_by_role("listitem").filter(has_text="page").nth(0)).to_be_visible()
    context.close()
