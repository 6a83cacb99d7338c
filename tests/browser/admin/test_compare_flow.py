"""From a tested event to a published release and back, as an analyst does it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.live_server import LiveServer, live_server

ORDER = '{"type": "track", "event": "Order Completed", "properties": {"revenue": 5}}'


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveServer]:
    """A separate server, because other tests would see what is published here."""
    with live_server(tmp_path_factory) as running:
        yield running


def test_it_lists_a_saved_test_case_immediately(admin_page: Callable[..., Page]) -> None:
    page = admin_page("publisher")
    page.goto("/admin/fullstory_dest/source/1/test/")
    page.get_by_text("Save as test case").click()
    page.get_by_label("Test case name").fill("A first one")
    page.get_by_role("button", name="Save test case").click()
    test_cases = page.get_by_role("region", name="Test cases")
    expect(test_cases.get_by_role("link", name="A first one")).to_be_visible()
    test_cases.get_by_role("link", name="A first one").click()
    page.get_by_role("link", name="Delete").click()
    page.get_by_role("button", name="Delete A first one").click()
    expect(page.get_by_text("was deleted successfully")).to_be_visible()


def open_mapping(page: Page) -> None:
    page.goto("/admin/fullstory_dest/mapping/")
    page.get_by_role("link", name="Track Custom Event V2").first.click()


def test_it_tests_saves_publishes_and_compares(
    server: LiveServer,
    admin_page: Callable[..., Page],
    looks_well: Callable[..., None],
) -> None:
    page = admin_page("publisher")
    open_mapping(page)
    mapping_page = page.url

    # The panel immediately names the decisive conditions.
    expect(page.get_by_label("Event", exact=True)).not_to_have_value("")
    page.get_by_label("Event", exact=True).fill(ORDER)
    result = page.get_by_role("region", name="Result")
    expect(result).to_contain_text('"revenue": 5')
    expect(result).to_contain_text('it is "track"')
    page.get_by_role("button", name="Text", exact=True).click()
    page.get_by_label("Trigger", exact=True).fill('type = "track" and event = "Bought"')
    expect(page.get_by_text("Trigger does not match")).to_be_visible()
    expect(result).to_contain_text('event = "Bought"')
    expect(result).to_contain_text('it is "Order Completed"')
    page.get_by_label("Trigger", exact=True).fill("type = ")
    expect(result).to_contain_text("Trigger: Expected")
    page.get_by_label("Trigger", exact=True).fill('type = "track"')
    expect(page.get_by_text("Trigger matches")).to_be_visible()

    # It is saved with the expected calls.
    page.get_by_text("Save as test case").click()
    page.get_by_label("Test case name").fill("An order")
    page.get_by_label("Expect this result").check()
    page.get_by_role("button", name="Save test case").click()
    expect(page.get_by_text("Saved as test case “An order”.")).to_be_visible()
    expect(result).to_contain_text("Matches the expected result.")
    looks_well(page, "panel")
    page.get_by_label("Test case name").fill("An order")
    page.get_by_role("button", name="Save test case").click()
    expect(page.get_by_text("Another test case of this source has this name.")).to_be_visible()

    # The mapping changes, and the test case fails.
    page.get_by_role("button", name="Text", exact=True).click()
    page.get_by_label("Trigger", exact=True).fill('type = "track" and event = "Bought"')
    expect(result).to_contain_text("Differs from the expected result.")
    page.get_by_role("button", name="Save", exact=True).click()
    page.wait_for_url(lambda url: url != mapping_page)
    page.goto("/admin/fullstory_dest/source/1/publish/")
    effects = page.get_by_role("region", name="Effect on test cases")
    expect(effects).to_contain_text("failed")
    expect(effects).to_contain_text("Removed")
    looks_well(page, "publish")
    page.get_by_label("Note").fill("Only what was bought")
    page.get_by_role("button", name="Publish", exact=True).click()
    expect(page.get_by_text("Nothing was published.")).to_be_visible()
    expect(page.get_by_role("alert")).to_be_focused()
    expect(page.get_by_role("alert")).to_be_in_viewport()
    page.get_by_role("link", name="Go to checkbox").click()
    expect(page.get_by_label("Publish even though 1 test case fails")).to_be_in_viewport()
    expect(page.get_by_label("Note")).to_have_value("Only what was bought")
    page.get_by_label("Publish even though 1 test case fails").check()
    page.get_by_role("button", name="Publish", exact=True).click()

    # It is live, and browsers receive it.
    expect(page.get_by_text("Published as release #2.")).to_be_visible()
    expect(page.get_by_text("Visitors now get release #2.")).to_be_visible()
    looks_well(page, "releases")

    # The changes between both releases.
    page.get_by_label("From").select_option("#1")
    page.get_by_label("To", exact=True).select_option("#2")
    page.get_by_role("button", name="Compare", exact=True).click()
    comparison = page.get_by_role("region", name="Release #1 → Release #2")
    expect(comparison).to_contain_text('and event = "Bought"')
    looks_well(page, "releases-compare")

    # The drafts are restored, and a publish is scheduled.
    page.get_by_role("link", name="View all releases").click()
    page.get_by_role("link", name="Load into drafts #1").click()
    expect(page.get_by_role("heading", name="Changes to the drafts")).to_be_visible()
    looks_well(page)
    page.get_by_role("button", name="Load into drafts").click()
    expect(page.get_by_text("Release #1 loaded into the drafts.")).to_be_visible()
    page.get_by_label("Scheduled time").fill("2020-01-01T10:00")
    page.get_by_role("button", name="Schedule publish").click()
    expect(page.get_by_text("This time is in the past.")).to_be_visible()
    due = page.evaluate("new Date(Date.now() + 3600e3).toISOString().slice(0, 16)")
    page.get_by_label("Scheduled time").fill(due)
    page.get_by_role("button", name="Schedule publish").click()
    expect(page.get_by_role("region", name="Scheduled publish")).to_be_visible()
    looks_well(page)
    now = "from django.utils import timezone; ScheduledDeployment.objects.update(due_at=timezone.now())"
    server.manage("shell", "-c", f"from fullstory_dest.models import ScheduledDeployment; {now}")
    assert "Published release 3 of Demo site" in server.manage("publish_due")
    page.goto("/admin/fullstory_dest/source/1/releases/")
    expect(page.get_by_text("Visitors now get release #3.")).to_be_visible()


def test_it_shows_times_in_the_time_zone_of_the_reader(
    server: LiveServer, admin_page: Callable[..., Page]
) -> None:
    publisher = admin_page("publisher").context
    assert publisher.browser
    context = publisher.browser.new_context(timezone_id="Asia/Tokyo", locale="en-US", base_url=server.url)
    context.add_cookies(publisher.cookies())
    page = context.new_page()
    page.goto("/admin/fullstory_dest/source/1/publish/")
    expect(page.get_by_text("Scheduled time (Asia/Tokyo)")).to_be_visible()
    day = page.evaluate("new Date(Date.now() + 3 * 864e5).toISOString().slice(0, 10)")
    page.get_by_label("Scheduled time").fill(f"{day}T09:30")
    page.get_by_role("button", name="Schedule publish").click()
    waiting = page.get_by_role("region", name="Scheduled publish")
    expect(waiting.locator("time")).to_contain_text("9:30 AM GMT+9")
    expect(waiting.locator("time")).to_have_attribute("datetime", f"{day}T00:30:00+00:00")
    page.get_by_role("button", name="Cancel scheduled publish").click()
    # Refused values are shown again as typed.
    page.get_by_label("Scheduled time").fill("2020-01-01T09:30")
    page.get_by_role("button", name="Schedule publish").click()
    expect(page.get_by_text("This time is in the past.")).to_be_visible()
    expect(page.get_by_label("Scheduled time")).to_have_value("2020-01-01T09:30")
    context.close()


def test_it_shows_the_same_screens_on_a_phone_in_dark_mode(
    server: LiveServer, admin_page: Callable[..., Page], looks_well: Callable[..., None]
) -> None:
    page = admin_page("publisher", width=375, scheme="dark")
    page.goto("/admin/fullstory_dest/source/1/test/")
    expect(page.get_by_role("status").filter(has_text="FullStory")).to_be_visible()
    page.get_by_label("Sample event").select_option("identify")
    expect(page.get_by_role("region", name="Result")).to_contain_text("setIdentity")
    looks_well(page, "test")
    for path in ("publish/", "releases/", "releases/compare/?from=1&to=draft"):
        page.goto(f"/admin/fullstory_dest/source/1/{path}")
        page.wait_for_load_state("networkidle")
        looks_well(page, path.strip("/").partition("?")[0].replace("/", "-"))


def test_it_shows_results_to_a_viewer_and_reports_a_failure(
    server: LiveServer, admin_page: Callable[..., Page]
) -> None:
    page = admin_page("viewer")
    page.goto("/admin/fullstory_dest/source/1/test/")
    result = page.get_by_role("region", name="Result")
    expect(result).to_contain_text("trackEvent")
    expect(page.get_by_text("Save as test case")).to_have_count(0)
    # The test fulfills the request itself: a failed one would log an error.
    page.route("**/test/run/", lambda route: route.fulfill(status=200, body="no JSON"))
    page.get_by_role("button", name="Run again").click()
    expect(page.get_by_text("The server didn't respond.")).to_be_visible()
    expect(result).to_contain_text("trackEvent")
    page.unroute("**/test/run/")
    page.get_by_role("button", name="Run again").click()
    expect(page.get_by_text("FullStory calls: Track Custom Event V2")).to_be_visible()
    page.goto("/admin/fullstory_dest/source/1/publish/")
    expect(page.get_by_text("You don't have permission to publish.")).to_be_visible()
    expect(page.get_by_role("button", name="Publish")).to_have_count(0)
