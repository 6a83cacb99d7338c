"""Events are sent without each browser API that the runtime uses, only without its value."""

from __future__ import annotations

import time

import pytest

from fullstory_dest.compiler.artifacts import build_snippet
from fullstory_dest.compiler.compile import compile_source
from tests.browser.test_hostile_pages import (
    Hostile,
    hostile,  # noqa: F401 - a fixture
    our_tag,
    script_of,
    told,
)
from tests.factories import ORG, destination_spec, mapping_spec, presets_spec, source_spec

#: The holder and name of each API. A page can't work without `location`, `document.createElement`,
#: `document.head` and `Date`, so they are not in the list.
APIS = [
    *(
        ("window", name)
        for name in [
            *[
                "Intl",
                "crypto",
                "JSON",
                "URL",
                "URLSearchParams",
                "localStorage",
                "sessionStorage",
                "console",
            ],
            *["navigator", "navigation", "history", "performance", "matchMedia", "fetch", "XMLHttpRequest"],
            *[
                "setTimeout",
                "clearTimeout",
                "setInterval",
                "clearInterval",
                "addEventListener",
                "CSSStyleSheet",
            ],
        ]
    ),
    *(
        ("document", name)
        for name in [
            *["cookie", "title", "referrer", "currentScript", "readyState", "visibilityState"],
            *["querySelector", "querySelectorAll", "addEventListener"],
        ]
    ),
    *(
        ("navigator", name)
        for name in [
            *["userAgent", "language", "userAgentData", "onLine", "sendBeacon"],
            *["globalPrivacyControl", "doNotTrack"],
        ]
    ),
    *(("history", name) for name in ["pushState", "replaceState"]),
    *(("console", name) for name in ["debug", "error", "warn", "groupCollapsed"]),
    *(("JSON", name) for name in ["parse", "stringify"]),
    ("Intl", "DateTimeFormat"),
    ("Math", "random"),
    ("Date", "now"),
    ("performance", "now"),
    ("Element.prototype", "getAttribute"),
    ("Element.prototype", "setAttribute"),
    ("Storage.prototype", "getItem"),
    ("Storage.prototype", "setItem"),
]

#: Posted events are JSON.
UNPOSTABLE = [("window", "JSON"), ("JSON", "stringify")]

UNREADABLE = "{get() { throw Error('broken') }, set() { throw Error('broken') }}"
FAULTS = [
    "{value: undefined, writable: true}",
    f"typeof holder[name] == 'function' ? {{value() {{ throw Error('broken') }}}} : {UNREADABLE}",
]

#: An fs.js that uses no browser API.
FS_JS = """
window.fsCalls = [];
FS._api = (...args) => { fsCalls.push({args}) };
FS.q.splice(0).forEach((entry) => FS._api(...entry));
"""

#: Replaces the functions that post events, so that no request leaves the page. Breaks an API until the
#: events are sent.
BREAK = """
window.posted = [];
window.fetch = async (url, {body}) => { posted.push(body); return new Response('') };
navigator.sendBeacon = (url, body) => posted.push(body) > 0;
const holder = %s, name = '%s', fault = %s, debugs = %s;
if (debugs) document.cookie = 'fs_debug=1';
const later = setTimeout, define = Object.defineProperty, before = Object.getOwnPropertyDescriptor(holder, name);
define(holder, name, {...fault, configurable: true});
const restore = () => {
  before ? define(holder, name, before) : delete holder[name];
  new Image().src = '/restored';
};
const whenReady = (say) => {
  if (!analytics.initialized) return later(() => whenReady(say), 5);
  say();
  later(restore, 30);
};
"""

QUEUED = """
analytics._loadOptions = {integrations: {'Segment.io': {deliveryStrategy: {config: {size: 1}}}}};
for (const call of [
  ['consent', {C1: true}], ['identify', 'v', {plan: 'pro'}], ['track', 'Queued', {fine: true}],
]) analytics.push(call)"""
SAID = "analytics.track('After', {fine: true}); analytics.page('End')"


def everything() -> str:
    """The script of a source with every setting on, and a mapping that reads the whole event."""
    settings = {
        "orgId": ORG,
        "script": "cdn.test/s/fs.js",
        "debug": True,
        "tidyPropertyNames": True,
        "dropRepeatedCalls": True,
        "resendPageProperties": True,
        "anonymizeOnReset": True,
    }
    whole = mapping_spec(
        id=9, fields={"name": "Whole", "properties": {"@path": "$.context"}}, trigger='event = "After"'
    )
    destination = destination_spec(
        *presets_spec()["destinations"][0]["mappings"], whole, settings=settings, consent_categories=["C1"]
    )
    spec = source_spec(destination, write_key="demo", api_host="api.test/v1", honor_gpc=True, honor_dnt=True)
    return build_snippet(compile_source(spec)).body.decode()


@pytest.mark.parametrize(
    ("profile", "hostile"),
    # The script with everything includes that of the presets.
    [
        ("everything", "chromium"),
        pytest.param("presets", "chromium", marks=pytest.mark.long),
        pytest.param("everything", "firefox", marks=pytest.mark.long),
    ],
    indirect=["hostile"],
)
@pytest.mark.parametrize(("holder", "name"), APIS, ids=lambda value: value)
def test_it_sends_events_without_a_browser_api(
    hostile: Hostile,  # noqa: F811
    holder: str,
    name: str,
    profile: str,
    request: pytest.FixtureRequest,
) -> None:
    whole = profile == "everything"
    hostile.files["/s/fs.js?org=" + ORG] = FS_JS
    hostile.scripts["demo"] = everything() if whole else script_of()
    wanted = ["v", "Queued", "After", *(["Whole"] if whole else []), "page"]
    for fault in [*FAULTS, *([UNREADABLE] if request.config.getoption("all") else [])]:
        page = hostile.page
        hostile.requests.clear()
        hostile.visit(
            f"<script>{BREAK % (holder, name, fault, str(whole).lower())}</script>"
            f"{our_tag(QUEUED)}<script>whenReady(() => {{ {SAID} }})</script>"
        )
        # Nothing evaluates code in the page until the API is restored: the browser's driver needs these APIs, too.
        deadline = time.monotonic() + 30
        while not any(url.endswith("/restored") for url in hostile.requests):
            assert time.monotonic() < deadline, fault
            page.wait_for_timeout(50)
        page.wait_for_function("window.fsCalls && fsCalls.length > 4")
        assert [each for each, _ in told(page) if each in wanted] == wanted, fault
        if whole and (holder, name) not in UNPOSTABLE:
            page.wait_for_function("posted.join().includes('End')")
            posted = page.evaluate("posted.join()")
            assert all(f'"{each}"' in posted for each in ["Queued", "After", "End"]), fault
