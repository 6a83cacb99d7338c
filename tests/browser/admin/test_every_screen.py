"""Every screen of the admin with axe: wide and light, then narrow and dark.

``make test`` checks one screen of each template; ``make test-all`` checks all of them, in each role.
"""

from __future__ import annotations

import json
from typing import Any

import pytest
from playwright.sync_api import Browser

from tests.browser.live_server import LiveServer
from tests.browser.visitor import Visitor

#: A site with rows of every kind, a session for each user, and the URLs of pages.
MAKE_SITE = """
import json
from django.contrib.auth.models import Group, User
from django.test import Client
from django.test.utils import setup_test_environment, teardown_test_environment
from tests.admin.screens import screens
from tests.factories_large import fill

site = fill(20, mappings=6, test_cases=8, releases=3, versions=3)
people = {"owner": site.owner}
people["viewer"] = User.objects.create_user("viewer of screens", is_staff=True)
people["viewer"].groups.add(Group.objects.get(name="viewer"))
clients = {who: Client() for who in [*people, "nobody"]}
for who, person in people.items():
    clients[who].force_login(person)
sessions = {who: clients[who].cookies["sessionid"].value for who in people}
asked = [screen for screen in screens(site) if screen.ask.sent is None and screen.ask.asked is None]
# The first screen of each template, by the first screen of each page: only some are rendered here.
setup_test_environment()
firsts = {}
pages = {screen.name.partition(" ")[0]: screen for screen in reversed(asked)}
for screen in pages.values():
    templates = screen.get(clients).templates
    if templates:
        firsts.setdefault(templates[0].name, screen.name)
teardown_test_environment()
screens = [(screen.name, screen.address, screen.ask.who, screen.name in firsts.values()) for screen in asked]
print(json.dumps([sessions, screens]))
"""

#: Sessions by user, and each screen's name, URL and user, and whether it is the first of its template.
Known = tuple[dict[str, str], list[tuple[str, str, str, bool]]]


@pytest.fixture(scope="module")
def known(server: LiveServer) -> Known:
    sessions, asked = json.loads(server.manage("shell", "-c", MAKE_SITE).splitlines()[-1])
    return sessions, [tuple(each) for each in asked if _differs_in_kind(each[0])]


def _differs_in_kind(name: str) -> bool:
    """Whether this is a list as it opens, or one without results. Filters and orders look alike."""
    page, _, told = name.partition(" ")
    is_list = page == "index" or page.endswith("changelist")
    return not is_list or told in ("", "q=nothing+has+this", "state=problems")


@pytest.mark.parametrize("who", ["owner", "nobody"])
def test_it_is_accessible_and_fits_on_each_template(
    server: LiveServer, chromium: Browser, known: Known, looks_well: Any, who: str
) -> None:
    sessions, screens = known
    look_over(server, chromium, (sessions, [screen for screen in screens if screen[3]]), looks_well, who)


@pytest.mark.long
@pytest.mark.parametrize("who", ["owner", "nobody", "viewer"])
def test_it_is_accessible_and_fits_on_every_screen(
    server: LiveServer, chromium: Browser, known: Known, looks_well: Any, who: str
) -> None:
    look_over(server, chromium, known, looks_well, who)


def look_over(server: LiveServer, chromium: Browser, known: Known, looks_well: Any, who: str) -> None:
    sessions, screens = known
    context = chromium.new_context(color_scheme="light", base_url=server.url)
    visitor = Visitor(context)
    if who in sessions:
        context.add_cookies([{"name": "sessionid", "value": sessions[who], "url": server.url}])
    # Viewers see the owner's screens that they are allowed to see.
    asks = "nobody" if who == "nobody" else "owner"
    page = context.new_page()
    looked_at = 0
    for name, address, asker, _ in screens:
        if asker != asks:
            continue
        answer = context.request.get(address)
        if "<html" not in answer.text() or (who != asks and answer.status in (403, 404)):
            continue
        assert answer.status == 200, address
        page.set_viewport_size({"width": 1280, "height": 900})
        page.emulate_media(color_scheme="light")
        page.goto(address)
        picture = "".join(letter if letter.isalnum() else "-" for letter in f"screen {who} {name}")
        looks_well(page, picture)
        page.set_viewport_size({"width": 375, "height": 800})
        page.emulate_media(color_scheme="dark")
        # A page chooses its colors when it opens.
        page.reload()
        looks_well(page, picture)
        assert visitor.errors == [], address
        assert [said for said in visitor.console if said.startswith("error")] == [], address
        looked_at += 1
    context.close()
    assert looked_at
    assert visitor.elsewhere() == []
