"""The product as sites install it, in every way that we document.

FullStory must receive the same calls from all of them, to the last argument. The server prints the pasted code.
"""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.live_server import LiveServer, Site, publish_source, ways_to_install
from tests.browser.visitor import Visitor
from tests.browser.waiting import pass_time

SOURCE = "segment-browser-actions"
UUID = r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"

# Every page has the path and the title of the demo, so that its page calls are the same.
PATH, TITLE = "/demo/", "Demo site"
PAGE = {"path": PATH, "referrer": "", "search": "", "title": TITLE, "url": "ORIGIN" + PATH}

TRAITS = {"name": "Ada Lovelace", "email": "ada@example.com", "plan": "pro"}
ORDER = {"orderId": "50314b8e", "revenue": 99.9}

#: Calls of a page after its first `page()`.
SAID: list[tuple[Any, ...]] = [
    ("identify", TRAITS),
    ("identify", "user-1", TRAITS),
    ("track", "Order Completed", ORDER),
    ("track", "Menu Opened"),
    ("page", "Pricing"),
    ("page", "Docs", "Install"),
    ("page", "Docs", "Install", {"title": "Mine", "step": 2}),
    ("page", {"currency": "EUR"}),
]


def call(operation: str, options: dict[str, Any], version: int = 2) -> dict[str, Any]:
    return {"args": [operation, options, SOURCE], "version": version}


def page_call(version: int = 2, **properties: Any) -> dict[str, Any]:
    return call("setProperties", {"type": "page", "properties": {**PAGE, **properties}}, version)


KNOWN = {**TRAITS, "displayName": "Ada Lovelace"}

#: FACTS, section 1: the calls of the three V2 presets.
V2_CALLS = [
    page_call(),
    call("setProperties", {"type": "user", "properties": {**KNOWN, "segmentAnonymousId": "ANONYMOUS"}}),
    call("setIdentity", {"uid": "user-1", "properties": {**KNOWN, "segmentAnonymousId": "ANONYMOUS"}}),
    call("trackEvent", {"name": "Order Completed", "properties": ORDER}),
    call("trackEvent", {"name": "Menu Opened", "properties": {}}),
    page_call(pageName="Pricing", name="Pricing"),
    page_call(pageName="Docs", category="Docs", name="Install"),
    page_call(pageName="Docs", category="Docs", name="Install", title="Mine", step=2),
    page_call(currency="EUR"),
]

#: The same in the legacy API, whose `identify` makes two entries in FullStory's queue.
V1_CALLS = [
    page_call(1),
    call(
        "setProperties", {"type": "user", "properties": {**KNOWN, "segmentAnonymousId_str": "ANONYMOUS"}}, 1
    ),
    call("setProperties", {"type": "user", "properties": {"uid": "user-1"}}, 1),
    call(
        "setProperties", {"type": "user", "properties": {**KNOWN, "segmentAnonymousId_str": "ANONYMOUS"}}, 1
    ),
    *[{**made, "version": 1} for made in V2_CALLS[3:]],
]


def fullstory_calls(page: Page, count: int) -> list[dict[str, Any]]:
    """The calls that FullStory received after its setup, once there are ``count`` and no more follow.

    The anonymous ID is checked for its shape, the site's origin is replaced, and the time is omitted.
    """
    told = "(window.fsCalls || []).filter((call) => call.args[0] !== 'init')"
    page.wait_for_function(f"(count) => {told}.length >= count", arg=count)
    pass_time(page, 150)
    calls = page.evaluate(told)
    assert [made["time"] for made in calls] == sorted(made["time"] for made in calls)
    text = json.dumps([{key: made[key] for key in ("args", "version")} for made in calls])
    text = text.replace(page.evaluate("location.origin"), "ORIGIN")
    return json.loads(re.sub(rf'("segmentAnonymousId(?:_str)?": )"{UUID}"', r'\1"ANONYMOUS"', text))


def html(head: str) -> str:
    return f'<!doctype html><html><title>{TITLE}</title><link rel="icon" href="data:,">{head}</html>'


def script_of(said: list[tuple[Any, ...]]) -> str:
    """JavaScript that makes these calls on `analytics`."""
    lines = [f"analytics.{method}({', '.join(map(json.dumps, args))});" for method, *args in said]
    return "\n".join(lines)


def queued(said: list[tuple[Any, ...]]) -> str:
    """A script that makes these calls whether or not `analytics` has loaded."""
    calls = [f"(window.analytics = window.analytics || []).push({json.dumps(call)});" for call in said]
    return "<script>" + "\n".join(calls) + "</script>"


def tag(server: LiveServer, write_key: str = "demo") -> str:
    """The code that a web developer pastes."""
    return f'<script async src="{server.url}/analytics.js/v1/{write_key}/analytics.min.js"></script>'


def render(oracle: Path, expression: str) -> str:
    """The output of a snippet package for our host. It uses http: a server on loopback has no certificate."""
    command = ["node", "-e", f"process.stdout.write({expression})"]
    done = subprocess.run(command, cwd=oracle, capture_output=True, text=True, check=True)
    return done.stdout.replace("https://", "http://")


def segment_snippet(oracle: Path, server: LiveServer, write_key: str = "demo") -> str:
    options = {"apiKey": write_key, "host": server.host}
    return render(oracle, f"require('@segment/snippet').min({json.dumps(options)})")


def press(page: Page, form: str, values: dict[str, str]) -> None:
    """Fill in one of the demo's forms, and submit it."""
    within = page.get_by_role("form", name=form)
    for label, value in values.items():
        within.get_by_label(label).fill(value)
    within.get_by_role("button", name=form).click()


def test_it_sends_from_the_demo_site(server: LiveServer, page: Page) -> None:
    page.goto(f"{server.url}/demo/")
    traits = {"Name": "Ada Lovelace", "Email": "ada@example.com", "Other traits": '{"plan": "pro"}'}
    press(page, "Identify", {"User ID": "", **traits})
    press(page, "Identify", {"User ID": "user-1", **traits})
    press(page, "Track", {"Event name": "Order Completed", "Properties": json.dumps(ORDER)})
    press(page, "Track", {"Event name": "Menu Opened", "Properties": ""})
    press(page, "Page", {"Category": "", "Page name": "Pricing", "Properties": ""})
    press(page, "Page", {"Category": "Docs", "Page name": "Install", "Properties": "{}"})
    press(
        page,
        "Page",
        {"Category": "Docs", "Page name": "Install", "Properties": '{"title": "Mine", "step": 2}'},
    )
    press(page, "Page", {"Category": "", "Page name": "", "Properties": '{"currency": "EUR"}'})
    assert fullstory_calls(page, len(V2_CALLS)) == V2_CALLS


def test_it_sends_calls_queued_before_the_script(
    server: LiveServer, site: Site, page: Page, visitor: Visitor
) -> None:
    with_call, bare = ways_to_install(server, "demo")["tag"]
    site.pages[PATH] = html(with_call + queued(SAID))
    page.goto(site.url + PATH)
    assert fullstory_calls(page, len(V2_CALLS)) == V2_CALLS
    assert visitor.paths() == [PATH, "/analytics.js/v1/demo/analytics.min.js", "/demo/fs.js"]
    site.pages[PATH] = html(bare + queued([("page",), *SAID]))
    page.goto(site.url + PATH)
    # The visitor is known by now: the calls are the same, with an ID.
    assert len(fullstory_calls(page, len(V2_CALLS))) == len(V2_CALLS)


#: Values of a page under the name of the queue.
NAMED_ANALYTICS = {
    "an element": '<div id="analytics"></div>',
    "an object": "<script>analytics = {}</script>",
    "an object that is read-only": "<script>analytics = Object.freeze({})</script>",
    "text": "<script>analytics = 'UA-1'</script>",
    "a constant": "<script>const analytics = {}; window.analytics = null</script>",
}


@pytest.mark.parametrize("named", NAMED_ANALYTICS)
@pytest.mark.parametrize("way", ["tag", "tag-manager"])
def test_it_sends_the_page_view_where_the_name_is_taken(
    server: LiveServer, site: Site, page: Page, visitor: Visitor, way: str, named: str
) -> None:
    [code, *_] = ways_to_install(server, "demo")[way]
    site.pages[PATH] = html(NAMED_ANALYTICS[named] + code)
    page.goto(site.url + PATH)
    assert fullstory_calls(page, 1) == V2_CALLS[:1]


def test_it_sends_from_a_pinned_tag(server: LiveServer, site: Site, page: Page, visitor: Visitor) -> None:
    settings = {"orgId": "o-DEMO-na1", "script": server.stand_in}
    presets = ["Identify User V2", "Track Custom Event V2", "Viewed Page V2"]
    publish_source(server, "pinned", settings=settings, presets=presets)
    [pinned] = ways_to_install(server, "pinned")["pinned"]
    server.manage(
        "shell",
        "-c",
        """
from fullstory_dest.services.publishing.publish import publish
source = Source.objects.get(environments__write_key="pinned")
source.destinations.get().mappings.all().delete()
publish(source.production)
""",
    )
    server.wait_until("pinned", lambda config: not config["destinations"][0]["mappings"])
    site.pages[PATH] = html(pinned + queued(SAID))
    page.goto(site.url + PATH)
    assert fullstory_calls(page, len(V2_CALLS)) == V2_CALLS
    assert [path.rpartition("/")[0] for path in visitor.paths()[1:2]] == ["/v1/sources/pinned/releases"]
    assert pinned != ways_to_install(server, "pinned")["pinned"][0]

    site.pages[PATH] = html(pinned.replace("sha256-", "sha256-A"))
    page.goto(site.url + PATH)
    assert page.evaluate("Array.isArray(analytics)"), "another digest is refused"


def test_it_sends_from_segments_snippet_with_our_host(
    server: LiveServer, site: Site, oracle: Path, page: Page, visitor: Visitor
) -> None:
    _, whole = ways_to_install(server, "demo")["segment"]
    assert whole == f"<script>\n{segment_snippet(oracle, server)}\n</script>"
    site.pages[PATH] = html(f"{whole}<script>{script_of(SAID)}</script>")
    page.goto(site.url + PATH)
    assert fullstory_calls(page, len(V2_CALLS)) == V2_CALLS
    assert visitor.paths() == [PATH, "/analytics.js/v1/demo/analytics.min.js", "/demo/fs.js"]


@pytest.mark.parametrize("rendered", ["min", "max"])
def test_it_sends_from_a_sites_snippet_with_one_changed_line(
    server: LiveServer, site: Site, oracle: Path, page: Page, rendered: str
) -> None:
    line, _ = ways_to_install(server, "demo")["segment"]
    theirs = render(oracle, f"require('@segment/snippet').{rendered}({{apiKey: 'demo'}})")
    changed, count = re.subn(r't\.src ?= ?"http://cdn\.segment\.com/.*?\.min\.js";', lambda _: line, theirs)
    assert count == 1
    site.pages[PATH] = html(f"<script>{changed}</script><script>{script_of(SAID)}</script>")
    page.goto(site.url + PATH)
    assert fullstory_calls(page, len(V2_CALLS)) == V2_CALLS


def application(site: Site, oracle: Path, folder: Path, module: str, attributes: str = "") -> str:
    """The head of a page whose application imports Segment's package, with the module as analytics.js.

    An import map replaces npm and a bundler, for the bundle of the package.
    """
    # Its imports on load, besides the bundle. An application has these in its files.
    for folder_of in ("/ajs/", "/analytics-next/bundles/"):
        site.folders[folder_of] = oracle / "node_modules/@segment/analytics-next/dist/umd"
    site.folders["/app/"] = folder
    (folder / "segment.js").write_text("export const { AnalyticsBrowser } = window.AnalyticsNext;")
    (folder / "analytics.js").write_text(module)
    names = json.dumps({"imports": {"@segment/analytics-next": "/app/segment.js"}})
    return (
        f"<script {attributes}>window.analytics = {{ _cdn: location.origin }}</script>"
        f'<script src="/ajs/index.js" {attributes}></script>'
        f'<script type="importmap" {attributes}>{names}</script>'
    )


def test_it_sends_from_segments_package_with_our_plugin(
    server: LiveServer, site: Site, oracle: Path, page: Page, visitor: Visitor, tmp_path: Path
) -> None:
    _, module = ways_to_install(server, "demo")["npm"]
    says = "\n".join(f"await {line}" for line in script_of(SAID).splitlines())
    site.pages[PATH] = html(
        f"""{application(site, oracle, tmp_path, module)}
        <script type="module">
          import {{ analytics }} from '/app/analytics.js';
          {says}
        </script>"""
    )
    page.goto(site.url + PATH)
    assert fullstory_calls(page, len(V2_CALLS)) == V2_CALLS
    assert "/v1/projects/demo/settings" in visitor.paths()
    assert any(path.startswith("/next-integrations/actions/fullstory/") for path in visitor.paths())


#: Google Tag Manager's handling of a Custom HTML tag: it recreates scripts from their text and src.
TAG_MANAGER = """
for (const theirs of new DOMParser().parseFromString(html, 'text/html').querySelectorAll('script')) {
  const script = document.createElement('script');
  script.async = false;
  script.type = 'text/javascript';
  script.id = theirs.id;
  script.text = theirs.text;
  if (theirs.src) script.src = theirs.src;
  document.body.insertBefore(script, null);
}
"""


def test_it_sends_from_a_google_tag_manager_tag_once(
    server: LiveServer, site: Site, page: Page, visitor: Visitor
) -> None:
    [custom_html] = ways_to_install(server, "demo")["tag-manager"]
    manage = f"const html = {json.dumps(custom_html)};{TAG_MANAGER}".replace("</", "<\\/")
    # It can fire twice, before the script has loaded and after.
    site.pages[PATH] = html(f"<body><script>{{{manage}}}{{{manage}}}</script>{queued(SAID)}")
    page.goto(site.url + PATH)
    assert fullstory_calls(page, len(V2_CALLS)) == V2_CALLS
    page.evaluate(f"() => {{ {manage.replace(chr(92) + '/', '/')} }}")
    assert len(fullstory_calls(page, len(V2_CALLS))) == len(V2_CALLS)
    assert visitor.paths() == [PATH, "/analytics.js/v1/demo/analytics.min.js", "/demo/fs.js"]


def test_it_leaves_segments_snippet_alone_in_google_tag_manager(
    server: LiveServer, site: Site, page: Page, visitor: Visitor
) -> None:
    ways = ways_to_install(server, "demo")
    [custom_html], (_, whole) = ways["tag-manager"], ways["segment"]
    site.pages[PATH] = html(whole + custom_html)
    page.goto(site.url + PATH)
    assert fullstory_calls(page, 1) == V2_CALLS[:1]
    assert visitor.paths().count("/analytics.js/v1/demo/analytics.min.js") == 1


def test_it_calls_the_legacy_api_from_legacy_presets(
    server: LiveServer, site: Site, oracle: Path, page: Page, visitor: Visitor
) -> None:
    publish_source(
        server,
        "legacy",
        settings={"orgId": "o-DEMO-na1", "script": server.stand_in},
        presets=["Identify User", "Track Custom Event", "Viewed Page"],
    )
    site.pages[PATH] = html(
        f"<script>{segment_snippet(oracle, server, 'legacy')}</script><script>{script_of(SAID)}</script>"
    )
    page.goto(site.url + PATH)
    assert fullstory_calls(page, len(V1_CALLS)) == V1_CALLS


def test_it_makes_one_request_before_the_first_call(
    server: LiveServer, site: Site, page: Page, visitor: Visitor
) -> None:
    said = script_of([("page",)])
    site.pages[PATH] = html(
        f"""{tag(server)}<script>
          analytics = [];
          analytics.page = (...args) => analytics.push(['page', ...args]);
          {said}
        </script>"""
    )
    page.goto(site.url + PATH)
    fullstory_calls(page, 1)
    assert visitor.paths() == [PATH, "/analytics.js/v1/demo/analytics.min.js", "/demo/fs.js"]


def test_it_runs_under_a_strict_content_security_policy(
    server: LiveServer, site: Site, page: Page, visitor: Visitor
) -> None:
    site.headers["Content-Security-Policy"] = f"default-src 'none'; script-src {server.url}; img-src data:"
    site.pages[PATH] = html(tag(server))
    page.goto(site.url + PATH)
    page.wait_for_function("window.fsCalls")
    # With the debugger, which the policy does not restrict.
    page.evaluate("analytics.track('Order Completed', {orderId: '50314b8e', revenue: 99.9})")
    assert fullstory_calls(page, 1) == [V2_CALLS[3]]
    assert [line for line in visitor.console if "Content Security Policy" in line] == []


@pytest.mark.parametrize("generate", ["generateSnippetText", "generateSnippetTextV2"])
def test_it_keeps_fullstory_of_the_page(
    server: LiveServer, site: Site, oracle: Path, page: Page, visitor: Visitor, generate: str
) -> None:
    options = {
        "orgId": "o-OTHER-na1",
        "host": "fullstory.com",
        "script": f"{server.host}/demo/fs.js",
        "namespace": "FS",
    }
    pasted = render(oracle, f"require('@fullstory/snippet').{generate}({json.dumps(options)})")
    site.pages[PATH] = html(
        f"""<script>{pasted}</script>
        <script>own = FS; FS('trackEvent', {{name: 'Own', properties: {{}}}})</script>
        <script>analytics = [['track', 'Ours']]</script>
        {tag(server)}"""
    )
    page.goto(site.url + PATH)
    calls = fullstory_calls(page, 2)
    assert {"args": ["trackEvent", {"name": "Own", "properties": {}}], "version": 2} in calls
    assert call("trackEvent", {"name": "Ours", "properties": {}}) in calls
    assert len(calls) == 2
    assert page.evaluate("FS === own")
    assert visitor.paths().count("/demo/fs.js") == 1
    assert [line for line in visitor.console if "conflict" in line] == []


def test_it_skips_a_failing_mapping_and_logs_why(
    server: LiveServer, site: Site, page: Page, visitor: Visitor
) -> None:
    track = {"action": "trackEventV2", "trigger": 'type = "track"'}
    publish_source(
        server,
        "throwing",
        settings={"orgId": "o-DEMO-na1", "script": server.stand_in, "debug": True},
        mappings=[
            {"name": "Before", **track, "fields": {"name": "Before"}},
            {"name": "Nameless", **track, "fields": {"name": {"@path": "$.properties.missing"}}},
            {"name": "After", **track, "fields": {"name": "After"}},
        ],
    )
    site.pages[PATH] = html(f"<script>analytics = [['track', 'Anything']]</script>{tag(server, 'throwing')}")
    page.goto(site.url + PATH)
    assert fullstory_calls(page, 2) == [
        call("trackEvent", {"name": name, "properties": {}}) for name in ("Before", "After")
    ]
    [why] = [line for line in visitor.console if "Nameless" in line]
    assert "name is missing" in why


def test_it_keeps_the_page_working_with_a_disabled_source(server: LiveServer, page: Page) -> None:
    page.goto(f"{server.url}/demo/")
    expect(page.get_by_role("alert").filter(visible=True)).to_have_count(0)
    try:
        switch_source(server, "demo", enabled=False)
        page.reload()
        expect(page.get_by_role("alert").filter(visible=True)).to_contain_text("Not published")
        press(page, "Track", {"Event name": "Order Completed"})
        assert page.evaluate("window.fsCalls") is None
    finally:
        switch_source(server, "demo", enabled=True)
    page.reload()
    assert fullstory_calls(page, 1) == V2_CALLS[:1]


def switch_source(server: LiveServer, write_key: str, *, enabled: bool) -> None:
    """Disable or enable a source, and wait until delivery serves it."""
    server.manage(
        "shell",
        "-c",
        f"Source.objects.filter(environments__write_key={write_key!r}).update(enabled={enabled})",
    )
    server.wait_until(write_key, lambda config: bool(config["destinations"]) is enabled)
