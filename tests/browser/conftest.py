"""A running server, real browsers, and pages without errors."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.chromium import running_chromium
from tests.browser.firefox import Firefox, running_firefox
from tests.browser.live_server import LiveServer, Site, live_server, running_site
from tests.browser.visitor import Visitor
from tests.requirements import needs

# As long as other waits for pages. The default of 5 seconds is too short on a busy machine.
expect.set_options(timeout=30_000)

ORACLE = Path(__file__).resolve().parent.parent / "oracle"


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveServer]:
    """The server with the demo's data. Tests restore the demo's source, or create other sources."""
    with live_server(tmp_path_factory) as running:
        yield running


@pytest.fixture
def site() -> Iterator[Site]:
    """A customer's site, on another origin than the server."""
    with running_site() as running:
        yield running


@pytest.fixture(scope="package")
def chromium(request: pytest.FixtureRequest) -> Iterator[Browser]:
    """Debian's Chromium, with windows only with ``--all``.

    For this package only, because other tests need time limits in V8.
    """
    with running_chromium(shell=not request.config.getoption("all")) as browser:
        yield browser


@pytest.fixture(scope="session")
def firefox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Firefox]:
    """Debian's Firefox."""
    path = os.environ.get("FIREFOX") or shutil.which("firefox-esr") or shutil.which("firefox")
    needs(path, "a Firefox (apt install firefox-esr, or name one in FIREFOX)")
    with running_firefox(str(path), tmp_path_factory.mktemp("firefox")) as browser:
        yield browser


@pytest.fixture(scope="session")
def oracle() -> Path:
    """The folder with the npm packages of Segment and FullStory."""
    needs(shutil.which("node"), "Node")
    needs((ORACLE / "node_modules").is_dir(), "tests/oracle/node_modules (npm ci in tests/oracle)")
    return ORACLE


@contextmanager
def chromium_context(chromium: Browser) -> Iterator[BrowserContext]:
    context = chromium.new_context(viewport={"width": 1280, "height": 800}, locale="en-GB")
    context.set_default_timeout(30_000)
    yield context
    context.close()


FIREFOX_WITH_ALL = pytest.param("firefox", marks=pytest.mark.long)
#: Runs a test in each browser. Firefox's pages have the Playwright methods that such tests use.
in_both_browsers = pytest.mark.parametrize("visitor", ["chromium", "firefox"], indirect=True)
#: Runs a test in Chromium, and with ``--all`` in Firefox. For behavior that does not depend on the engine.
in_firefox_with_all = pytest.mark.parametrize("visitor", ["chromium", FIREFOX_WITH_ALL], indirect=True)


@pytest.fixture
def visitor(request: pytest.FixtureRequest) -> Iterator[Visitor]:
    """A new visitor. The test fails on any uncaught error of a page, and on any request to another machine."""
    if getattr(request, "param", "chromium") == "firefox":
        opening = request.getfixturevalue("firefox").new_context()
    else:
        opening = chromium_context(request.getfixturevalue("chromium"))
    with opening as context:
        visitor = Visitor(context)
        yield visitor
    assert visitor.errors == []
    assert visitor.elsewhere() == []


@pytest.fixture
def page(visitor: Visitor) -> Page:
    """A page of the new visitor."""
    return visitor.context.new_page()
