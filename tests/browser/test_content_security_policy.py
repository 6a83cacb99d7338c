"""The Content-Security-Policy directives in our instructions are sufficient and minimal.

Playwright plays FullStory's hosts: our stand-in for its script requests what FullStory documents. A policy stops a
request before Playwright sees it.
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

#: Other requests of FullStory's script: settings, recordings, images and scripts of integrations.
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
    """A source with FullStory's hosts, and our instructions for a policy."""

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
    """The parts that work under a policy: the calls to FullStory, and each request of its script."""
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
    """Wait until everything is reached, or long enough for a busy machine."""
    found: set[str] = set()
    for _ in range(15):
        # With the debugger, which policies do not restrict.
        state: Any = page.evaluate(
            "[window.reached || [], (window.fsCalls || []).map((call) => call.args[0])]"
        )
        found = set(state[0]) | ({"calls"} if state[1] == ["init", "setProperties", "trackEvent"] else set())
        if found == ALL:
            break
        page.wait_for_timeout(100)
    return found


def with_nonce(html: str) -> str:
    """Add the nonce to inline scripts."""
    return re.sub(r"<script(?=[> ])(?![^>]*nonce)", f'<script nonce="{NONCE}"', html)


def without_nonce(html: str) -> str:
    return html.replace(f' nonce="{NONCE}"', "")


def allow_calls(context: BrowserContext) -> None:
    """Queue the calls before any script runs, because a policy without a nonce allows no inline script."""
    context.add_init_script(f"if (location.protocol != 'about:') window.analytics = {CALLS!r}")


def weakened(policy: str) -> list[str]:
    """The policy without one of its sources, for each of them."""
    directives = [directive.split() for directive in policy.split("; ")]
    return [
        "; ".join(
            " ".join(each if each is not directive else [*each[:place], *each[place + 1 :]])
            for each in directives
        )
        for directive in directives
        for place in range(1, len(directive))
    ]


def test_it_needs_exactly_these_directives_with_a_nonce(
    strict: Strict, context: BrowserContext, site: Site
) -> None:
    head = strict.tag + with_nonce(queued(CALLS[1:]))
    assert reached(context, site, strict.with_nonce, head) == ALL
    for policy in weakened(strict.with_nonce):
        assert reached(context, site, policy, head) < ALL, policy


def test_it_needs_exactly_these_directives_without_a_nonce(
    strict: Strict, context: BrowserContext, site: Site
) -> None:
    allow_calls(context)
    head = without_nonce(strict.tag)
    assert reached(context, site, strict.without_nonce, head) == ALL
    for policy in weakened(strict.without_nonce):
        assert reached(context, site, policy, head) < ALL, policy


def test_it_needs_only_the_nonce_with_strict_dynamic(
    strict: Strict, context: BrowserContext, site: Site
) -> None:
    policy = re.sub(r"script-src [^;]*", f"script-src 'nonce-{NONCE}' 'strict-dynamic'", strict.with_nonce)
    assert policy != strict.with_nonce
    assert reached(context, site, policy, strict.tag + with_nonce(queued(CALLS[1:]))) == ALL


def test_it_needs_our_host_in_script_src_for_segments_snippet(
    strict: Strict, context: BrowserContext, site: Site
) -> None:
    _, snippet = ways_to_install(strict.server, KEY)["segment"]
    head = with_nonce(snippet + "<script>analytics.track('Paid')</script>")
    assert reached(context, site, strict.with_nonce, head) == set()
    policy = strict.with_nonce.replace("script-src", f"script-src {strict.server.url}")
    assert reached(context, site, policy, head) == ALL


def test_it_needs_our_host_twice_for_segments_package(
    strict: Strict, context: BrowserContext, site: Site, oracle: Path, tmp_path: Path
) -> None:
    _, module = ways_to_install(strict.server, KEY)["npm"]
    nonce = f'nonce="{NONCE}"'
    head = application(site, oracle, tmp_path, module, nonce) + (
        f"<script type=module {nonce}>import {{ analytics }} from '/app/analytics.js';"
        "await analytics.track('Paid')</script>"
    )
    # Also its site: analytics.js imports a part that an application's bundle would include.
    scripts = strict.with_nonce.replace("script-src", f"script-src {strict.server.url} {site.url}")
    both = scripts.replace("connect-src", f"connect-src {strict.server.url}")
    assert reached(context, site, both, head) == ALL


def test_it_passes_the_nonce_on_in_google_tag_manager(
    strict: Strict, context: BrowserContext, site: Site
) -> None:
    [custom_html] = ways_to_install(strict.server, KEY)["tag-manager"]
    head = with_nonce(custom_html + queued(CALLS[1:]))
    assert reached(context, site, strict.with_nonce, head) == ALL


def test_it_needs_a_default_policy_for_trusted_types(
    strict: Strict, context: BrowserContext, site: Site
) -> None:
    policy = f"{strict.with_nonce}; require-trusted-types-for 'script'; trusted-types default"
    head = strict.tag + with_nonce(queued(CALLS[1:]))
    assert reached(context, site, policy, head) == set()
    let_through = with_nonce(f"<script>{strict.trusted_types}</script>")
    assert reached(context, site, policy, let_through + head) == ALL

    page = context.new_page()
    page.goto(site.url)
    refused = "(() => { try { document.createElement('script').src = 'https://evil.test/a.js' } catch { return 1 } })()"
    assert page.evaluate(refused) == 1
