"""Hostile values and broken pages: the page keeps working, and all valid events are sent.

Each test fails on an error or an unhandled rejection in the page.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route

from fullstory_dest.compiler.artifacts import build_debug_script, build_snippet
from fullstory_dest.compiler.compile import compile_source
from tests.browser.firefox import Context as FirefoxContext
from tests.browser.firefox import Firefox
from tests.browser.parity import CDN, SITE, pasted_snippet
from tests.browser.waiting import pass_time
from tests.factories import ORG, destination_spec, presets_spec, source_spec

STAND_IN = (Path(__file__).resolve().parent.parent.parent / "project/demo/fs.js").read_text()

#: JavaScript expressions that pages should not pass, but some do.
VALUES = {
    "a __proto__ key": """
        JSON.parse('{"__proto__": {"polluted": 1}, "ok": 1, "deep": {"__proto__": {"polluted": 1}}}')""",
    "a constructor key": """
        JSON.parse('{"constructor": {"prototype": {"polluted": 1}}, "toString": 1, "hasOwnProperty": 1}')""",
    "a getter that throws": "({ok: 1, get bad() { throw Error('hostile') }})",
    "a deep getter that throws": "({ok: 1, deep: {get bad() { throw Error('hostile') }}})",
    "a cycle": "(() => { const made = {ok: 1}; made.self = made; return made })()",
    "a cycle of arrays": "(() => { const made = []; made.push(made); return {ok: 1, made} })()",
    "an element": "document.documentElement",
    "a deep element": "({ok: 1, element: document.body || document.head})",
    "the window": "window",
    "a deep window": "({ok: 1, window})",
    "a BigInt": "10n",
    "a deep BigInt": "({ok: 1, big: 10n, list: [10n]})",
    "a symbol": "Symbol('hostile')",
    "symbols and functions": "({ok: 1, symbol: Symbol('a'), [Symbol('b')]: 1, act() {}})",
    "a proxy that throws": "new Proxy({}, {get() { throw Error('hostile') }, ownKeys() { throw Error('hostile') }})",
    "a revoked proxy": "(() => { const {proxy, revoke} = Proxy.revocable({}, {}); revoke(); return proxy })()",
    "a toString that throws": "({ok: 1, toString() { throw Error('hostile') }, valueOf() { throw Error('hostile') }})",
    "a toJSON that throws": "({ok: 1, toJSON() { throw Error('hostile') }})",
    "a tag that throws": "({ok: 1, get [Symbol.toStringTag]() { throw Error('hostile') }})",
    "something deep": "(() => { let made = {}; for (let i = 0; i < 1e5; i++) made = {made}; return {ok: 1, made} })()",
    "no prototype": "Object.assign(Object.create(null), {ok: 1, deep: Object.create(null)})",
    "something frozen": "Object.freeze({ok: 1, deep: Object.freeze({list: Object.freeze([1])})})",
    "a promise that fails": "(() => { const made = Promise.reject(1); made.catch(() => {}); return made })()",
    "a thing with then": "({ok: 1, then() { throw Error('hostile') }})",
    "invalid dates": "({ok: 1, date: new Date(NaN)})",
    "a huge text": "({ok: 1, text: 'x'.repeat(6e6)})",
    "half a character": "({ok: '\\ud800', '\\udfff': 1})",
    "keys of cookies": "({ok: 1, 'a;b=c, d': '\\r\\n;=,\\0'})",
}

#: Calls made with each value. Each call is an entry of the queue.
CALLS = """(value) => [
    ['track', 'Hostile', value], ['track', 'Hostile', {value}], ['track', value],
    ['track', {event: 'Hostile', properties: value}],
    ['track', 'Hostile', {}, value], ['track', 'Hostile', {}, {context: value}],
    ['track', 'Hostile', {}, {integrations: value}],
    ['track', 'Hostile', {}, {context: {page: value}, timestamp: value, messageId: value}],
    ['page', value], ['page', 'Hostile', value], ['page', 'Hostile', {value}],
    ['page', 'Hostile', {title: value, path: value}],
    ['screen', value, value, value, value],
    ['identify', 'u', value], ['identify', 'u', {kept: 1, value}], ['identify', value], ['identify', {value}],
    ['identify', value, value, value],
    ['group', 'g', value], ['group', value], ['group', 'g', {value}], ['alias', value], ['alias', value, value, value],
    ['push', value], ['push', [value]], [value], value,
    ['on', value, value], ['off', value, value], ['ready', value], ['timeout', 300], ['debug', value],
    ['trackLink', value, value, value], ['trackForm', [value], value], ['queryString', value], ['pageview', value],
    ['addDestinationMiddleware', value, value], ['register', value],
]"""

WATCH = """
window.prototypes = () => [Object, Array, Function, String, Promise].map(({prototype}) =>
  Reflect.ownKeys(prototype).map((key) => [key, Object.getOwnPropertyDescriptor(prototype, key)]).flatMap(
    ([key, {value, get}]) => [key, value, get]));
window.same = (before, after) => before.every((list, at) =>
  list.length === after[at].length && list.every((item, i) => Object.is(item, after[at][i])));
window.brief = (value) => {
  if (typeof value == 'string') return value.slice(0, 1000);
  if (Array.isArray(value)) return value.map(brief);
  if (Object(value) !== value || Object.getPrototypeOf(value) !== Object.prototype) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, brief(item)]));
};
window.layout = (value, depth = 0) => {
  if (Object(value) !== value || depth > 3 || value === window) return [value];
  try {
    if (value instanceof Node) return [value];
    return Reflect.ownKeys(value).flatMap((key) => {
      const {value: item, get, writable} = Object.getOwnPropertyDescriptor(value, key);
      return [key, get, writable, ...(get ? [] : layout(item, depth + 1))];
    });
  } catch (error) { return [] }
};
"""

SAID_AFTER = """
    analytics.identify('v', {plan: 'pro'}); analytics.identify({more: 1});
    analytics.track('After', {fine: true}); analytics.page('End', {fine: true})"""

Install = Callable[[str], str]


def our_tag(queued: str) -> str:
    return f"""<script>window.analytics = window.analytics || []; (() => {{ {queued} }})()</script>
        <script src="{CDN}/analytics.js/v1/demo/analytics.min.js"></script>"""


def segments_snippet(queued: str) -> str:
    return f"""<script>{pasted_snippet()}</script><script>analytics.load('demo'); (() => {{ {queued} }})()</script>"""


INSTALLS: dict[str, Install] = {"our tag": our_tag, "Segment's snippet": segments_snippet}


class Hostile:
    """Opens pages. fs.js is available unless ``fs`` is false."""

    def __init__(self) -> None:
        self.page: Any = None
        self.errors: list[str] = []
        self.console: list[str] = []
        self.requests: list[str] = []
        self.scripts: dict[str, str] = {"demo": script_of()}
        self.fs = True
        self.headers: dict[str, str] = {}
        #: Additional files by the end of their URL.
        self.files: dict[str, str] = {}
        self.document = ""

    def begin(self, context: BrowserContext | FirefoxContext) -> None:
        """Open a tab of a new visitor."""
        context.on("weberror", lambda error: self.errors.append(str(error.error)))
        context.on("console", lambda message: self.console.append(f"{message.type}: {message.text}"))
        context.on("request", lambda request: self.requests.append(request.url))
        self.page = context.new_page()

    def route(self, route: Route) -> None:
        """Answers a request of Chromium."""
        url = route.request.url
        if "/s/fs.js" in url and not self.fs:
            route.abort()
            return
        content_type, body = self.answer(url)
        headers = self.headers if body is self.document else {"access-control-allow-origin": "*"}
        route.fulfill(headers={"content-type": content_type, **headers}, body=body)

    def answer(self, url: str) -> tuple[str, str]:
        """The content type and body of a URL."""
        if file := next((body for end, body in self.files.items() if url.endswith(end)), None):
            return "text/javascript", file
        if "/analytics.js/v1/" in url:
            return "text/javascript", self.scripts[url.split("/analytics.js/v1/")[1].split("/")[0]]
        if url.endswith("/analytics.js/debug.min.js"):
            return "text/javascript", build_debug_script().body.decode()
        if "/s/fs.js" in url:
            return "text/javascript", STAND_IN
        return "text/html; charset=utf-8", self.document

    def open(self, head: str, *, until: str = "window.analytics && window.analytics.initialized") -> Page:
        """Open a page, and wait until an expression is truthy."""
        self.visit(head)
        self.page.wait_for_function(until)
        return self.page

    def visit(self, head: str) -> None:
        """Open a page without waiting for its scripts."""
        icon = '<link rel="icon" href="data:,">'
        self.document = f"<!doctype html><title>Shop</title>{icon}<script>{WATCH}</script>{head}<body></body>"
        self.page.goto(SITE)


def script_of(write_key: str = "demo", **settings: Any) -> str:
    """The snippet of a source with the presets."""
    mappings = presets_spec()["destinations"][0]["mappings"]
    settings = {"orgId": ORG, "script": "cdn.test/s/fs.js", **settings}
    spec = source_spec(destination_spec(*mappings, settings=settings), write_key=write_key)
    return build_snippet(compile_source(spec)).body.decode()


#: Runs a test in Firefox, too.
hostile_in_both_browsers = pytest.mark.parametrize("hostile", ["chromium", "firefox"], indirect=True)


@pytest.fixture
def hostile(request: pytest.FixtureRequest, oracle: Path) -> Iterator[Hostile]:
    hostile = Hostile()
    if getattr(request, "param", "chromium") == "firefox":
        firefox: Firefox = request.getfixturevalue("firefox")
        with firefox.new_context(hostile.answer) as fresh:
            hostile.begin(fresh)
            yield hostile
    else:
        chromium: Browser = request.getfixturevalue("chromium")
        context = chromium.new_context(locale="en-GB")
        context.set_default_timeout(30_000)
        context.route("**/*", hostile.route)
        hostile.begin(context)
        yield hostile
        context.close()
    assert hostile.errors == []


def told(page: Page) -> list[tuple[str, Any]]:
    """The calls that FullStory received: the operation and its main argument."""
    calls = page.evaluate("(window.fsCalls || []).map((call) => brief(call.args))")
    said = []
    for operation, options, *_ in calls:
        if operation == "trackEvent":
            said.append((options["name"], options["properties"]))
        elif operation == "setIdentity":
            said.append((options["uid"], without_anonymous(options["properties"])))
        elif operation == "setProperties":
            properties = without_anonymous(options["properties"])
            said.append((options["type"], properties.get("pageName", properties)))
    return said


def without_anonymous(properties: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in properties.items() if key != "segmentAnonymousId"}


AFTER = [
    ("v", {"plan": "pro"}),
    ("v", {"plan": "pro", "more": 1}),
    ("After", {"fine": True}),
    ("page", "End"),
]


#: The test fills the queue itself, so the snippets only differ in how they load.
@pytest.mark.parametrize("install", ["our tag", pytest.param("Segment's snippet", marks=pytest.mark.long)])
@pytest.mark.parametrize("value", VALUES)
def test_it_survives_hostile_values(hostile: Hostile, install: str, value: str) -> None:
    """Before the script has loaded, and after."""
    made = VALUES[value]
    queued = f"""
        const value = {made}; window.before = prototypes(); window.value = value; window.was = layout(value);
        for (const call of ({CALLS})(value)) Array.prototype.push.call(analytics, call)"""
    page = hostile.open(INSTALLS[install](queued))
    page.evaluate(
        f"""async () => {{
            for (const call of ({CALLS})(value)) {{
                if (call === value || typeof call[0] !== 'string') continue;
                const [method, ...args] = call;
                analytics[method](...args);
            }}
            await new Promise((done) => setTimeout(done, 400));
        }}"""
    )
    assert page.evaluate("same(before, prototypes())"), "a prototype was changed"
    assert page.evaluate("same([was], [layout(value)])"), "what the page handed over was changed"
    assert page.evaluate("[{}.polluted, [].polluted]") == [None, None]
    page.evaluate(f"analytics.reset(); {SAID_AFTER}")
    assert told(page)[-len(AFTER) :] == AFTER
    if value == "something deep":
        # Only mappings that read it fail, until another user is identified: JSON can represent it.
        return
    page.evaluate(
        "for (const traits of [value, {value}, {last: 1}]) analytics.identify('v', traits)",
    )
    [*_, (uid, traits)] = told(page)
    assert uid == "v"
    assert traits.items() >= {"plan": "pro", "more": 1, "last": 1}.items()
    assert "polluted" not in traits


NAMES = "['ajs_user_traits', 'ajs_group_properties']"
QUEUED = "for (const call of [['identify', 'v', {plan: 'pro'}], ['track', 'Queued']]) analytics.push(call)"
TOLD_QUEUED = [("v", {"plan": "pro"}), ("Queued", {})]

#: Changes that a page makes to itself, before the snippet or between it and the script.
PLACES = {
    "localStorage is full": """
        for (let size = 1 << 22; size; size >>= 1) {
          try { while (true) localStorage['full' + size + Math.random()] = 'x'.repeat(size) } catch (error) {} }""",
    "localStorage throws": """
        Object.defineProperty(window, 'localStorage', {get() { throw new DOMException('no', 'SecurityError') }})""",
    "there is no localStorage": "Object.defineProperty(window, 'localStorage', {value: null})",
    "cookies are ignored": "Object.defineProperty(document, 'cookie', {get: () => '', set() {}})",
    "cookies throw": """
        const refuse = () => { throw new DOMException('no', 'SecurityError') };
        Object.defineProperty(document, 'cookie', {get: refuse, set: refuse})""",
    "nothing can be stored": """
        const refuse = () => { throw new DOMException('no', 'SecurityError') };
        Object.defineProperty(document, 'cookie', {get: refuse, set: refuse});
        Object.defineProperty(window, 'localStorage', {get: refuse})""",
    "the storage holds rubbish": """
        for (const name of ['ajs_user_id', 'ajs_user_traits', 'ajs_anonymous_id', 'ajs_group_id']) {
          localStorage[name] = '{"__proto__": 5'; document.cookie = name + '=%E0%A4%A;path=/' }""",
    "the global is read-only": "Object.defineProperty(window, 'analytics', {value: []})",
    "prototypes are frozen": "for (const { prototype } of [Object, Array, Function, Promise]) Object.freeze(prototype)",
    "prototypes have more": """
        Object.prototype.extend = () => {}; Object.prototype.text = 'theirs'; Array.prototype.remove = () => {};
        Array.from = (list) => [].slice.call(list)""",
    "a global for fs.js is read-only": "Object.defineProperty(window, '_fs_script', {value: 'other'})",
    "fetch is read-only": "Object.defineProperty(window, 'fetch', {value: window.fetch})",
    "there is no fetch": "delete window.fetch",
    "listeners throw": """
        window.analytics = window.analytics || []; for (const name of ['initialize', 'track', 'identify', 'reset'])
          analytics.push(['on', name, () => { throw Error('hostile') }])""",
    "load options are odd": """
        (window.analytics = window.analytics || [])._loadOptions = {integrations: null, storage: null}""",
}


@pytest.mark.parametrize("install", INSTALLS)
@pytest.mark.parametrize("place", PLACES)
def test_it_survives_hostile_pages(hostile: Hostile, install: str, place: str) -> None:
    page = hostile.open(
        f"<script>(() => {{ {PLACES[place]} }})()</script>{INSTALLS[install](QUEUED)}",
        until="window.fsCalls && fsCalls.length > 2",
    )
    assert told(page) == TOLD_QUEUED
    # Where the global is read-only, it is still the queue.
    page.evaluate(f"""() => {{
        const queue = window.analytics;
        const pushed = {{get: (_, name) => (...args) => queue.push([name, ...args])}};
        ((analytics) => {{ analytics.reset(); {SAID_AFTER} }})(new Proxy({{}}, pushed));
    }}""")
    assert told(page)[2:] == AFTER


#: Settings without a plugin, as a page can return them.
UPDATES = [
    "({remotePlugins, ...settings}) => settings",
    "(settings) => ({...settings, remotePlugins: null})",
    "(settings) => ({...settings, remotePlugins: []})",
    "() => ({})",
    "() => {}",
    "() => null",
    "async (settings) => settings",
]


@hostile_in_both_browsers
@pytest.mark.parametrize("update", UPDATES)
def test_it_loads_nothing_for_settings_without_plugins(hostile: Hostile, update: str) -> None:
    """But takes the queue over."""
    page = hostile.open(our_tag(f"analytics._loadOptions = {{updateCDNSettings: {update}}}; {QUEUED}"))
    assert page.evaluate("[analytics.user().id(), 'FS' in window]") == ["v", False]
    assert not any("/s/fs.js" in url for url in hostile.requests)
    assert hostile.console == []


@hostile_in_both_browsers
def test_it_loads_nothing_if_an_option_of_the_page_throws(hostile: Hostile) -> None:
    """The page's own script continues, and the console has the error."""
    fail = "() => { throw Error('no') }"
    page = hostile.open(our_tag(f"analytics._loadOptions = {{updateCDNSettings: {fail}}}; {QUEUED}"))
    assert page.evaluate("[analytics.user().id(), 'FS' in window]") == ["v", False]
    page = hostile.open(our_tag(f"analytics._loadOptions = {{disable: {fail}}}; {QUEUED}"))
    assert page.evaluate("[analytics.user().id(), 'FS' in window]") == [None, False]
    assert not any("/s/fs.js" in url for url in hostile.requests)
    assert [error.partition("\n")[0] for error in hostile.console] == ["error: Error: no"] * 2


@pytest.mark.parametrize("stored", ["{bad", '"text"', "5", "[1]", ""])
def test_it_keeps_traits_out_of_cookies(hostile: Hostile, stored: str) -> None:
    """Traits come from localStorage, even if its value is invalid. A cookie of the same name stays unchanged."""
    theirs = "ajs_user_traits={%22theirs%22:1}; ajs_group_properties={%22theirs%22:1}"
    keep = f"for (const key of {NAMES}) localStorage[key] = {stored!r};"
    keep += f"for (const each of '{theirs}'.split('; ')) document.cookie = each + '; path=/'"
    page = hostile.open(f"<script>{keep}</script>" + our_tag(""))
    assert page.evaluate("[analytics.user().traits(), analytics.group().traits()]") == [{}, {}]
    assert page.evaluate(f"{NAMES}.map((key) => localStorage[key])") == [stored, stored]
    page.evaluate("analytics.identify('v', {plan: 'pro'}); analytics.group('g', {size: 1})")
    assert page.evaluate("[analytics.user().traits(), analytics.group().traits()]") == [
        {"plan": "pro"},
        {"size": 1},
    ]
    page.evaluate("analytics.reset()")
    cookies = page.evaluate("document.cookie").split("; ")
    assert sorted(each for each in cookies if "traits" in each or "properties" in each) == sorted(
        theirs.split("; ")
    )


@pytest.mark.parametrize("install", INSTALLS)
@pytest.mark.parametrize(
    "freeze",
    [
        "Object.freeze(analytics)",
        "Object.defineProperty(window, 'analytics', {writable: false, configurable: false})",
    ],
)
def test_it_replays_a_frozen_queue(hostile: Hostile, install: str, freeze: str) -> None:
    page = hostile.open(
        INSTALLS[install](f"{QUEUED}; {freeze}"), until="window.fsCalls && fsCalls.length > 2"
    )
    assert told(page) == TOLD_QUEUED


@pytest.mark.parametrize("install", INSTALLS)
def test_it_works_as_a_frozen_object(hostile: Hostile, install: str) -> None:
    page = hostile.open(INSTALLS[install](QUEUED))
    page.evaluate(f"Object.freeze(analytics); analytics.reset(); {SAID_AFTER}")
    assert told(page)[2:] == AFTER


@pytest.mark.parametrize("install", INSTALLS)
def test_it_works_in_a_sandboxed_page(hostile: Hostile, install: str) -> None:
    """An opaque origin, and so no storage."""
    hostile.headers["Content-Security-Policy"] = "sandbox allow-scripts"
    page = hostile.open(INSTALLS[install](QUEUED), until="window.fsCalls && fsCalls.length > 2")
    assert page.evaluate("origin") == "null"
    assert told(page) == TOLD_QUEUED
    page.evaluate(f"analytics.reset(); {SAID_AFTER}")
    assert told(page)[2:] == AFTER


@pytest.mark.parametrize("first", INSTALLS)
@pytest.mark.parametrize("second", INSTALLS)
def test_it_starts_once_when_included_twice(hostile: Hostile, first: str, second: str) -> None:
    page = hostile.open(
        INSTALLS[first](QUEUED) + INSTALLS[second](""), until="window.fsCalls && fsCalls.length > 2"
    )
    pass_time(page, 300)
    page.evaluate("analytics.track('Once')")
    assert told(page) == [*TOLD_QUEUED, ("Once", {})]
    # Segment's snippet logs a warning about itself.
    assert [line for line in hostile.console if "included twice" not in line] == []


def test_it_keeps_the_first_of_two_write_keys(hostile: Hostile) -> None:
    hostile.scripts["other"] = script_of("other", orgId="o-OTHER-na1")
    page = hostile.open(
        our_tag(QUEUED) + f'<script src="{CDN}/analytics.js/v1/other/analytics.min.js"></script>'
    )
    pass_time(page, 300)
    page.evaluate("analytics.track('Once')")
    assert told(page) == [*TOLD_QUEUED, ("Once", {})]
    assert page.evaluate("analytics.settings.writeKey") == "demo"
    assert [line for line in hostile.console if "warning" in line] == []


@pytest.mark.parametrize("debug", [True, False])
@pytest.mark.parametrize("install", INSTALLS)
def test_it_reports_fs_js_that_does_not_load(hostile: Hostile, install: str, debug: bool) -> None:
    """A blocker, or no network. Debug mode reports it once, and promises of the page are rejected."""
    hostile.fs = False
    hostile.scripts["demo"] = script_of(debug=debug)
    page = hostile.open(INSTALLS[install](QUEUED))
    pass_time(page, 300)
    page.evaluate(f"analytics.reset(); {SAID_AFTER}")
    answer = "FS('getSessionAsync').then(() => 'answered', (error) => error.message)"
    assert page.evaluate(answer) == "Error loading cdn.test/s/fs.js"
    page.evaluate("FS('trackEvent', {name: 'Theirs', properties: {}})")
    said = [line for line in hostile.console if "Error loading" in line]
    assert len(said) == (1 if debug else 0)


@pytest.mark.parametrize("install", INSTALLS)
def test_it_reuses_fullstory_on_the_page(hostile: Hostile, install: str) -> None:
    page = hostile.open(
        "<script>window.fsCalls = []; const theirs = window.FS = (...args) => { fsCalls.push({args}) };"
        "FS.q = []</script>" + INSTALLS[install](QUEUED)
    )
    assert told(page) == TOLD_QUEUED
    assert page.evaluate("FS === theirs")
    assert page.evaluate("document.querySelectorAll('script[src*=\"fs.js\"]').length") == 0


def test_it_gives_each_destination_its_fullstory(hostile: Hostile) -> None:
    [destination] = presets_spec()["destinations"]
    named = [("FS", "o-ONE-na1"), ("FS2", "o-TWO-na1"), ("FS3", "o-THREE-na1")]
    spec = source_spec(
        *[
            {
                **destination,
                "id": number,
                "settings": {"orgId": org, "script": "cdn.test/s/fs.js", "namespace": namespace},
            }
            for number, (namespace, org) in enumerate(named, 1)
        ],
        write_key="demo",
    )
    hostile.scripts["demo"] = build_snippet(compile_source(spec)).body.decode()
    # The one in the middle belongs to the page.
    page = hostile.open(
        "<script>window.heard = []; window.FS2 = (...args) => { heard.push(args[0]) }; FS2._api = 1</script>"
        + our_tag(QUEUED),
        until="window.fsCalls && fsCalls.length > 5",
    )
    scripts = """[...document.querySelectorAll('script[src*="fs.js"]')].map(
        (script) => [script.dataset.fsNamespace, new URL(script.src).search])"""
    assert sorted(page.evaluate(scripts)) == [["FS", "?org=o-ONE-na1"], ["FS3", "?org=o-THREE-na1"]]
    assert page.evaluate("heard") == ["setIdentity", "trackEvent"]
    assert page.evaluate("[FS, FS3].map((fullstory) => !!fullstory._api)") == [True, True]
    assert sorted(
        org
        for org in page.evaluate(
            "fsCalls.filter(({args}) => args[0] === 'init').map(({args}) => args[1].env.orgId)"
        )
    ) == ["o-ONE-na1", "o-THREE-na1"]
    assert sorted(map(str, told(page))) == sorted(map(str, TOLD_QUEUED * 2))


@pytest.mark.parametrize(
    ("call", "why"),
    [
        ("identify('u', {ok: 1, cycle})", "circular"),
        ("identify('u', {ok: 1, big: 10n})", "BigInt"),
        ("identify('u', {ok: 1, get bad() { throw Error('hostile') }})", "hostile"),
        ("track('Bad', {get bad() { throw Error('hostile') }})", "hostile"),
        ("track('Bad', cycle)", "stack"),
        ("track('Bad', {big: 10n})", "BigInt|bigint"),
        ("page('Bad', {get bad() { throw Error('hostile') }})", "hostile"),
        ("track()", "Event missing"),
    ],
)
def test_it_logs_dropped_values_in_debug_mode(hostile: Hostile, call: str, why: str) -> None:
    hostile.scripts["demo"] = script_of(debug=True)
    page = hostile.open(our_tag(QUEUED))
    before = len(hostile.console)
    page.evaluate(f"() => {{ const cycle = {{}}; cycle.cycle = cycle; analytics.{call} }}")
    pass_time(page, 100)
    assert re.search(why, "\n".join(hostile.console[before:]))
    if call.startswith("identify"):
        assert told(page)[-1] == ("u", {"ok": 1})
