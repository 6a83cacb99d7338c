"""People: tokens, two-factor log-in, waiting after wrong passwords, and a log-in that runs out."""

from __future__ import annotations

import base64
import re
import time

import pytest
from django_otp.oath import totp
from playwright.sync_api import Page, expect

from tests.browser.live_server import PASSWORD, LiveServer


@pytest.mark.parametrize(("width", "scheme"), [(1280, "dark"), (375, "light")])
def test_a_viewer_makes_a_token_and_revokes_it(admin_page, looks_well, width, scheme):
    page = admin_page("viewer", width, scheme)
    page.goto("/admin/roles/")
    looks_well(page)
    page.goto("/admin/tokens/")
    page.get_by_label("What is it for?").fill(f"Walk {width}")
    page.get_by_label("In a year").check()
    page.get_by_role("button", name="Make a token").click()
    expect(page.get_by_text("It is not shown again")).to_be_visible()
    looks_well(page)
    page.get_by_role("link", name=f"Revoke Walk {width}").click()
    looks_well(page)
    page.get_by_role("button", name="Revoke").click()
    expect(page.get_by_text("Revoked: the API refuses")).to_be_visible()
    expect(page.get_by_text(f"Walk {width}")).to_have_count(0)


def test_who_is_invited_with_a_link_sets_a_password_and_logs_in(admin_page, looks_well):
    page = admin_page("owner", 375)
    page.goto("/admin/auth/user/add/")
    looks_well(page)
    name = f"nora{time.time_ns()}"
    page.get_by_label("Username").fill(name)
    page.get_by_label("Publisher: ").check()
    page.get_by_role("button", name="Invite").click()
    expect(page.get_by_text("is not shown again")).to_be_visible()
    looks_well(page)
    link = page.locator("#password-link").inner_text()
    page.get_by_role("link", name="Done").click()
    expect(page.get_by_label("Publisher: ")).to_be_checked()
    looks_well(page)
    page.context.clear_cookies()
    page.goto(link)
    looks_well(page)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_label("The same again").fill(PASSWORD)
    page.get_by_role("button", name="Set the password").click()
    expect(page.get_by_text("Your password is set")).to_be_visible()
    log_in(page, name)
    page.wait_for_url("**/admin/")


def test_two_factors(server: LiveServer, admin_page, looks_well):
    page = admin_page("publisher")
    page.goto("/admin/two-factor/")
    looks_well(page)
    spelt = page.get_by_text(re.compile(r"^([A-Z2-7]{4} ?){8}$")).inner_text()
    key = base64.b32decode(spelt.replace(" ", ""))
    page.get_by_role("textbox", name="Code").fill(f"{totp(key):06d}")
    page.get_by_role("button", name="Turn on").click()
    expect(page.get_by_text("Keep your backup codes now")).to_be_visible()
    looks_well(page)
    backup = page.locator("#backup-codes").inner_text().split()[0]
    try:
        page.context.clear_cookies()
        page.goto("/admin/roles/")
        log_in(page, "publisher")
        looks_well(page)
        page.get_by_role("textbox", name="Code").fill(backup)
        page.get_by_role("button", name="Log in").click()
        page.wait_for_url("**/admin/roles/")
    finally:
        server.manage(
            "shell",
            "-c",
            "from django.contrib.auth.models import User\n"
            "from fullstory_dest.admin.accounts.two_factor import turn_off\n"
            "turn_off(User.objects.get(username='publisher'))",
        )


def log_in(page: Page, name: str, password: str = PASSWORD) -> None:
    page.get_by_label("Username").fill(name)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Log in").click()


def test_wrong_passwords_have_to_wait(page: Page, server: LiveServer, looks_well):
    page.goto(f"{server.url}/admin/")
    for _number in range(5):
        log_in(page, "nobody-at-all", "wrong")
    expect(page.get_by_text("Try again in 15 minutes.")).to_be_visible()
    looks_well(page)


def test_what_was_typed_survives_the_end_of_a_session(admin_page, looks_well):
    page = admin_page("editor")
    page.goto("/admin/fullstory_dest/source/add/")
    name = f"Typed long ago {time.time_ns()}"
    page.get_by_label("Name").first.fill(name)
    page.context.clear_cookies(name="sessionid")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("nothing of what you typed is lost")).to_be_visible()
    looks_well(page)
    log_in(page, "editor")
    expect(page.get_by_role("group").get_by_text(name)).to_be_visible()
    looks_well(page)
    page.get_by_role("button", name="Send again").click()
    expect(page.get_by_text(f"Connected “{name}”")).to_be_visible()


def test_the_tab_key_stops_first_at_a_link_to_the_content_and_menus_have_names(admin_page, looks_well):
    page = admin_page("viewer")
    page.goto("/admin/roles/")
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Skip to content")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    looks_well(page)
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.getElementById('content').contains(document.activeElement)")
    expect(page.get_by_role("region", name="Menu of pages")).to_be_visible()
    expect(page.get_by_role("region", name="scrollable content")).to_have_count(0)


@pytest.mark.parametrize(("width", "scheme"), [(1280, "dark"), (375, "light")])
def test_what_is_ones_own_is_reached_by_keyboard(admin_page, looks_well, width, scheme):
    page = admin_page("viewer", width, scheme)
    page.goto("/admin/roles/")
    if width < 1024:
        page.get_by_role("button", name="Menu").click()
    menu = page.get_by_role("button", name="viewer")
    menu.focus()
    page.keyboard.press("Enter")
    expect(menu).to_have_attribute("aria-expanded", "true")
    expect(page.get_by_role("button", name="Light")).to_be_visible()
    looks_well(page)
    page.keyboard.press("Tab")
    page.keyboard.press("Escape")
    expect(menu).to_have_attribute("aria-expanded", "false")
    menu.focus()
    page.keyboard.press("Enter")
    # The menu appears a moment after the key; until then, Tab goes past it.
    expect(page.get_by_role("button", name="Light")).to_be_visible()
    for name, dark in (("Light", False), ("Dark", True), ("System", scheme == "dark")):
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        expect(page.get_by_role("button", name=name, pressed=True)).to_be_focused()
        assert page.evaluate("document.documentElement.classList.contains('dark')") is dark
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**/admin/account/")
    looks_well(page)
    page.get_by_role("link", name="Change password").last.click()
    page.get_by_label("The password you have now").fill("wrong")
    page.get_by_role("button", name="Change password").click()
    expect(page.get_by_text("entered incorrectly")).to_be_visible()
    looks_well(page)
    page.get_by_role("link", name="Cancel").click()
    page.locator("#content").get_by_role("button", name="Log out").click()
    expect(page.get_by_text("You are logged out of")).to_be_visible()
    looks_well(page)
    page.get_by_role("button", name="Colors").press("Enter")
    page.get_by_role("button", name="Dark").press("Enter")
    assert page.evaluate("document.documentElement.classList.contains('dark')")
    looks_well(page)
