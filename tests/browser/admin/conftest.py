"""Users at the admin of the running server, by role and screen width, and checks with axe."""

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
# Only rules about media and turned phones need files loaded again, and these pages have neither.
AXE = """async (tags) => (await axe.run({
    runOnly: { type: 'tag', values: tags }, resultTypes: ['violations'], preload: false,
})).violations"""
SETTLED = """Promise.all(document.getAnimations()
    .filter((each) => each.effect.getTiming().iterations !== Infinity)
    .map((each) => each.finished.catch(() => 0)))"""

NOT_BUSY = "!document.querySelector('[aria-busy=true]')"

# Controls that are off the screen or cut off. The tabs of a source can be scrolled.
BEYOND = """[...document.querySelectorAll("a[href], button, input:not([type=hidden]), select, textarea")]
    .filter((each) => each.checkVisibility({ visibilityProperty: true, opacityProperty: true })
        && !each.closest(".fsd-tabs, [x-data^=searchCommand]") && each.getBoundingClientRect().left >= innerWidth - 8)
    .map((each) => each.outerHTML.slice(0, 200))"""


@pytest.fixture(scope="module")
def visitors(server: LiveServer, chromium: Browser) -> Iterator[dict[str, Visitor]]:
    """A visitor for each role, so that later tests find scripts and styles in the browser's cache."""
    opened: dict[str, Visitor] = {}
    yield opened
    for visitor in opened.values():
        visitor.context.close()


@pytest.fixture
def admin_page(
    server: LiveServer, chromium: Browser, visitors: dict[str, Visitor]
) -> Iterator[Callable[..., Page]]:
    """Log in a user with a role (viewer, editor, publisher, owner), and return their page, at Home.

    The test fails on any error in the console, and on any request to another machine.
    """

    def log_in(role: str = "owner", width: int = 1280, scheme: str = "light") -> Page:
        if role not in visitors:
            opened = chromium.new_context(locale="en-GB", base_url=server.url)
            opened.set_default_timeout(30_000)
            visitors[role] = Visitor(opened)
        context = visitors[role].context
        password = server.people[role]
        context.clear_cookies()
        context.add_cookies(server.cookies.get(role, []))
        page = context.new_page()
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=scheme)
        page.goto("/admin/")
        # A user who logged in before needs no second login, unless that session has ended.
        if urlsplit(page.url).path != "/admin/":
            page.get_by_label("Username").fill(role)
            page.get_by_label("Password").fill(password)
            page.get_by_role("button", name="Log in", exact=True).click()
            page.wait_for_url("**/admin/")
            server.cookies[role] = context.cookies()
        return page

    yield log_in
    for visitor in visitors.values():
        for page in visitor.context.pages:
            devtools = visitor.context.new_cdp_session(page)
            devtools.send(
                "Storage.clearDataForOrigin", {"origin": server.url, "storageTypes": "local_storage"}
            )
            page.close()
    seen = [visitor.forget() for visitor in visitors.values()]
    assert [each for each in seen if each != ([], [], [])] == []


@pytest.fixture
def violations(oracle: Path) -> Callable[[Page], list[str]]:
    """The violations that axe finds on a page: the rule and the elements."""
    source = (oracle / "node_modules" / "axe-core" / "axe.min.js").read_text()

    def found(page: Page) -> list[str]:
        if not page.evaluate("'axe' in window"):
            page.evaluate(source)
        # Elements that fade in have temporary colors.
        page.evaluate(SETTLED)
        # The list of passed rules is long and unused, so axe leaves it out.
        wrong: list[dict[str, Any]] = page.evaluate(AXE, AXE_TAGS)
        return [
            f"{violation['id']}: {node['html'][:200]} {node['failureSummary'][:300]}"
            for violation in wrong
            for node in violation["nodes"]
        ]

    return found


def check_width(page: Page) -> None:
    """Check that nothing is wider than the screen."""
    width = page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
    assert width[0] <= width[1], page.url
    assert page.evaluate(BEYOND) == [], page.url


@pytest.fixture
def looks_well(
    violations: Callable[[Page], list[str]], request: pytest.FixtureRequest
) -> Callable[..., None]:
    """Check that axe finds no violations and that nothing is wider than the screen.

    With ``--all`` it saves a screenshot. Its name is that of the test with a number, or the given name if the
    documentation uses it.
    """
    test = request.node.originalname.removeprefix("test_").replace("_", "-")
    numbers = count(1)

    def look(page: Page, name: str = "") -> None:
        # Results are faint while they load, and on a busy machine a page may load them again.
        page.wait_for_function(NOT_BUSY)
        if violations(page):
            page.wait_for_function(NOT_BUSY)
            assert violations(page) == [], page.url
        check_width(page)
        if request.config.getoption("all"):
            keep_picture(page, name or f"{test}-{next(numbers)}")

    return look


@pytest.fixture
def mapping(server: LiveServer) -> str:
    """The URL of a new mapping's page."""
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
    """Give a logged-in user a page on a phone with a touch screen."""
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
