"""Copying, the editor, the test panel and the console, in Chromium."""

from collections.abc import Iterator

import pytest
from django.contrib.auth.models import User
from django.test import Client
from playwright.sync_api import Browser, Page

from fullstory_dest.models import Mapping
from fullstory_dest.services.publishing.publish import publish
from tests.admin.pages import url
from tests.browser.chromium import running_chromium
from tests.factories import a_destination, a_set_up_source


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with running_chromium() as browser:
        yield browser


@pytest.fixture
def page(chromium, live_server, transactional_db) -> Iterator[Page]:
    """A page logged in as an owner. The test fails on any error in the console."""
    client = Client()
    client.force_login(User.objects.create_user("olga", is_staff=True, is_superuser=True))
    complaints: list[str] = []
    context = chromium.new_context(
        base_url=live_server.url, permissions=["clipboard-read", "clipboard-write"]
    )
    context.add_cookies(
        [{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}]
    )
    opened = context.new_page()
    opened.on("console", lambda told: told.type == "error" and complaints.append(told.text))
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    yield opened
    context.close()
    assert complaints == []


def as_text(page: Page) -> None:
    page.get_by_role("button", name="Text", exact=True).click()
    page.get_by_label("Trigger", exact=True).wait_for()


def as_json(page: Page) -> None:
    page.get_by_role("button", name="JSON", exact=True).click()


def focused(page: Page) -> str:
    return page.evaluate("document.activeElement.className + ' ' + document.activeElement.tagName")


def test_it_copies_the_tag_with_the_keyboard(page):
    source = a_set_up_source(write_key="the-key")
    page.goto(url("source", "install", source.pk))
    button = page.locator("[data-copy]").first
    button.focus()
    page.keyboard.press("Enter")
    page.get_by_text("Copied").first.wait_for()
    assert "/analytics.js/v1/the-key/analytics.min.js" in page.evaluate("navigator.clipboard.readText()")


def test_it_opens_and_copies_a_way_to_install_with_the_keyboard(page):
    source = a_set_up_source(write_key="the-key")
    page.goto(url("source", "install", source.pk))
    way = page.locator("#install-tag-manager")
    way.locator("summary").focus()
    page.keyboard.press("Enter")
    way.locator("pre").wait_for()
    assert not page.locator("#install-tag pre").first.is_visible(), "one is open at a time"
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.tagName") == "PRE", "long code can be scrolled"
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.wait_for_function(
        "document.querySelector('#install-tag-manager [role=status]').textContent == 'Copied'"
    )
    assert page.evaluate("navigator.clipboard.readText()") == way.locator("pre").text_content()


def test_it_selects_the_code_if_copying_is_forbidden(page):
    source = a_set_up_source(write_key="the-key")
    page.goto(url("source", "install", source.pk))
    page.evaluate(
        "navigator.clipboard.writeText = () => Promise.reject(Error('no')); document.execCommand = () => false"
    )
    way = page.locator("#install-tag")
    way.get_by_role("button", name="Copy Tag with a page view", exact=True).click()
    way.get_by_role("status").filter(has_text="Press Ctrl+C").wait_for(state="attached")
    assert page.evaluate("String(getSelection())") == way.locator("pre").first.text_content()


def test_it_follows_the_chosen_action_and_tests_unsaved_input(page):
    destination = a_destination()
    page.goto(f"{url('mapping', 'add')}?destination={destination.pk}&action=identifyUserV2")
    page.select_option("[name=action]", "viewedPageV2")
    assert page.input_value("[name=trigger]") == 'type = "page"'
    assert page.locator("p[data-action=viewedPageV2]").is_visible()
    assert not page.locator("p[data-action=identifyUserV2]").is_visible()

    page.locator(".fsd-call").filter(has_text='"pageName": "Marketing"').wait_for()

    as_text(page)
    page.fill("[name=trigger]", "type = ")
    page.locator("[data-result] .fsd-problem").wait_for()
    assert "Trigger: Expected" in page.inner_text("[data-result] .fsd-problem")
    assert page.inner_text("[data-result] .fsd-excerpt").rstrip().endswith("^")

    page.fill("[name=trigger]", 'type = "page"')
    page.click("[name=_save]")
    page.wait_for_url("**/source/*/mappings/")
    mapping = Mapping.objects.get()
    assert (mapping.action, mapping.enabled) == ("viewedPageV2", False)


def test_it_keeps_edited_values_when_the_action_changes(page):
    page.goto(f"{url('mapping', 'add')}?destination={a_destination().pk}")
    as_text(page)
    page.fill("[name=trigger]", 'event = "Mine"')
    page.select_option("[name=action]", "trackEventV2")
    assert page.input_value("[name=trigger]") == 'event = "Mine"'
    page.get_by_role("button", name="Use default trigger and fields").click()
    assert page.input_value("[name=trigger]") == 'type = "track"'


def test_it_leaves_the_editor_on_tab_and_saves_its_text(page):
    mapping = a_set_up_source().destinations.get().mappings.get(action="trackEventV2")
    page.goto(url("mapping", "change", mapping.pk))
    as_json(page)
    page.keyboard.press("Tab")
    assert "ace_text-input" in focused(page)
    page.keyboard.press("Control+A")
    page.keyboard.insert_text('{"name": "Always"}')
    page.keyboard.press("Tab")
    assert focused(page).endswith("SUMMARY")
    page.keyboard.press("Shift+Tab")
    assert "ace_text-input" in focused(page)
    page.click("[name=_save]")
    page.wait_for_url("**/source/*/mappings/")
    mapping.refresh_from_db()
    assert mapping.fields == {"name": "Always"}


def test_it_matches_the_theme_in_the_editor(page):
    mapping = a_set_up_source().destinations.get().mappings.first()
    page.emulate_media(color_scheme="dark")
    page.goto(url("mapping", "change", mapping.pk))
    page.wait_for_function(
        "document.querySelector('.django-ace-widget').editor?.getTheme().endsWith('github_dark')"
    )
    page.keyboard.press("Control+e")
    page.wait_for_function(
        "document.querySelector('.django-ace-widget').editor.getTheme().endsWith('_light_default')"
    )


@pytest.mark.parametrize("width", [375, 1280])
def test_it_fits_every_page_on_the_screen(page, width):
    source = a_set_up_source(name="A source with quite a long name of many words")
    release = publish(source.production, note="A note").deployment.release
    destination = source.destinations.get()
    page.set_viewport_size({"width": width, "height": 900})
    for address in (
        "/admin/",
        url("source"),
        url("source", "change", source.pk),
        url("source", "publish", source.pk),
        url("destination", "change", destination.pk),
        url("mapping", "change", destination.mappings.first().pk),
        url("release", "change", release.pk),
        url("classicdestination", "add"),
    ):
        page.goto(address)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), address
