"""The same page with analytics.js and with ours: the events that a destination receives, and what is stored.

Nothing uses the network: the browser's driver answers every request.
"""

from __future__ import annotations

import json
import re
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from functools import cache, partial
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Error, Page, Route

from fullstory_dest.compiler.artifacts import build_debug_script
from fullstory_dest.compiler.bundle import bundle
from fullstory_dest.compiler.used_instructions import used_instructions
from tests.browser.firefox import Firefox

ORACLE = Path(__file__).resolve().parent.parent / "oracle"
UMD = ORACLE / "node_modules/@segment/analytics-next/dist/umd"
SITE, CDN, SEARCH = "http://www.site.test", "https://cdn.test", "http://search.test/"

# A page that redirects, for browsers in which a referrer can't be set.
LEAD_ON = """<script>
onload = () => setTimeout(() => location.replace(decodeURIComponent(location.search.slice(1))));
</script>"""

# In sessionStorage, to keep what a page records just before it navigates.
RECORDER = """
window.keep = (list, value) => {
  const kept = JSON.parse(sessionStorage.getItem(list) || '[]');
  sessionStorage.setItem(list, JSON.stringify(kept.concat([value])));
};
window.record = (event) => keep('events', event);
window.note = (...values) => keep('notes', values);
window.FS = (operation, options) => { if (operation === 'trackEvent') record(options.properties); };
window.FS._api = 1;
"""

# A destination as analytics.js expects it.
REMOTE_PLUGIN = """
window.recorderDestination = () => {
  const hear = (ctx) => { record(ctx.event); return ctx; };
  return {
    name: 'Fullstory (Actions)', version: '1', type: 'destination', isLoaded: () => true, load: () => Promise.resolve(),
    track: hear, page: hear, screen: hear, identify: hear, group: hear, alias: hear,
  };
};
"""

SETTINGS = {
    "integrations": {"Segment.io": {"apiKey": "demo", "apiHost": "api.test", "retryQueue": False}},
    "metrics": {"sampleRate": 0},
    "remotePlugins": [
        {
            "name": "Fullstory (Actions)",
            "creationName": "Fullstory",
            "url": f"{CDN}/recorder.js",
            "libraryName": "recorderDestination",
            "settings": {},
        }
    ],
}

# One mapping that passes on every event as a whole.
CONFIG = {
    "writeKey": "demo",
    "apiHost": "",
    "destinations": [
        {
            "id": 1,
            "settings": {
                "orgId": "o-1",
                "namespace": "FS",
                "src": "https://cdn.test/s/fs.js?org=o-1",
                "env": {"orgId": "o-1", "host": "fullstory.com", "script": "cdn.test/s/fs.js"},
                "globals": {"org": "o-1", "host": "fullstory.com", "script": "cdn.test/s/fs.js"},
            },
            "mappings": [
                {
                    "id": 1,
                    "name": "Everything",
                    "action": "trackEventV2",
                    "trigger": ["!=", ["type"], ""],
                    "fields": ["object", {"name": "everything", "properties": ["path"]}],
                }
            ],
        }
    ],
}


@dataclass(frozen=True)
class Visit:
    """A page view. ``queued`` runs after the snippet, ``live`` (an async body) when analytics is there.

    ``leads`` is the path of the next page, if any. The time until then depends on the machine.
    """

    path: str = "/"
    head: str = ""
    body: str = ""
    before: str = ""
    options: str = "{}"
    queued: str = ""
    live: str = ""
    leads: str = ""


@dataclass(frozen=True)
class Outcome:
    """The result of a scenario: events at the destination, the page's notes, and the last URL."""

    url: str
    events: list[Any]
    notes: list[Any]
    cookies: list[Any]
    stored: dict[str, str]
    # Errors of the page. Not compared: analytics.js throws some on a slow machine.
    errors: list[str] = field(compare=False)


@cache
def pasted_snippet() -> str:
    """Segment's snippet, without load() and page()."""
    render = (
        "console.log(require('@segment/snippet').min({apiKey:'demo',host:'cdn.test',load:false,page:false}))"
    )
    return subprocess.run(
        ["node", "-e", render], cwd=ORACLE, check=True, capture_output=True, text=True
    ).stdout


@cache
def our_script() -> str:
    return bundle("snippet.js", f"install({json.dumps(CONFIG)})", used_instructions(CONFIG))


def answer(url: str, *, ours: bool | Callable[[], bool], pages: dict[str, str]) -> tuple[str, str]:
    """The content type and body of a URL. ``pages`` is the HTML of www.site.test by path."""
    path = re.sub(r"[?#].*", "", url.split("/", 3)[3])
    if url.startswith(SEARCH):
        return "text/html", LEAD_ON
    if url.startswith(SITE):
        document = pages.get("/" + path, "<!doctype html><title>Elsewhere</title>")
        return "text/html; charset=utf-8", document
    if path == "analytics.js/v1/demo/analytics.min.js":
        return "text/javascript", our_script() if (ours() if callable(ours) else ours) else (
            UMD / "standalone.js"
        ).read_text()
    if path == "analytics.js/debug.min.js":
        return "text/javascript", build_debug_script().body.decode()
    if path == "v1/projects/demo/settings":
        return "application/json", json.dumps(SETTINGS)
    if path == "recorder.js":
        return "text/javascript", REMOTE_PLUGIN
    if path.startswith("analytics-next/bundles/"):
        return "text/javascript", (UMD / path.rsplit("/", 1)[1]).read_text()
    return "application/json", '{"success": true}'


@contextmanager
def faked_site(
    browser: Browser, *, ours: bool | Callable[[], bool], pages: dict[str, str] | None = None
) -> Iterator[BrowserContext]:
    """A browser whose network is www.site.test and one of two CDNs. ``pages`` is HTML by path."""
    documents = {} if pages is None else pages

    def fulfill(route: Route) -> None:
        content_type, body = answer(route.request.url, ours=ours, pages=documents)
        headers = {"access-control-allow-origin": "*"}
        route.fulfill(content_type=content_type, headers=headers, body=body)

    context = browser.new_context(user_agent="Parity/1.0", locale="en-GB", timezone_id="Europe/Oslo")
    context.route("**/*", fulfill)
    try:
        yield context
    finally:
        context.close()


def document_of(visit: Visit) -> str:
    """The visit's page, with Segment's pasted snippet."""
    return (
        f"<!doctype html><html><head><title>Shop</title>{visit.head}"
        f"<script>{RECORDER}</script><script>{visit.before}</script><script>{pasted_snippet()}</script>"
        f"<script>analytics.load('demo', {visit.options});{visit.queued}</script></head>"
        f"<body>{visit.body}</body></html>"
    )


def settle(page: Page) -> None:
    """Wait until nothing changes: analytics.js delivers in later tasks, and a scenario can leave the page."""
    before = None
    while (now := _state(page)) != before:
        before = now
        page.wait_for_timeout(60)


def run(page: Page, live: str) -> None:
    """Run the body of an async function, which can leave the page before it ends."""
    try:
        page.evaluate(f"(async () => {{ {live} }})()")
    except Error as error:
        if "Execution context was destroyed" not in str(error):
            raise


def read(page: Page, expression: str) -> Any:
    """The value of an expression, once the next page has loaded."""
    for _ in range(20):
        try:
            return page.evaluate(expression)
        except Error as error:
            if "Execution context was destroyed" not in str(error):
                raise
        page.wait_for_timeout(250)
    return page.evaluate(expression)


def _state(page: Page) -> object:
    try:
        return page.evaluate("[location.href, document.readyState, sessionStorage.getItem('events')]")
    except Error:  # The page was navigating.
        return object()


def visitor_of(
    browser: Browser | Firefox, *, ours: bool, pages: dict[str, str]
) -> AbstractContextManager[Any]:
    """A new visitor of the faked site, in either browser."""
    if isinstance(browser, Firefox):
        return browser.new_context(partial(answer, ours=ours, pages=pages))
    return faked_site(browser, ours=ours, pages=pages)


def play(
    browser: Browser | Firefox, visits: tuple[Visit, ...], *, ours: bool | Sequence[bool], ordered: bool
) -> Outcome:
    """Play the visits in one browser, one after the other, and collect the results.

    ``ours`` says which script each visit uses, if they differ.
    """
    sides = [ours] * len(visits) if isinstance(ours, bool) else ours
    documents: dict[str, str] = {}
    errors: list[str] = []
    current = sides[0]
    with visitor_of(browser, ours=lambda: current, pages=documents) as context:
        page = context.new_page()
        page.on("pageerror", lambda error: errors.append(error.message))
        for visit, current in zip(visits, sides, strict=True):  # noqa: B007 - the network looks at it
            documents[re.sub(r"[?#].*", "", visit.path)] = document_of(visit)
            page.goto("about:blank")
            page.goto(SITE + visit.path, referer=SEARCH)
            page.wait_for_function("analytics.initialized === true")
            settle(page)
            run(page, visit.live)
            if visit.leads:
                page.wait_for_function(f"location.pathname === {json.dumps(visit.leads)}")
            settle(page)
        kept = read(page, "[sessionStorage.getItem('events'), sessionStorage.getItem('notes')]")
        stored = read(
            page, "Object.fromEntries(Object.keys(localStorage).map((key) => [key, localStorage[key]]))"
        )
        cookies = [describe(cookie) for cookie in context.cookies() if cookie["name"].startswith("ajs_")]
        url = page.url
    events, notes = (json.loads(text or "[]") for text in kept)
    events = [comparable(event) for event in events]
    if not ordered:
        for told in (events, notes):
            told.sort(key=lambda each: re.sub(UUID, "", json.dumps(each, sort_keys=True)))
    # analytics.js stores "null" for a missing ID. Ours stores nothing.
    stored = {key: text for key, text in sorted(stored.items()) if key.startswith("ajs_") and text != "null"}
    cookies.sort(key=lambda cookie: cookie["name"])
    return Outcome(
        **number_ids({"url": url, "events": events, "notes": notes, "cookies": cookies, "stored": stored}),
        errors=errors,
    )


UUID = r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"


def comparable(event: dict[str, Any]) -> dict[str, Any]:
    """An event without the parts that always differ: its ID, the time, and the library's name."""
    context = event["context"]
    context["library"] = sorted(context["library"])
    context.pop("userAgentData", None)
    event["messageId"] = re.sub(rf"^ajs-next-\d{{13}}-{UUID}$", "MESSAGE", event["messageId"])
    event["timestamp"] = re.sub(r"^20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$", "TIME", str(event["timestamp"]))
    return event


def describe(cookie: Any) -> dict[str, Any]:
    """A cookie with its lifetime in days, so that a second doesn't matter. None for a session cookie."""
    kept = {key: cookie[key] for key in ("name", "value", "domain", "path", "sameSite", "secure")}
    days = None if cookie["expires"] < 0 else round((cookie["expires"] - time.time()) / 86400)
    return {**kept, "days": days}


def number_ids(found: dict[str, Any]) -> dict[str, Any]:
    """The same with random IDs numbered in order of appearance, to compare which are equal."""
    numbers: dict[str, str] = {}

    def number(match: re.Match[str]) -> str:
        return numbers.setdefault(match[0], f"#{len(numbers)}")

    return json.loads(re.sub(UUID, number, json.dumps(found)))
