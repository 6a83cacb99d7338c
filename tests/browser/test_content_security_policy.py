"""The directives that we tell people to add to their policy are all that it takes, and none is too many.

FullStory's hosts are played by Playwright: its script is our stand-in, which then asks of them what FullStory documents
that they are asked for. A policy stops a request before Playwright sees it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route

from fullstory_dest.compiler.csp import NONCE
from tests.browser.live_server import ROOT, LiveServer, Site, publish_source, ways_to_install
from tests.browser.test_installs import application, queued

KEY = "strict"
CALLS = [["page"], ["track", "Paid"]]

#: What FullStory's script does besides: settings, recordings, images, and scripts of its integrations.
FULLSTORY = """
window.reached = [];
const reach = (what) => () => reached.push(what);
fetch('https://edge.fullstory.com/s/settings/o-1/v1/web').then(reach('settings')).catch(() => {});
fetch('https://rs.fullstory.com/rec/page', {method: 'POST'}).then(reach('recording')).catch(() => {});
Object.assign(new Image(), {onload: reach('image'), src: 'https://rs.fullstory.com/rec/beacon.svg'});
const script = document.createElement('script');
script.onload = reach('integrations');
try { script.src = 'https://rs.fullstory.com/rec/integrations'; document.head.append(script); } catch {}
"""
ALL = {"calls", "settings", "recording", "image", "integrations"}


class Strict(NamedTuple):
    """A source with FullStory's own hosts, and what we tell people to do under a policy."""

    server: LiveServer
    tag: str
    with_nonce: str
    without_nonce: str
    trusted_types: str


@pytest.fixture(scope="module")
def strict(server: LiveServer) -> Strict:
    publish_source(
        server, KEY, settings={"orgId": "o-1"}, presets=["Viewed Page V2", "Track Custom Event V2"]
    )
    return Strict(server, *ways_to_install(server, KEY)["csp"])


@pytest.fixture
def context(chromium: Browser) -> Iterator[BrowserContext]:
    """A browser in which FullStory's hosts answer."""

    def answer(route: Route) -> None:
        headers = {"access-control-allow-origin": "*"}
        path = re.sub(r".*fullstory\.com|[?].*", "", route.request.url)
        stand_in = (ROOT / "project/demo/fs.js").read_text() + FULLSTORY
        body, kind = {
            "/s/fs.js": (stand_in, "text/javascript"),
            "/rec/integrations": ("", "text/javascript"),
            "/rec/beacon.svg": (
                '<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"/>',
                "image/svg+xml",
            ),
        }.get(path, ("{}", "application/json"))
        route.fulfill(body=body, content_type=kind, headers=headers)

    context = chromium.new_context()
    context.set_default_timeout(30_000)
    context.route(re.compile(r"https://\w+\.fullstory\.com/"), answer)
    yield context
    context.close()


def reached(context: BrowserContext, site: Site, policy: str, head: str) -> set[str]:
    """What works on a page with a policy: FullStory hearing of the calls, and each thing that its script asks for."""
    site.headers["Content-Security-Policy"] = f"default-src 'none'; {policy}"
    site.pages["/"] = f"<!doctype html><title>Strict</title>{head}"
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(error.message))
    page.goto(site.url)
    found = _reached(page)
    page.close()
    assert errors == []
    return found


def _reached(page: Page) -> set[str]:
    """Waits until everything is reached, or for as long as is enough for it on a busy machine."""
    found: set[str] = set()
    for _ in range(15):
        # Through the debugger, which policies do not hold for.
        state: Any = page.evaluate(
            "[window.reached || [], (window.fsCalls || []).map((call) => call.args[0])]"
        )
        found = set(state[0]) | ({"calls"} if state[1] == ["init", "setProperties", "trackEvent"] else set())
        if found == ALL:
            break
        page.wait_for_timeout(100)
    return found


def with_nonce(html: str) -> str:
    """The page's own inline scripts have its nonce."""
    return re.sub(r"<script(?=[> ])(?![^>]*nonce)", f'<script nonce="{NONCE}"', html)


def without_nonce(html: str) -> str:
    return html.replace(f' nonce="{NONCE}"', "")


def allow_calls(context: BrowserContext) -> None:
    """Puts the calls into the queue before any script runs: a policy without a nonce lets in no inline one."""
    context.add_init_script(f"if (location.protocol != 'about:') window.analytics = {CALLS!r}")


def weakened(policy: str) -> list[str]:
    """The policy without one of its sources, in every way."""
    directives = [directive.split() for directive in policy.split("; ")]
    return [
        "; ".join(
            " ".join(each if each is not directive else [*each[:place], *each[place + 1 :]])
            for each in directives
        )
        for directive in directives
        for place in range(1, len(directive))
    ]


def test_with_a_nonce_just_these_directives_suffice(
    strict: Strict, context: BrowserContext, site: Site
) -> None:
    head = strict.tag + with_nonce(queued(CALLS[1:]))
    assert reached(context, site, strict.with_nonce, head) == ALL
    for policy in weakened(strict.with_nonce):
        assert reached(context, site, policy, head) < ALL, policy


def test_without_a_nonce_just_these_directives_suffice(
    strict: Strict, context: BrowserContext, site: Site
) -> None:
    allow_calls(context)
    head = without_nonce(strict.tag)
    assert reached(context, site, strict.without_nonce, head) == ALL
    for policy in weakened(strict.without_nonce):
        assert reached(context, site, policy, head) < ALL, policy


def test_with_strict_dynamic_the_nonce_is_all_that_scripts_need(
    strict: Strict, context: BrowserContext, site: Site
) -> None:
    policy = re.sub(r"script-src [^;]*", f"script-src 'nonce-{NONCE}' 'strict-dynamic'", strict.with_nonce)
    assert policy != strict.with_nonce
    assert reached(context, site, policy, strict.tag + with_nonce(queued(CALLS[1:]))) == ALL


def test_segments_snippet_needs_our_host_among_the_scripts(
    strict: Strict, context: BrowserContext, site: Site
) -> None:
    _, snippet = ways_to_install(strict.server, KEY)["segment"]
    head = with_nonce(snippet + "<script>analytics.track('Paid')</script>")
    assert reached(context, site, strict.with_nonce, head) == set()
    policy = strict.with_nonce.replace("script-src", f"script-src {strict.server.url}")
    assert reached(context, site, policy, head) == ALL


def test_segments_package_needs_our_host_among_scripts_and_connections(
    strict: Strict, context: BrowserContext, site: Site, oracle: Path, tmp_path: Path
) -> None:
    _, module = ways_to_install(strict.server, KEY)["npm"]
    nonce = f'nonce="{NONCE}"'
    head = application(site, oracle, tmp_path, module, nonce) + (
        f"<script type=module {nonce}>import {{ analytics }} from '/app/analytics.js';"
        "await analytics.track('Paid')</script>"
    )
    # Its own site, too: analytics.js imports a part of itself, which an application's bundle holds.
    scripts = strict.with_nonce.replace("script-src", f"script-src {strict.server.url} {site.url}")
    both = scripts.replace("connect-src", f"connect-src {strict.server.url}")
    assert reached(context, site, both, head) == ALL


def test_google_tag_managers_tag_hands_the_nonce_on(
    strict: Strict, context: BrowserContext, site: Site
) -> None:
    [custom_html] = ways_to_install(strict.server, KEY)["tag-manager"]
    head = with_nonce(custom_html + queued(CALLS[1:]))
    assert reached(context, site, strict.with_nonce, head) == ALL


def test_trusted_types_need_a_default_policy(strict: Strict, context: BrowserContext, site: Site) -> None:
    policy = f"{strict.with_nonce}; require-trusted-types-for 'script'; trusted-types default"
    head = strict.tag + with_nonce(queued(CALLS[1:]))
    assert reached(context, site, policy, head) == set()
    let_through = with_nonce(f"<script>{strict.trusted_types}</script>")
    assert reached(context, site, policy, let_through + head) == ALL

    page = context.new_page()
    page.goto(site.url)
    refused = "(() => { try { document.createElement('script').src = 'https://evil.test/a.js' } catch { return 1 } })()"
    assert page.evaluate(refused) == 1
