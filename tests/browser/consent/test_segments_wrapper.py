"""Our settings and plugin in Segment's own analytics.js and consent wrapper."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest
from live_server import LiveServer, Site
from playwright.sync_api import Page
from shop import GPC, PATH
from visitor import Visitor

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
    """A folder with ``consent-tools.js``: Segment's wrapper as a script, which it is not published as."""
    done = subprocess.run(["node", "-e", BUNDLER], cwd=oracle, capture_output=True, text=True, check=True)
    folder = tmp_path_factory.mktemp("consent-tools")
    (folder / "consent-tools.js").write_text(done.stdout)
    return folder


class Wrapped:
    """A page with the real analytics.js 2 in Segment's real consent wrapper, and our settings and plugin."""

    def __init__(
        self, server: LiveServer, site: Site, page: Page, visitor: Visitor, oracle: Path, tools: Path
    ) -> None:
        self._server, self._site, self.page, self.visitor = server, site, page, visitor
        umd = oracle / "node_modules/@segment/analytics-next/dist/umd"
        # A second key in `integrations` makes analytics.js load this part of itself.
        site.folders |= {"/ajs/": umd, "/analytics-next/bundles/": umd, "/tools/": tools}

    def open(self, write_key: str, categories: dict[str, bool], model: str) -> None:
        self._site.pages[PATH] = f"""<!doctype html><link rel="icon" href="data:,">
            <script>window.analytics = {{ _cdn: location.origin }}</script>
            <script src="/ajs/index.js"></script><script src="/tools/consent-tools.js"></script>
            <script>
              window.categories = {json.dumps(categories)};
              const wrap = ConsentTools.createWrapper({{
                getCategories: () => categories,
                shouldLoadSegment: (context) => context.load({{ consentModel: '{model}' }}),
              }});
              window.analytics = new AnalyticsNext.AnalyticsBrowser();
              wrap(analytics);
              analytics.load({{ writeKey: '{write_key}', cdnURL: '{self._server.url}' }});
              window.tracked = analytics.track('A').then(() => true, () => true);
            </script>"""
        self.page.goto(self._site.url + PATH)


@pytest.fixture
def wrapped(
    sources: LiveServer, site: Site, page: Page, visitor: Visitor, oracle: Path, consent_tools: Path
) -> Wrapped:
    return Wrapped(sources, site, page, visitor, oracle, consent_tools)


@pytest.mark.parametrize("model", ["opt-in", "opt-out"])
def test_segments_wrapper_lets_fullstory_be_called_with_consent(wrapped: Wrapped, model: str) -> None:
    wrapped.open("asks", {"C0001": True, "C0002": True}, model)
    wrapped.page.wait_for_function("(window.fsCalls || []).length == 2")
    assert wrapped.page.evaluate("fsCalls[1].args[1].name") == "A"


@pytest.mark.parametrize("categories", [{"C0001": True, "C0002": False}, {"C0001": True}, {}])
def test_without_consent_segments_wrapper_does_not_load_fullstory(
    wrapped: Wrapped, categories: dict[str, bool]
) -> None:
    wrapped.open("asks", categories, "opt-in")
    wrapped.page.wait_for_timeout(1000)
    assert wrapped.page.evaluate("[window.FS, window.fullstoryDestination].map(String)") == ["undefined"] * 2
    assert "/v1/projects/asks/settings" in wrapped.visitor.paths()
    assert "/demo/fs.js" not in wrapped.visitor.paths()


def test_with_opting_out_segments_wrapper_blocks_the_calls(wrapped: Wrapped) -> None:
    wrapped.open("asks", {"C0001": True, "C0002": True}, "opt-out")
    wrapped.page.wait_for_function("(window.fsCalls || []).length == 2")
    wrapped.page.evaluate("categories.C0002 = false; analytics.track('B').catch(() => {})")
    wrapped.page.wait_for_timeout(500)
    assert wrapped.page.evaluate("fsCalls.map(({args}) => args[1].name)") == [None, "A"]


@pytest.mark.parametrize("refused", [True, False])
def test_our_plugin_honors_signals(wrapped: Wrapped, refused: bool) -> None:
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
