"""People at the admin of the running server: logged in by role, on a screen of a width, and axe to look over pages."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.browser.live_server import LiveServer
from tests.browser.pictures import keep_picture
from tests.browser.visitor import Visitor

AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]
SETTLED = """Promise.all(document.getAnimations()
    .filter((each) => each.effect.getTiming().iterations !== Infinity)
    .map((each) => each.finished.catch(() => 0)))"""

NOT_BUSY = "!document.querySelector('[aria-busy=true]')"

# What can be used and is beyond the edge of the screen, or cut off there. Tabs of a source are pushed aside to be seen.
BEYOND = """[...document.querySelectorAll("a[href], button, input:not([type=hidden]), select, textarea")]
    .filter((each) => each.checkVisibility({ visibilityProperty: true, opacityProperty: true })
        && !each.closest(".fsd-tabs, [x-data^=searchCommand]") && each.getBoundingClientRect().left >= innerWidth - 8)
    .map((each) => each.outerHTML.slice(0, 200))"""


@pytest.fixture
def admin_page(server: LiveServer, chromium: Browser) -> Iterator[Callable[..., Page]]:
    """Logs somebody with a role in (viewer, editor, publisher, owner), and gives their page, at home in the admin.

    The test fails on any error on the console, and on any request that leaves this machine.
    """
    visitors: list[Visitor] = []

    def log_in(role: str = "owner", width: int = 1280, scheme: str = "light") -> Page:
        context = chromium.new_context(
            viewport={"width": width, "height": 900}, color_scheme=scheme, locale="en-GB", base_url=server.url
        )
        context.set_default_timeout(30_000)
        visitors.append(Visitor(context))
        page = context.new_page()
        password = server.people[role]
        context.add_cookies(server.cookies.get(role, []))
        page.goto("/admin/")
        # Whoever has logged in before need not again, unless that session is over.
        if urlsplit(page.url).path != "/admin/":
            page.get_by_label("Username").fill(role)
            page.get_by_label("Password").fill(password)
            page.get_by_role("button", name="Log in", exact=True).click()
            page.wait_for_url("**/admin/")
            server.cookies[role] = context.cookies()
        return page

    yield log_in
    for visitor in visitors:
        visitor.context.close()
        assert visitor.errors == []
        assert [said for said in visitor.console if said.startswith("error")] == []
        assert visitor.elsewhere() == []


@pytest.fixture
def violations(oracle: Path) -> Callable[[Page], list[str]]:
    """What axe finds wrong with a page as it is: the rule, and the elements."""
    source = (oracle / "node_modules" / "axe-core" / "axe.min.js").read_text()

    def found(page: Page) -> list[str]:
        page.evaluate(source)
        # What still fades in has colours of its own.
        page.evaluate(SETTLED)
        # What passes is long, and nobody asks for it: it stays in the browser.
        wrong: list[dict[str, Any]] = page.evaluate(
            "async (tags) => (await axe.run({ runOnly: { type: 'tag', values: tags } })).violations", AXE_TAGS
        )
        return [
            f"{violation['id']}: {node['html'][:200]} {node['failureSummary'][:300]}"
            for violation in wrong
            for node in violation["nodes"]
        ]

    return found


@pytest.fixture
def looks_well(
    violations: Callable[[Page], list[str]], request: pytest.FixtureRequest
) -> Callable[..., None]:
    """Asserts that axe finds nothing, and that nothing is wider than the screen. With ``--all`` it keeps a
    picture, too.

    It is called as the test, and counted; or, where the documentation shows it, as the test says.
    """
    test = request.node.originalname.removeprefix("test_").replace("_", "-")
    numbers = count(1)

    def look(page: Page, name: str = "") -> None:
        # What is being asked for is shown faint until it is there; and on a busy machine a page may just ask again.
        page.wait_for_function(NOT_BUSY)
        if violations(page):
            page.wait_for_function(NOT_BUSY)
            assert violations(page) == [], page.url
        width = page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
        assert width[0] <= width[1], page.url
        assert page.evaluate(BEYOND) == [], page.url
        if request.config.getoption("all"):
            keep_picture(page, name or f"{test}-{next(numbers)}")

    return look


@pytest.fixture
def mapping(server: LiveServer) -> str:
    """The address of a new mapping's page."""
    printed = server.manage(
        "shell",
        "-c",
        """
from fullstory_dest.models import Destination, Mapping, Source
source = Source.objects.create(name="Editor's shop")
destination = Destination.objects.create(source=source, name="FullStory", settings={"orgId": "o-1"})
mapping = Mapping.objects.create(destination=destination, name="Orders", action="trackEventV2",
    trigger='type = "track"', fields={"name": {"@path": "$.event"}, "properties": {"@path": "$.properties"}})
print(mapping.pk)
""",
    )
    return f"/admin/fullstory_dest/mapping/{printed.split()[-1]}/change/"


@pytest.fixture
def touching() -> Iterator[Callable[[Page], Page]]:
    """Gives whoever is logged in a page on a phone that is touched."""
    contexts: list[BrowserContext] = []

    def touched(page: Page) -> Page:
        browser = page.context.browser
        assert browser
        url = page.url.partition("/admin/")[0]
        contexts.append(
            browser.new_context(
                base_url=url,
                storage_state=page.context.storage_state(),
                viewport={"width": 375, "height": 800},
                has_touch=True,
                is_mobile=True,
            )
        )
        return contexts[-1].new_page()

    yield touched
    for context in contexts:
        context.close()
