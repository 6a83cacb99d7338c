"""Our settings and plugin in Segment's analytics.js and consent wrapper."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import in_firefox_with_all
from tests.browser.consent.shop import GPC, PATH
from tests.browser.live_server import LiveServer, Site
from tests.browser.visitor import Visitor
from tests.browser.waiting import pass_time

pytestmark = in_firefox_with_all

BUNDLER = """
const { readFileSync } = require('node:fs');
const { dirname } = require('node:path');
const found = {};
const add = (path) => {
  if (found[path]) return;
  const resolve = (name) => require.resolve(name, { paths: [dirname(path)] });
  const source = readFileSync(path, 'utf8');
  const names = {};
  found[path] = { source, names };
  for (const [, name] of source.matchAll(/require\\("([^"]+)"\\)/g)) add((names[name] = resolve(name)));
};
const entry = require.resolve('@segment/analytics-consent-tools');
add(entry);
const modules = Object.entries(found).map(
  ([path, { source, names }]) =>
    `${JSON.stringify(path)}: [${JSON.stringify(names)}, function (require, module, exports) {${source}\\n}]`
);
console.log(`window.ConsentTools = (() => {
  const modules = {${modules.join(',')}}, loaded = {};
  const load = (path) => {
    if (loaded[path]) return loaded[path].exports;
    const module = (loaded[path] = { exports: {} });
    const [names, run] = modules[path];
    run((name) => load(names[name]), module, module.exports);
    return module.exports;
  };
  return load(${JSON.stringify(entry)});
})();`);
"""


@pytest.fixture(scope="module")
def consent_tools(oracle: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with ``consent-tools.js``: Segment's wrapper as a script, in which form it is not published."""
    done = subprocess.run(["node", "-e", BUNDLER], cwd=oracle, capture_output=True, text=True, check=True)
    folder = tmp_path_factory.mktemp("consent-tools")
    (folder / "consent-tools.js").write_text(done.stdout)
    return folder


class Wrapped:
    """A page with analytics.js 2 in Segment's consent wrapper, and our settings and plugin."""

    def __init__(
        self, server: LiveServer, site: Site, page: Page, visitor: Visitor, oracle: Path, tools: Path
    ) -> None:
        self._server, self._site, self.page, self.visitor = server, site, page, visitor
        self._oracle = oracle
        umd = oracle / "node_modules/@segment/analytics-next/dist/umd"
        # A second key in `integrations` makes analytics.js load this part.
        site.folders |= {"/ajs/": umd, "/analytics-next/bundles/": umd, "/tools/": tools}

    def open(
        self,
        write_key: str,
        categories: dict[str, bool],
        model: str,
        *,
        options: str = "",
        install: str = "package",
    ) -> None:
        """Open the page. ``options`` are added to the wrapper's; ``install`` is "package" or "snippet"."""
        settings = f"{{ writeKey: '{write_key}', cdnURL: '{self._server.url}' }}"
        made, load = (
            "window.analytics = new AnalyticsNext.AnalyticsBrowser();",
            f"analytics.load({settings});",
        )
        if install == "snippet":
            made, load = (
                f"window.analytics = [];{self._snippet(write_key)}",
                f"analytics.load('{write_key}');",
            )
        self._site.pages[PATH] = f"""<!doctype html><link rel="icon" href="data:,">
            <script>window.analytics = {{ _cdn: location.origin }}</script>
            <script src="/ajs/index.js"></script><script src="/tools/consent-tools.js"></script>
            <script>
              window.categories = {json.dumps(categories)};
              const wrap = ConsentTools.createWrapper({{
                getCategories: () => categories,
                shouldLoadSegment: (context) => context.load({{ consentModel: '{model}' }}),
                {options}
              }});
              {made}
              wrap(analytics);
              {load}
              window.tracked = Promise.resolve(analytics.track('A')).then(() => true, () => true);
            </script>"""
        self.page.goto(self._site.url + PATH)

    def _snippet(self, write_key: str) -> str:
        options = json.dumps({"apiKey": write_key, "host": self._server.host, "load": False, "page": False})
        command = ["node", "-p", f"require('@segment/snippet').min({options})"]
        done = subprocess.run(command, cwd=self._oracle, capture_output=True, text=True, check=True)
        return done.stdout.replace("https://", "http://")

    def fullstory_names(self, count: int = 0) -> list[str]:
        """The tracked events, once there are ``count`` and no more follow."""
        names = (
            "(window.fsCalls || []).filter(({args}) => args[0] == 'trackEvent').map(({args}) => args[1].name)"
        )
        self.page.wait_for_function(f"{names}.length >= {count}")
        pass_time(self.page, 500)
        return self.page.evaluate(names)

    @property
    def fullstory_is_there(self) -> bool:
        return self.page.evaluate("'FS' in window") or "/demo/fs.js" in self.visitor.paths()


@pytest.fixture
def wrapped(
    sources: LiveServer, site: Site, page: Page, visitor: Visitor, oracle: Path, consent_tools: Path
) -> Wrapped:
    return Wrapped(sources, site, page, visitor, oracle, consent_tools)


@pytest.mark.parametrize("model", ["opt-in", "opt-out"])
def test_it_sends_with_consent(wrapped: Wrapped, model: str) -> None:
    wrapped.open("asks", {"C0001": True, "C0002": True}, model)
    wrapped.page.wait_for_function("(window.fsCalls || []).length == 2")
    assert wrapped.page.evaluate("fsCalls[1].args[1].name") == "A"


@pytest.mark.parametrize("categories", [{"C0001": True, "C0002": False}, {"C0001": True}, {}])
def test_it_loads_nothing_without_consent(wrapped: Wrapped, categories: dict[str, bool]) -> None:
    wrapped.open("asks", categories, "opt-in")
    pass_time(wrapped.page, 1000)
    assert wrapped.page.evaluate("[window.FS, window.fullstoryDestination].map(String)") == ["undefined"] * 2
    assert "/v1/projects/asks/settings" in wrapped.visitor.paths()
    assert "/demo/fs.js" not in wrapped.visitor.paths()


def test_it_blocks_calls_after_opting_out(wrapped: Wrapped) -> None:
    wrapped.open("asks", {"C0001": True, "C0002": True}, "opt-out")
    wrapped.page.wait_for_function("(window.fsCalls || []).length == 2")
    wrapped.page.evaluate("categories.C0002 = false; analytics.track('B').catch(() => {})")
    pass_time(wrapped.page, 500)
    assert wrapped.page.evaluate("fsCalls.map(({args}) => args[1].name)") == [None, "A"]


@pytest.mark.parametrize("refused", [True, False])
def test_it_honors_signals_in_the_plugin(wrapped: Wrapped, refused: bool) -> None:
    if refused:
        wrapped.visitor.context.add_init_script(GPC)
    wrapped.open("honors-gpc", {"C0001": True}, "opt-in")
    if refused:
        wrapped.page.evaluate("tracked")
        assert wrapped.page.evaluate("[typeof window.FS, typeof fullstoryDestination]") == [
            "undefined",
            "function",
        ]
        assert "/demo/fs.js" not in wrapped.visitor.paths()
    else:
        wrapped.page.wait_for_function("(window.fsCalls || []).length == 2")


#: Each option of the wrapper with which a page can refuse, for a source without categories.
REFUSALS = {
    "categories of the creation name": "integrationCategoryMappings: {Fullstory: ['C0002']}",
    "categories of the plugin": "integrationCategoryMappings: {'Fullstory (Actions)': ['C0002']}",
    "no integration by creation name": (
        "shouldEnableIntegration: (_, given, {creationName}) => given.C0002 || creationName != 'Fullstory'"
    ),
    "no integration by the plugin's name": (
        "shouldEnableIntegration: (_, given, {creationName}) =>"
        " given.C0002 || creationName != 'Fullstory (Actions)'"
    ),
}


#: Each option with each install and with each model, and each install with each model. All triples only with ``--all``.
WAYS = [
    pytest.param(option, install, model, marks=pytest.mark.long if (row + number) % 2 else ())
    for row, option in enumerate(REFUSALS)
    for number, (install, model) in enumerate(
        [("package", "opt-in"), ("package", "opt-out"), ("snippet", "opt-out"), ("snippet", "opt-in")]
    )
]


@pytest.mark.parametrize(("option", "install", "model"), WAYS)
def test_it_honors_each_way_to_refuse(wrapped: Wrapped, option: str, model: str, install: str) -> None:
    wrapped.open(
        "asks-nobody",
        {"C0001": True, "C0002": False},
        model,
        options=REFUSALS[option],
        install=install,
    )
    assert wrapped.fullstory_names() == []
    assert not wrapped.fullstory_is_there
    assert wrapped.page.evaluate("typeof analytics.track") == "function"


@pytest.mark.parametrize(("option", "install", "model"), WAYS)
def test_it_honors_each_way_to_grant(wrapped: Wrapped, option: str, model: str, install: str) -> None:
    wrapped.open(
        "asks-nobody",
        {"C0001": True, "C0002": True},
        model,
        options=REFUSALS[option],
        install=install,
    )
    assert wrapped.fullstory_names(1) == ["A"]


@pytest.mark.parametrize("install", ["package", "snippet"])
@pytest.mark.parametrize(
    "option",
    [
        "shouldDisableSegment: () => true",
        "shouldLoadSegment: (context) => context.abort({loadSegmentNormally: false})",
        "shouldLoadWrapper: () => new Promise(() => {})",
    ],
)
def test_it_loads_nothing_when_stopped(wrapped: Wrapped, option: str, install: str) -> None:
    wrapped.open("asks-nobody", {"C0002": True}, "opt-in", options=option, install=install)
    assert wrapped.fullstory_names() == []
    assert not wrapped.fullstory_is_there


@pytest.mark.parametrize("model", ["opt-in", "opt-out"])
def test_it_waits_for_consent_in_the_snippet(wrapped: Wrapped, model: str) -> None:
    wrapped.open("asks", {"C0001": True, "C0002": False}, model, install="snippet")
    assert wrapped.fullstory_names() == []
    assert not wrapped.fullstory_is_there


def test_it_drops_events_without_consent_in_the_snippet(wrapped: Wrapped) -> None:
    options = "integrationCategoryMappings: {'Fullstory (Actions)': ['C0002']}"
    wrapped.open("asks-nobody", {"C0002": True}, "opt-out", options=options, install="snippet")
    assert wrapped.fullstory_names(1) == ["A"]
    wrapped.page.evaluate("categories.C0002 = false; analytics.track('B')")
    assert wrapped.fullstory_names(1) == ["A"]
