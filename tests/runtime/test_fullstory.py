"""FullStory's bootstrap, the destination and the plugin in a fake window."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from py_mini_racer import MiniRacer

from fullstory_dest.compiler.browser_settings import browser_settings
from fullstory_dest.compiler.bundle import bundle

FAKE_WINDOW = (Path(__file__).parent / "fake_window.js").read_text("utf-8")
SETTINGS = {
    "orgId": "o-1ABCD-na1",
    "host": "fullstory.com",
    "script": "edge.fullstory.com/s/fs.js",
    "namespace": "FS",
}
ENV = {"orgId": "o-1ABCD-na1", "host": "fullstory.com", "script": "edge.fullstory.com/s/fs.js"}
SRC = "segment-browser-actions"

TRACK = {
    "id": 1,
    "name": "Track",
    "action": "trackEventV2",
    "trigger": ["=", ["type"], "track"],
    "fields": ["object", {"name": ["path", "event"]}],
}
LEGACY = {**TRACK, "id": 2, "name": "Legacy", "action": "trackEvent"}

#: Every call that a page can make before fs.js has loaded.
CALLS = """(() => {
  FS('trackEvent', {name: 'a', properties: {}}, 'me');
  FS('setIdentity', {uid: 'u'}, 'me', 1);
  FS('getSessionAsync', {format: 'url'}, 'me');
  FS('Async');
  FS('AsyncThing');
  FS.identify('u', {a: 1}, 'me');
  FS.identify('u');
  FS.setUserVars({a: 1}, 'me');
  FS.setVars('page', {a: 1}, 'me');
  FS.event('e', {a: 1}, 'me');
  FS.anonymize();
  FS.shutdown();
  FS.restart();
  FS.log('warn', 'text');
  FS.consent();
  FS.consent(false);
  FS.identifyAccount();
  FS.clearUserCookie();
})()"""

#: The observable state afterwards.
STATE = """JSON.stringify({
  queue: FS.q.map((entry) => Array.from(entry, (part) => typeof part == 'function' ? 'function' : part)),
  lengths: FS.q.map((entry) => entry.length),
  inserted,
  methods: Object.keys(FS).filter((key) => typeof FS[key] == 'function').sort(),
  own: Object.keys(FS._w).sort(),
  version: FS._v,
  fetched: (fetch('x', {y: 1}), fetched),
  wrapped: FS._w.fetch !== fetch,
  returned: [typeof FS('a'), FS('a'), typeof FS('aAsync').then, typeof FS.event('a')],
})"""


class Page:
    """A page with the plugin in it."""

    def __init__(self, before: str = "") -> None:
        self._engine = MiniRacer()
        self._engine.eval(FAKE_WINDOW + before)
        self._engine.eval(bundle("plugin.js", "definePlugin()"))

    def open(self, settings: dict[str, Any], *mappings: dict[str, Any]) -> "Page":
        destination = {"id": 1, "settings": browser_settings({**SETTINGS, **settings}), "mappings": mappings}
        self._engine.eval(
            f"""var heard = {{}};
            var plugin = fullstoryDestination({{ compiled: {json.dumps(destination)} }});
            plugin.load({{}}, {{ on: (name, listener) => (heard[name] = listener) }}); 0"""
        )
        return self

    def run(self, script: str) -> Any:
        return json.loads(self._engine.eval(f"JSON.stringify((() => {{ {script} }})() || null)"))

    def get(self, expression: str) -> Any:
        return self.run(f"return {expression}")

    def state(self, calls: str = "0") -> Any:
        return json.loads(self._engine.eval(f"{calls}; {STATE}"))

    @property
    def queue(self) -> list[list[Any]]:
        return self.get("FS.q.map((entry) => entry.filter((part) => part !== undefined))")


def test_it_queues_and_inserts_like_fullstorys_snippet(oracle):
    theirs = oracle("snippet", SETTINGS, f"{CALLS}; {STATE}")
    # Before the first script, which is usually in the head, too.
    theirs["inserted"][0]["where"] = "head"
    assert Page().open({}).state(CALLS) == theirs


def test_it_loads_the_script_like_fullstorys_snippet(oracle):
    settings = {
        **SETTINGS,
        "orgId": "o-X",
        "host": "relay.e.test",
        "script": "e.test/s/fs.js",
        "namespace": "Other",
    }
    [theirs] = oracle("snippet", settings, "JSON.stringify(inserted)")
    [ours] = Page().open(settings).get("inserted")
    assert ours == {**theirs, "where": "head"}
    assert ours["attributes"] == {"data-fs-namespace": "Other"}
    assert ours["async"] is True
    assert ours["crossOrigin"] == "anonymous"


@pytest.mark.parametrize(
    ("script", "src"),
    [
        ("e.test/fs.js", "https://e.test/fs.js?org=o%26%3C"),
        ("https://e.test/fs.js", "https://e.test/fs.js?org=o%26%3C"),
        ("http://127.0.0.1:8000/fs.js", "http://127.0.0.1:8000/fs.js?org=o%26%3C"),
        ("e.test/fs.js?v=1", "https://e.test/fs.js?v=1&org=o%26%3C"),
    ],
)
def test_it_accepts_a_script_with_a_scheme_and_a_query(script, src):
    assert Page().open({"script": script, "orgId": "o&<"}).get("inserted[0].src") == src


def test_it_copies_the_nonce_of_the_page():
    page = Page("document.scriptsInPage.push({ ...document.scriptsInPage[0], nonce: 'r4nd0m' });")
    assert page.open({}).get("inserted[0].nonce") == "r4nd0m"


def test_it_initializes_once_and_first():
    assert Page().open({}).queue == [["init", {"env": ENV}, 2]]


def test_it_passes_every_setting_as_option_and_global():
    page = Page().open(
        {
            "debug": True,
            "recordOnlyThisIFrame": True,
            "recordCrossDomainIFrames": True,
            "startCaptureManually": True,
            "appHost": "app.e.test",
            "cookieDomain": "e.test",
            "assetMapId": "map",
        }
    )
    [[name, options, _version]] = page.queue
    assert name == "init"
    assert options["env"] == {
        **ENV,
        "script": "edge.fullstory.com/s/fs-debug.js",
        "appHost": "app.e.test",
        "assetMapId": "map",
        "cookieDomain": "e.test",
        "isOuterScript": True,
        "runInIframe": True,
        "captureOnStartup": False,
    }
    assert page.get(
        "Object.fromEntries(Object.entries(window).filter(([key]) => key.startsWith('_fs_')))"
    ) == {
        "_fs_org": "o-1ABCD-na1",
        "_fs_host": "fullstory.com",
        "_fs_script": "edge.fullstory.com/s/fs-debug.js",
        "_fs_namespace": "FS",
        "_fs_debug": True,
        "_fs_app_host": "app.e.test",
        "_fs_asset_map_id": "map",
        "_fs_cookie_domain": "e.test",
        "_fs_is_outer_script": True,
        "_fs_run_in_iframe": True,
        "_fs_capture_on_startup": False,
    }


def test_it_sets_no_globals_for_unset_settings():
    globals = Page().open({}).get("Object.keys(window).filter((key) => key.startsWith('_fs_')).sort()")
    assert globals == ["_fs_host", "_fs_namespace", "_fs_org", "_fs_script"]


def test_it_reuses_fullstory_on_the_page():
    page = Page("var heardByFS = []; window.FS = (...args) => { heardByFS.push(args) }; FS.q = [];").open(
        {}, TRACK
    )
    page.run("plugin.track({ event: { type: 'track', event: 'A' } })")
    assert page.get("heardByFS") == [["trackEvent", {"name": "A", "properties": {}}, SRC]]
    assert page.get("[inserted, window._fs_org, fetch.name]") == [[], None, "fetch"]


def test_it_leaves_fs_alone_with_another_namespace():
    page = Page("window.FS = 1;").open({"namespace": "Mine"})
    assert page.get("[FS, Mine.q.length, inserted.length]") == [1, 1, 1]


def test_it_keeps_globals_of_the_sites_fullstory():
    site = "window._fs_namespace = 'FS'; window._fs_org = 'o-SITE-na1'; window.FS = () => 0;"
    page = Page(site).open({"namespace": "Mine", "recordOnlyThisIFrame": True})
    assert page.get("[_fs_namespace, _fs_org, typeof _fs_is_outer_script]") == [
        "FS",
        "o-SITE-na1",
        "undefined",
    ]
    assert page.get("Mine.q[0][1].env.orgId") == SETTINGS["orgId"]


def test_it_hands_the_calls_over_to_fs_js():
    page = Page().open({}, TRACK)
    page.run("window.taken = []; FS._api = (...args) => taken.push(args.length, ...args); FS.q = null;")
    page.run("plugin.track({ event: { type: 'track', event: 'A' } })")
    assert page.get("taken") == [6, "trackEvent", {"name": "A", "properties": {}}, SRC, None, None, 2]
    assert page.get("FS('x')") == 14


def test_it_rejects_promises_if_the_script_does_not_load():
    page = Page().open({}, TRACK)
    page.run("""
      window.reasons = [];
      FS('aAsync').catch((error) => reasons.push(error.message));
      inserted[0].onerror();
      FS('bAsync').catch((error) => reasons.push(error.message));
      FS('c');
      plugin.track({ event: { type: 'track', event: 'A' } });
    """)
    assert page.get("reasons") == ["Error loading edge.fullstory.com/s/fs.js"] * 2
    assert page.get("FS.q") == []


def test_it_survives_a_read_only_fetch():
    page = Page("Object.defineProperty(window, 'fetch', { value: fetch, writable: false });").open({}, TRACK)
    assert page.get("[FS.q.length, inserted.length]") == [1, 1]


def test_it_shuts_fullstory_down_in_dev_mode():
    page = Page().open({"devMode": True, "anonymizeOnReset": True}, TRACK, LEGACY)
    page.run("plugin.track({ event: { type: 'track', event: 'A' } }); heard.reset();")
    message = "FullStory was initialized in devMode and will stop recording"
    assert page.queue == [
        ["init", {"env": ENV}, 2],
        ["trackEvent", {"name": "FullStory Dev Mode", "properties": {"message": message}}, 2],
        ["shutdown", 2],
    ]
    assert page.get("logged") == [
        ["warn", message],
        *[["warn", "FullStory is in dev mode and is not capturing"]] * 3,
    ]


def test_it_calls_both_apis():
    page = Page().open({}, TRACK, LEGACY)
    page.run("plugin.track({ event: { type: 'track', event: 'A' } })")
    assert page.queue[1:] == [
        ["trackEvent", {"name": "A", "properties": {}}, SRC, 2],
        ["trackEvent", {"name": "A", "properties": {}}, SRC, 1],
    ]


def test_it_logs_nothing_without_debug_mode():
    page = Page().open({}, TRACK)
    page.run(
        "plugin.track({ event: { type: 'track' } }); plugin.track({ event: { type: 'track', event: 'A' } })"
    )
    assert page.get("logged") == []


def test_it_logs_calls_and_skipped_mappings_in_debug_mode():
    page = Page().open({"debug": True}, TRACK, {**LEGACY, "action": "no such action"})
    page.run("plugin.page({ event: { type: 'page' } })")
    assert page.get("logged") == []
    page.run(
        "plugin.track({ event: { type: 'track', event: 'A' } }); plugin.track({ event: { type: 'track' } });"
    )
    called, broken, nameless, broken_again = page.get("logged")
    assert called == [
        "debug",
        "[FullStory]",
        "Track",
        "FS",
        ["trackEvent", {"name": "A", "properties": {}}, SRC],
    ]
    assert broken[:3] == broken_again[:3] == ["warn", "[FullStory]", "Legacy"]
    assert nameless == ["warn", "[FullStory]", "Track", "error: name is missing"]


def test_it_runs_the_next_mapping_if_fullstory_throws():
    page = Page(
        "var n = 0; window.FS = () => { n++; throw Error('no') }; FS.event = () => { n++ }; FS._api = 1;"
    )
    page.open({"debug": True}, TRACK, LEGACY).run("plugin.track({ event: { type: 'track', event: 'A' } })")
    assert page.get("n") == 2
    assert ["warn", "[FullStory]", "Track", "error: no"] in page.get("logged")


def test_it_survives_a_page_without_create_element():
    page = Page("document.createElement = null;").open({"anonymizeOnReset": True}, TRACK)
    page.run("plugin.track({ event: { type: 'track', event: 'A' } }); heard.reset();")
    assert page.get("logged") == []


@pytest.mark.parametrize(
    ("settings", "calls"),
    [({}, []), ({"anonymizeOnReset": True}, [["setIdentity", {"anonymous": True}, SRC, 2]])],
)
def test_it_makes_the_visitor_anonymous_on_reset_if_configured(settings, calls):
    page = Page().open(settings)
    page.run("heard.reset()")
    assert page.queue[1:] == calls


def test_it_calls_nothing_after_it_is_unloaded():
    page = Page().open({"anonymizeOnReset": True}, TRACK)
    page.run("plugin.unload(); plugin.track({ event: { type: 'track', event: 'A' } }); heard.reset();")
    assert page.queue[1:] == []


def test_it_has_the_plugin_interface_of_analytics_js():
    page = Page()
    plugin = "fullstoryDestination({ compiled: {} })"
    assert page.get(f"[{plugin}.name, {plugin}.type, {plugin}.version, {plugin}.isLoaded()]") == [
        "Fullstory (Actions)",
        "destination",
        "1.0.0",
        False,
    ]
    page.open({}, {**TRACK, "trigger": ["!=", ["type"], None]})
    assert page.get("plugin.isLoaded()") is True
    for method in ("track", "page", "screen", "identify", "group", "alias"):
        context = f"{{ event: {{ type: '{method}', event: 'A' }} }}"
        assert page.get(f"((context) => plugin.{method}(context) === context)({context})")
    assert len(page.queue) == 7


def test_it_sends_nothing_before_the_plugin_is_loaded():
    page = Page()
    page.run("fullstoryDestination({ compiled: {} }).track({ event: { type: 'track' } })")
    assert page.get("[typeof FS, inserted.length]") == ["undefined", 0]


@pytest.mark.parametrize(
    ("entry", "call"), [("preview.js", "definePreview()"), ("plugin.js", "definePlugin()")]
)
def test_it_minifies_to_supported_syntax(entry, call):
    """ES2018 without lookbehind, which old Safari doesn't support, also after minification."""
    script = bundle(entry, call)
    for newer in (
        r"\?\?",
        r"\?\.[^\d]",
        r"catch\{",
        r"\(\?<[=!]",
        r"\|\|=|&&=",
        r"\beval\b|\bnew Function\b",
    ):
        assert not re.search(newer, script), newer
