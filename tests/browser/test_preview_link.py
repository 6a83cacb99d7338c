"""Preview links on a customer's site: one browser gets the drafts, and all others what is live."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import chromium_context, in_firefox_with_all
from tests.browser.live_server import LiveServer, Site, publish_source, ways_to_install
from tests.browser.test_installs import application, html, segment_snippet, tag
from tests.browser.visitor import Visitor
from tests.browser.waiting import pass_time

KEY = "previewed"
QUEUE = "<script>analytics = [['track', 'A'], ['track', 'B']]</script>"
MAPPING = {
    "name": "Track",
    "action": "trackEventV2",
    "trigger": 'type = "track"',
    "fields": {"name": "live"},
}

PANEL = "document.querySelector('fullstory-debug')?.shadowRoot"

Link = Callable[..., str]


@pytest.fixture(scope="module", autouse=True)
def source(server: LiveServer) -> None:
    """A source whose live mapping calls every event "live"."""
    settings = {"orgId": "o-SHOP-na1", "script": server.stand_in}
    publish_source(server, KEY, settings=settings, mappings=[MAPPING])
    server.manage(
        "shell", "-c", f"Source.objects.filter(environments__write_key={KEY!r}).update(name='Shop & Co')"
    )
    publish_source(server, "foreign", settings=settings, mappings=[MAPPING])


@pytest.fixture(autouse=True)
def drafts(server: LiveServer) -> None:
    """Drafts that call every event "draft"."""
    save_draft(server, "draft")


@pytest.fixture
def other(chromium: Browser) -> Iterator[Visitor]:
    """Another visitor, at the same time."""
    with chromium_context(chromium) as context:
        yield Visitor(context)


def save_draft(server: LiveServer, name: str, key: str = KEY) -> None:
    server.manage(
        "shell",
        "-c",
        f"""
mapping = Mapping.objects.get(destination__source__environments__write_key={key!r})
mapping.fields = {{"name": {name!r}}}
mapping.save()
""",
    )


@pytest.fixture
def link(server: LiveServer, site: Site) -> Link:
    def create(path: str = "/", key: str = KEY, then: str = "", **values: Any) -> str:
        """The URL of a new link. ``then`` is Python that changes the ``link``."""
        return server.manage(
            "shell",
            "-c",
            f"""
from datetime import timedelta
from django.utils import timezone
from fullstory_dest.services.previews.preview_link import create_preview_link, preview_url, revoke_preview_link
from tests.factories import an_owner
source = Source.objects.get(environments__write_key={key!r})
link = create_preview_link(source.production, by=an_owner(), page_url={site.url + path!r}, **{values!r})
{then}
print(preview_url(link))
""",
        ).split()[-1]

    return create


def panel(page: Page) -> Any:
    return page.get_by_role("region", name="FullStory debug")


def wait_for_notice(page: Page, text: str) -> None:
    """Wait until the panel's bar contains a text, in both browsers."""
    page.wait_for_function(f"{PANEL}?.querySelector('.notice')?.textContent.includes({text!r})")


def wait_for_start(page: Page) -> None:
    page.wait_for_function("window.analytics && analytics.initialized")


def sent(page: Page) -> list[str]:
    """The names of the events that FullStory received."""
    pass_time(page, 150)
    made = "(window.fsCalls || []).map(({args}) => args).filter(([name]) => name == 'trackEvent')"
    return page.evaluate(f"{made}.map(([, {{name}}]) => name)")


def shown(page: Page) -> list[str]:
    """The calls in the panel, oldest first."""
    page.wait_for_function(f"{PANEL}?.querySelectorAll('ol > li').length > 0")
    pass_time(page, 150)
    page.evaluate(f"{PANEL}.querySelectorAll('ol details').forEach((each) => (each.open = true))")
    pass_time(page, 50)
    texts: list[str] = page.evaluate(
        f"[...{PANEL}.querySelectorAll('.mapping pre')].reverse().map((each) => each.textContent)"
    )
    calls = [re.search(r'"name": "(\w+)"', text) for text in texts if "trackEvent" in text]
    return [found[1] for found in calls if found]


def test_it_shows_drafts_to_one_of_two_visitors(
    server: LiveServer, site: Site, page: Page, visitor: Visitor, other: Visitor, link: Link
) -> None:
    site.pages["/"] = html(QUEUE + tag(server, KEY))
    page.goto(link())
    elsewhere = other.context.new_page()
    elsewhere.goto(site.url)
    wait_for_start(page)
    notice = panel(page).locator(".notice")
    expect(notice).to_contain_text("Previewing drafts of Shop & Co, as of ")
    expect(notice).to_contain_text("It would replace release #1")
    assert shown(page) == ["draft", "draft"]
    assert sent(page) == []
    assert sent(elsewhere) == ["live", "live"]
    assert other.paths() == ["/", f"/analytics.js/v1/{KEY}/analytics.min.js", "/demo/fs.js"]
    assert "/demo/fs.js" not in visitor.paths(), "fs.js is not loaded for calls that are only shown"
    assert page.url == site.url + "/", "the token is not in the address bar"


def test_it_previews_across_pages_until_exit(server: LiveServer, site: Site, page: Page, link: Link) -> None:
    site.pages["/"] = site.pages["/cart"] = html(QUEUE + tag(server, KEY))
    page.goto(link("/?color=red"))
    assert page.url == site.url + "/?color=red"
    wait_for_start(page)
    page.goto(site.url + "/cart")
    wait_for_start(page)
    assert shown(page) == ["draft", "draft"]
    with page.expect_navigation():
        panel(page).get_by_role("button", name="Exit", exact=True).click()
    wait_for_start(page)
    assert sent(page) == ["live", "live"]
    expect(panel(page)).to_have_count(0)
    assert page.evaluate("[sessionStorage.fs_preview, document.cookie.includes('fs_')]") == [None, False]


def test_it_shows_live_in_other_tabs(server: LiveServer, site: Site, page: Page, link: Link) -> None:
    site.pages["/"] = html(QUEUE + tag(server, KEY))
    page.goto(site.url + "/?fs_debug=1")
    page.wait_for_function("window.fsCalls")
    expect(panel(page).locator(".notice")).to_be_hidden()
    page.goto(link())
    wait_for_start(page)
    tab = page.context.new_page()
    for _load in range(2):
        tab.goto(site.url)
        tab.wait_for_function("window.fsCalls")
        expect(panel(tab).locator(".notice")).to_contain_text("This tab shows what is live. A preview link")
        assert sent(tab) == ["live", "live"]
    with tab.expect_navigation():
        panel(tab).get_by_role("button", name="Exit", exact=True).click()
    wait_for_start(tab)
    expect(panel(tab)).to_have_count(0)


def test_it_shows_a_saved_draft_at_the_next_load(
    server: LiveServer, site: Site, page: Page, link: Link
) -> None:
    site.pages["/"] = html(QUEUE + tag(server, KEY))
    page.goto(link())
    wait_for_start(page)
    assert shown(page) == ["draft", "draft"]
    save_draft(server, "newer")
    page.reload()
    wait_for_start(page)
    assert shown(page) == ["newer", "newer"]


def test_it_sends_calls_only_if_the_link_says_so(
    server: LiveServer, site: Site, page: Page, link: Link
) -> None:
    site.pages["/"] = html(QUEUE + tag(server, KEY))
    page.goto(link(sends_calls=True))
    page.wait_for_function("window.fsCalls")
    expect(panel(page).locator(".notice")).to_contain_text("Calls are sent to FullStory.")
    assert sent(page) == ["draft", "draft"]


def test_it_explains_the_empty_list_of_the_demo(
    server: LiveServer, page: Page, visitor: Visitor, link: Link
) -> None:
    page.goto(f"{server.url}/demo/#{link(key='demo').partition('#')[2]}")
    expect(page.get_by_role("alert").filter(visible=True)).to_contain_text("none are sent to FullStory")
    page.reload()
    expect(page.get_by_role("alert").filter(visible=True)).to_contain_text("none are sent to FullStory")
    assert visitor.errors == []


def test_it_previews_a_release(server: LiveServer, site: Site, page: Page, link: Link) -> None:
    site.pages["/"] = html(QUEUE + tag(server, KEY))
    page.goto(link(then="link.release = source.releases.get(); link.save()"))
    wait_for_start(page)
    expect(panel(page).locator(".notice")).to_contain_text("Previewing release #1 of Shop & Co")
    assert shown(page) == ["live", "live"]
    assert sent(page) == []


PROBLEMS = {
    "expired": ("link.expires_at = timezone.now(); link.save()", "the link has expired"),
    "revoked": ("revoke_preview_link(link)", "the link was revoked"),
    "foreign": ("", "the link is for the tag of foreign"),
    "broken": (
        "Mapping.objects.filter(destination__source=source).update(trigger='type =')",
        "the drafts have problems",
    ),
}


@pytest.mark.parametrize("kind", PROBLEMS)
def test_it_shows_live_and_why_without_a_preview(
    server: LiveServer, site: Site, page: Page, link: Link, kind: str
) -> None:
    then, why = PROBLEMS[kind]
    site.pages["/"] = html(QUEUE + tag(server, KEY))
    page.goto(link(key="foreign" if kind == "foreign" else KEY, then=then))
    page.wait_for_function("window.fsCalls")
    notice = panel(page).locator(".notice")
    expect(notice).to_contain_text(f"Preview not available: {why}. This page shows what is live.")
    assert sent(page) == ["live", "live"]
    if kind == "broken":
        expect(notice).to_contain_text("Track")
        server.manage(
            "shell",
            "-c",
            f"mappings = Mapping.objects.filter(destination__source__environments__write_key={KEY!r})\n"
            "mappings.update(trigger='type = \"track\"')",
        )


def test_it_shows_live_for_a_forged_token(server: LiveServer, site: Site, page: Page, link: Link) -> None:
    site.pages["/"] = html(QUEUE + tag(server, KEY))
    page.goto(link()[:-2] + "xx")
    page.wait_for_function("window.fsCalls")
    expect(panel(page).locator(".notice")).to_contain_text("Preview not available: the link is invalid")
    assert sent(page) == ["live", "live"]


@pytest.mark.parametrize("way", ["address", "kept"])
def test_it_requests_no_script_for_what_is_no_token(
    server: LiveServer, site: Site, page: Page, visitor: Visitor, way: str
) -> None:
    site.pages["/"] = html(QUEUE + tag(server, KEY))
    token = "../../analytics.js/v1/foreign/analytics.min"
    if way == "kept":
        page.add_init_script(f"sessionStorage.fs_preview = {token!r}")
    page.goto(site.url + "/?" + (f"fs_preview={token}&" if way == "address" else "") + "fs_debug=1")
    page.wait_for_function("window.fsCalls")
    expect(panel(page).locator(".notice")).to_contain_text("Preview not available: the link is invalid")
    assert sent(page) == ["live", "live"]
    assert not [path for path in visitor.paths() if "foreign" in path]
    if way == "address":
        assert page.evaluate("sessionStorage.fs_preview") is None
        assert page.url == site.url + "/?fs_debug=1"


def test_it_shows_live_if_the_server_fails(server: LiveServer, site: Site, page: Page, link: Link) -> None:
    site.pages["/"] = html(QUEUE + tag(server, KEY))
    page.route("**/v1/preview/**", lambda route: route.abort())
    page.goto(link())
    page.wait_for_function("window.fsCalls")
    expect(panel(page).locator(".notice")).to_contain_text("the server could not be reached")
    assert sent(page) == ["live", "live"]


def test_it_ignores_a_preview_that_arrives_late(
    server: LiveServer, site: Site, page: Page, visitor: Visitor, link: Link
) -> None:
    site.pages["/"] = html(QUEUE + tag(server, KEY))
    held: list[Any] = []
    page.route("**/v1/preview/**", lambda route: held.append(route))
    page.goto(link(), wait_until="commit")
    page.wait_for_function("window.fsCalls")
    expect(panel(page).locator(".notice")).to_contain_text("the server did not answer within 5 seconds")
    held[0].continue_()
    pass_time(page, 500)
    assert sent(page) == ["live", "live"]
    assert page.evaluate("'fullstoryPreview' in window") is False


@pytest.mark.parametrize("broken", ["throws", "is missing"])
def test_it_previews_one_page_without_session_storage(
    server: LiveServer, site: Site, page: Page, link: Link, broken: str
) -> None:
    getter = "() => { throw Error('denied') }" if broken == "throws" else "() => undefined"
    page.add_init_script(f"Object.defineProperty(window, 'sessionStorage', {{get: {getter}}})")
    site.pages["/"] = html(QUEUE + tag(server, KEY))
    page.goto(link())
    wait_for_start(page)
    expect(panel(page).locator(".notice")).to_contain_text("Open the link again on the next page.")
    assert shown(page) == ["draft", "draft"]
    page.reload()
    page.wait_for_function("window.fsCalls")
    assert sent(page) == ["live", "live"]


def test_it_previews_beside_a_router_and_a_debug_parameter(
    server: LiveServer, site: Site, page: Page, link: Link
) -> None:
    site.pages["/"] = html(
        "<script>addEventListener('hashchange', () => { window.routed = true })</script>"
        + QUEUE
        + tag(server, KEY)
    )
    page.goto(link("/?a=1#/cart"))
    wait_for_start(page)
    assert page.url == site.url + "/?a=1#/cart"
    assert page.evaluate("window.routed") is None
    page.goto(link("/?fs_debug=1"))
    wait_for_start(page)
    assert page.url == site.url + "/?fs_debug=1"
    assert shown(page) == ["draft", "draft"]


@in_firefox_with_all
def test_it_previews_with_segments_snippet(
    server: LiveServer, site: Site, oracle: Path, page: Page, link: Link
) -> None:
    snippet = segment_snippet(oracle, server, KEY)
    site.pages["/"] = html(f"<script>{snippet}</script><script>analytics.track('A')</script>")
    page.goto(link())
    page.wait_for_function(f"{PANEL}?.querySelectorAll('ol > li').length === 2")
    assert shown(page) == ["draft"]
    assert sent(page) == []


def test_it_previews_under_a_strict_policy(
    server: LiveServer, site: Site, page: Page, visitor: Visitor, link: Link
) -> None:
    site.headers["Content-Security-Policy"] = f"default-src 'none'; script-src {server.url}"
    site.pages["/"] = html(tag(server, KEY))
    page.add_init_script("window.analytics = [['track', 'A'], ['track', 'B']]")
    page.goto(link())
    wait_for_start(page)
    assert shown(page) == ["draft", "draft"]
    # A policy that names our files one by one.
    files = [f"analytics.js/v1/{KEY}/analytics.min.js", "analytics.js/debug.min.js", "demo/fs.js"]
    allowed = " ".join(f"{server.url}/{file}" for file in files)
    site.headers["Content-Security-Policy"] = f"default-src 'none'; script-src {allowed}"
    page.goto(site.url)
    page.wait_for_function("window.fsCalls")
    expect(panel(page).locator(".notice")).to_contain_text("Content-Security-Policy blocks " + server.url)
    assert sent(page) == ["live", "live"]


def test_it_previews_one_of_two_sources(server: LiveServer, site: Site, page: Page, link: Link) -> None:
    named = tag(server, "foreign").replace(" async", ' async data-global-segment-analytics-key="mine"')
    site.pages["/"] = html(QUEUE + "<script>mine = [['track', 'C']]</script>" + tag(server, KEY) + named)
    page.goto(link())
    wait_for_start(page)
    page.wait_for_function("window.fsCalls && window.mine.initialized")
    expect(panel(page).locator(".notice")).to_contain_text("Previewing drafts of Shop & Co")
    assert sorted(shown(page)) == ["draft", "draft", "live"]
    assert sent(page) == ["live"]


def test_it_previews_a_snippet_that_loads_late(
    server: LiveServer, site: Site, page: Page, link: Link
) -> None:
    named = tag(server, "foreign").replace(" async", ' async data-global-segment-analytics-key="mine"')
    late = """<script>
polling = setInterval(() => {
  if (!window.fullstoryDebug) return;
  clearInterval(polling);
  document.head.append(Object.assign(document.createElement('script'), { src: '%s', onload: () => (isLate = true) }));
}, 10);
</script>"""
    snippet = f"{server.url}/analytics.js/v1/{KEY}/analytics.min.js"
    site.pages["/"] = html(QUEUE + "<script>mine = [['track', 'C']]</script>" + named + late % snippet)
    page.route("**/v1/preview/**", lambda route: None)
    page.goto(link(), wait_until="commit")
    page.wait_for_function("window.isLate")
    page.unroute("**/v1/preview/**")  # Its requests continue.
    wait_for_start(page)
    expect(panel(page).locator(".notice")).to_contain_text("Previewing drafts of Shop & Co")
    assert sorted(shown(page)) == ["draft", "draft", "live"]


def test_it_honors_privacy_signals_of_the_drafts(
    server: LiveServer, site: Site, page: Page, visitor: Visitor, link: Link
) -> None:
    server.manage(
        "shell", "-c", f"Source.objects.filter(environments__write_key={KEY!r}).update(honor_gpc=True)"
    )
    page.add_init_script("Object.defineProperty(navigator, 'globalPrivacyControl', {get: () => true})")
    site.pages["/"] = html(QUEUE + tag(server, KEY))
    page.goto(link(sends_calls=True))
    expect(panel(page).locator(".notice")).to_contain_text("Previewing drafts")
    expect(panel(page)).to_contain_text("No destination is enabled.")
    assert sent(page) == []
    assert "/demo/fs.js" not in visitor.paths()
    server.manage(
        "shell", "-c", f"Source.objects.filter(environments__write_key={KEY!r}).update(honor_gpc=False)"
    )


def test_it_waits_for_consent_of_the_drafts(server: LiveServer, site: Site, page: Page, link: Link) -> None:
    changed = (
        f"Destination.objects.filter(source__environments__write_key={KEY!r}).update(consent_categories={{}})"
    )
    server.manage("shell", "-c", changed.format(["ads"]))
    site.pages["/"] = html(QUEUE + tag(server, KEY))
    page.goto(link(sends_calls=True))
    wait_for_start(page)
    assert sent(page) == []
    page.evaluate("analytics.consent({ads: true})")
    page.wait_for_function("window.fsCalls")
    assert sent(page) == ["draft", "draft"]
    server.manage("shell", "-c", changed.format([]))


@pytest.fixture
def segments_package(server: LiveServer, site: Site, oracle: Path, tmp_path: Path) -> None:
    """A page whose application imports Segment's package, with our plugin."""
    _, module = ways_to_install(server, KEY)["npm"]
    site.pages["/"] = html(
        f"""{application(site, oracle, tmp_path, module)}
        <script type="module">
          import {{ analytics }} from '/app/analytics.js';
          analytics.track('A');
          await analytics.track('B');
          document.title = 'Done';
        </script>"""
    )


@in_firefox_with_all
@pytest.mark.usefixtures("segments_package")
def test_it_previews_with_segments_package(
    server: LiveServer, site: Site, page: Page, visitor: Visitor, other: Visitor, link: Link
) -> None:
    page.goto(link())
    elsewhere = other.context.new_page()
    elsewhere.goto(site.url)
    page.wait_for_function("document.title === 'Done'")
    wait_for_notice(page, "Previewing drafts of Shop & Co")
    assert shown(page) == ["draft", "draft"]
    assert sent(page) == []
    assert "/demo/fs.js" not in visitor.paths()
    elsewhere.wait_for_function("window.fsCalls")
    assert sent(elsewhere) == ["live", "live"]
    assert not {path for path in other.paths() if "debug" in path or "/preview/" in path}
    page.reload()
    page.wait_for_function("document.title === 'Done'")
    assert shown(page) == ["draft", "draft"]
    page.goto(link(sends_calls=True))
    page.wait_for_function("window.fsCalls")
    assert sent(page) == ["draft", "draft"]


@in_firefox_with_all
@pytest.mark.usefixtures("segments_package")
def test_it_shows_live_in_segments_package_without_a_preview(
    server: LiveServer, site: Site, page: Page, link: Link
) -> None:
    page.goto(link(then="revoke_preview_link(link)"))
    page.wait_for_function("window.fsCalls")
    wait_for_notice(page, "the link was revoked")
    assert sent(page) == ["live", "live"]
    page.goto(link(key="foreign"))
    page.wait_for_function("window.fsCalls")
    wait_for_notice(page, "the link is for the tag of foreign")
    assert sent(page) == ["live", "live"]


@in_firefox_with_all
@pytest.mark.usefixtures("segments_package")
def test_it_previews_once_beside_two_live_plugins(
    server: LiveServer, site: Site, oracle: Path, page: Page, link: Link, tmp_path: Path
) -> None:
    key = tmp_path.name  # Another one in each browser.
    settings = {"orgId": "o-SHOP-na1", "script": server.stand_in}
    publish_source(server, key, settings=settings, mappings=[MAPPING])
    server.manage(
        "shell",
        "-c",
        f"""
from fullstory_dest.services.publishing.publish import publish
source = Source.objects.get(environments__write_key={key!r})
second = Destination(source=source, settings={{**source.destinations.get().settings, "namespace": "FS2"}})
second.save()
publish(source.production)
second.delete()
""",
    )
    server.wait_until(key, lambda config: len(config["destinations"]) == 2)
    save_draft(server, "draft", key)
    site.pages["/"] = site.pages["/"].replace("/app/analytics.js", "/app/two.js")
    (tmp_path / "two.js").write_text(ways_to_install(server, key)["npm"][1])
    page.goto(link(key=key))
    page.wait_for_function("document.title === 'Done'")
    assert shown(page) == ["draft", "draft"]
    assert sent(page) == []


def test_it_ends_the_preview_with_the_debug_parameter(
    server: LiveServer, site: Site, page: Page, link: Link
) -> None:
    site.pages["/"] = html(QUEUE + tag(server, KEY))
    page.goto(link())
    wait_for_start(page)
    page.goto(site.url + "/?fs_debug=0")
    page.wait_for_function("window.fsCalls")
    assert sent(page) == ["live", "live"]
    assert page.evaluate("[sessionStorage.fs_preview, document.cookie.includes('fs_')]") == [None, False]


def test_it_explains_a_release_from_before_preview_links(
    server: LiveServer, site: Site, page: Page, link: Link
) -> None:
    def without_hook(route: Any) -> None:
        response = route.fetch()
        body = response.text()
        assert ",config:" in body
        route.fulfill(response=response, body=re.sub(r",config:\w+\}", "}", body))

    page.route("**/analytics.min.js", without_hook)
    site.pages["/"] = html(QUEUE + tag(server, KEY))
    page.goto(link())
    page.wait_for_function("window.fsCalls")
    expect(panel(page).locator(".notice")).to_contain_text("so publish the source again")
    assert sent(page) == ["live", "live"]
