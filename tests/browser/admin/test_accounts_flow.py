"""Tokens, second factors, passkeys, and rate limits."""

from __future__ import annotations

import time

import pytest
from playwright.sync_api import Page, expect

from tests.admin.accounts.factors import code_of
from tests.browser.live_server import PASSWORD, LiveServer


@pytest.mark.parametrize(
    ("width", "scheme"), [(1280, "dark"), pytest.param(375, "light", marks=pytest.mark.long)]
)
def test_it_creates_and_revokes_a_token_as_a_viewer(admin_page, looks_well, width, scheme):
    page = admin_page("viewer", width, scheme)
    page.goto("/admin/roles/")
    looks_well(page)
    page.goto("/admin/tokens/")
    page.get_by_label("Name").fill(f"Walk {width}")
    page.get_by_label("In a year").check()
    page.get_by_role("button", name="Create token").click()
    expect(page.get_by_text("It isn't shown again")).to_be_visible()
    looks_well(page)
    page.get_by_role("link", name=f"Revoke Walk {width}").click()
    looks_well(page)
    page.get_by_role("button", name="Revoke").click()
    expect(page.get_by_text("Token revoked")).to_be_visible()
    expect(page.get_by_text(f"Walk {width}")).to_have_count(0)


def test_it_sets_a_password_from_an_invitation_and_logs_in(admin_page, looks_well):
    page = admin_page("owner", 375)
    page.goto("/admin/auth/user/add/")
    looks_well(page)
    name = f"nora{time.time_ns()}"
    page.get_by_label("Username").fill(name)
    page.get_by_label("Publisher: ").check()
    page.get_by_role("button", name="Invite").click()
    expect(page.get_by_text("isn't shown again")).to_be_visible()
    looks_well(page)
    link = page.locator("#password-link").inner_text()
    page.get_by_role("link", name="Done").click()
    expect(page.get_by_label("Publisher: ")).to_be_checked()
    looks_well(page)
    page.context.clear_cookies()
    page.goto(link)
    looks_well(page)
    page.get_by_label("Password").first.fill(PASSWORD)
    page.get_by_label("Repeat password").fill(PASSWORD)
    page.get_by_role("button", name="Set password").click()
    expect(page.get_by_text("Password set")).to_be_visible()
    log_in(page, name)
    page.wait_for_url("**/admin/")


@pytest.fixture
def no_factors(server: LiveServer):
    """The publisher's second factors, removed at the end: other tests log in as this user, too."""
    yield
    server.manage(
        "shell",
        "-c",
        "from django.contrib.auth.models import User\n"
        "from fullstory_dest.admin.accounts.second_factor import remove_factors\n"
        "remove_factors(User.objects.get(username='publisher'))",
    )
    server.cookies.pop("publisher", None)


@pytest.mark.parametrize(
    ("width", "scheme"), [(1280, "dark"), pytest.param(375, "light", marks=pytest.mark.long)]
)
def test_it_adds_an_app_and_uses_recovery_codes(admin_page, looks_well, no_factors, width, scheme):
    page = admin_page("publisher", width, scheme)
    page.goto("/admin/two-factor/")
    looks_well(page)
    page.get_by_role("link", name="Add app").click()
    page.get_by_role("button", name="Confirm").click()
    expect(page.get_by_text("This field is required.")).to_be_visible()
    looks_well(page)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Confirm").click()
    looks_well(page)
    key = page.locator(".fsd-key").inner_text()
    page.get_by_label("Authenticator code").fill(code_of(key))
    page.get_by_role("button", name="Add app").click()
    expect(page.get_by_text("Save these codes")).to_be_visible()
    looks_well(page)
    recovery, other = page.locator("#recovery-codes").inner_text().split()[:2]
    page.get_by_role("link", name="Done").click()
    expect(page.get_by_text("10 left")).to_be_visible()
    looks_well(page)
    page.context.clear_cookies()
    page.goto("/admin/two-factor/")
    looks_well(page)
    log_in(page, "publisher")
    page.get_by_label("Code").fill("12345")
    page.get_by_role("button", name="Log in", exact=True).click()
    expect(page.get_by_text("This code is incorrect")).to_be_visible()
    looks_well(page)
    page.get_by_label("Code").fill(recovery)
    page.get_by_role("button", name="Log in", exact=True).click()
    page.wait_for_url("**/admin/two-factor/")
    page.get_by_role("link", name="Remove app").click()
    looks_well(page)
    page.get_by_label("Code").fill(other)
    page.get_by_role("button", name="Confirm").click()
    looks_well(page)
    page.get_by_role("button", name="Remove app").click()
    expect(page.get_by_text("Two-factor login is off")).to_be_visible()


@pytest.mark.parametrize(
    ("width", "scheme"), [(1280, "light"), pytest.param(375, "dark", marks=pytest.mark.long)]
)
def test_it_logs_in_with_a_passkey(server: LiveServer, chromium, looks_well, no_factors, width, scheme):
    # Passkeys belong to a domain. An IP address is none.
    url = server.url.replace("127.0.0.1", "localhost")
    assert server.people
    context = chromium.new_context(
        base_url=url, viewport={"width": width, "height": 900}, color_scheme=scheme, locale="en-GB"
    )
    page = context.new_page()
    devices = context.new_cdp_session(page)
    devices.send("WebAuthn.enable")
    options = {"protocol": "ctap2", "transport": "internal", "automaticPresenceSimulation": True}
    options |= {"hasResidentKey": True, "hasUserVerification": True, "isUserVerified": True}
    device = devices.send("WebAuthn.addVirtualAuthenticator", {"options": options})

    page.goto("/admin/two-factor/passkeys/add/")
    log_in(page, "publisher")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Confirm").click()
    page.get_by_label("Name").fill("Laptop")
    expect(page.get_by_label("Log in without a password")).to_be_checked()
    looks_well(page)
    page.get_by_role("button", name="Add passkey").click()
    expect(page.get_by_text("Save these codes")).to_be_visible()
    page.get_by_role("link", name="Done").click()
    expect(page.get_by_role("link", name="Remove passkey Laptop")).to_be_visible()
    looks_well(page)

    context.clear_cookies()
    page.goto("/admin/roles/")
    looks_well(page)
    page.get_by_role("button", name="Log in with a passkey").click()
    expect(page.get_by_role("heading", name="Roles", level=2)).to_be_visible()

    context.clear_cookies()
    page.goto("/admin/roles/")
    log_in(page, "publisher")
    looks_well(page)
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.get_by_role("heading", name="Roles", level=2)).to_be_visible()

    page.goto("/admin/two-factor/")
    page.get_by_role("link", name="Remove passkey Laptop").click()
    page.get_by_role("link", name="Use a passkey").click()
    looks_well(page)
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.get_by_role("button", name="Remove passkey")).to_be_visible()
    looks_well(page)
    page.get_by_role("button", name="Remove passkey").click()
    expect(page.get_by_text("Passkey removed.")).to_be_visible()

    devices.send("WebAuthn.setUserVerified", {**device, "isUserVerified": False})
    context.clear_cookies()
    page.goto("/admin/")
    page.get_by_role("button", name="Log in with a passkey").click()
    expect(page.get_by_text("Your passkey couldn't be used.")).to_be_visible()
    looks_well(page)
    context.close()


def log_in(page: Page, name: str, password: str = PASSWORD) -> None:
    page.get_by_label("Username").fill(name)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Log in", exact=True).click()


@pytest.mark.parametrize(
    ("width", "scheme"), [(1280, "light"), pytest.param(375, "dark", marks=pytest.mark.long)]
)
def test_it_blocks_logins_after_wrong_passwords(server: LiveServer, chromium, looks_well, width, scheme):
    context = chromium.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
    page = context.new_page()
    page.goto(f"{server.url}/admin/")
    for _number in range(6):
        log_in(page, f"nobody-at-all-{width}", "wrong")
    expect(page.get_by_text("Try again in 15 minutes.")).to_be_visible()
    looks_well(page)
    context.close()


def test_it_focuses_the_skip_link_first_and_names_menus(admin_page, looks_well):
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
    expect(page.get_by_role("region", name="Navigation")).to_be_visible()
    expect(page.get_by_role("region", name="scrollable content")).to_have_count(0)


@pytest.mark.parametrize(
    ("width", "scheme"), [(1280, "dark"), pytest.param(375, "light", marks=pytest.mark.long)]
)
def test_it_opens_the_account_menu_with_the_keyboard(admin_page, looks_well, width, scheme):
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
    # The menu appears a moment after the key. Until then, Tab skips it.
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
    page.get_by_label("Current password").fill("wrong")
    page.get_by_role("button", name="Change password").click()
    expect(page.get_by_text("Incorrect password.")).to_be_visible()
    looks_well(page)
    page.get_by_role("link", name="Cancel").click()
    page.locator("#content").get_by_role("button", name="Log out").click()
    expect(page.get_by_text("You're logged out of")).to_be_visible()
    looks_well(page)
    page.get_by_role("button", name="Colors").press("Enter")
    page.get_by_role("button", name="Dark").press("Enter")
    assert page.evaluate("document.documentElement.classList.contains('dark')")
    looks_well(page)
