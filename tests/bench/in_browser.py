"""Loading times of a page in Chromium: our tag beside Segment's analytics.js with our plugin."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import brotli

from fullstory_dest.compiler.artifacts import build_files
from fullstory_dest.compiler.check import check_source
from fullstory_dest.compiler.compile import compile_checked
from fullstory_dest.compiler.settings_document import SEGMENT_CDN
from tests.bench.bare_chromium import Chromium, running_chromium
from tests.browser.chromium import tasks_of
from tests.browser.loopback import Handler, serving
from tests.factories import presets_spec

ORACLE = Path(__file__).parent.parent / "oracle"
UMD = ORACLE / "node_modules/@segment/analytics-next/dist/umd"

#: A slow link: milliseconds of latency per request, and bytes per second in each direction.
LINK = {"offline": False, "latency": 150, "downloadThroughput": 1.6e6 / 8, "uploadThroughput": 0.75e6 / 8}
RUNS = 7

SNIPPET = "/analytics.js/v1/ours/analytics.min.js"

# When FullStory's queue receives its first call, counted from the start of the navigation. fs.js is empty here.
CLOCK = """
let fullstory;
Object.defineProperty(window, 'FS', {
  configurable: true,
  get: () => fullstory,
  set(given) {
    fullstory = given;
    const { q } = given;
    const push = q.push;
    q.push = (entry) => {
      if (entry[0] != 'init' && !window.firstCall) window.firstCall = performance.now();
      return push.call(q, entry);
    };
  },
});
"""

# Requests by then, except fs.js.
REQUESTS = """performance.getEntriesByType('resource')
    .filter((asked) => asked.startTime < firstCall && !asked.name.includes('/fs.js')).length"""


@dataclass(frozen=True)
class Start:
    """How a page started: milliseconds until FullStory's first call, and the requests before it."""

    first_call: float
    requests: int


def documents(url: str) -> dict[str, tuple[str, bytes]]:
    """Everything that both pages request, by path: content type and body."""
    spec = presets_spec()
    spec["destinations"][0]["settings"]["script"] = f"{url}/fs.js"
    made = build_files(spec, compile_checked(check_source(spec)), url)
    settings = json.loads(made.settings.body)
    [plugin] = settings["remotePlugins"]
    snippet = (
        f"require('@segment/snippet').min({{apiKey: 'theirs', host: '{url[7:]}', useHostForBundles: true}})"
    )
    pasted = subprocess.run(
        ["node", "-p", snippet], cwd=ORACLE, capture_output=True, text=True, check=True
    ).stdout.replace("https://", "http://")
    page = (
        f"<!doctype html><title>Shop</title><link rel=icon href=data:,><script>{CLOCK}</script><h1>Shop</h1>"
    )
    tag = f"<script async src='{url}{SNIPPET}'></script>"
    return {
        # With a script, because a browser's first one takes 10 to 20 ms longer.
        "/before": ("text/html", f"{page}<script src='{url}/fs.js'></script>".encode()),
        "/ours": ("text/html", f"{page}<script>analytics = [['page']]</script>{tag}".encode()),
        "/theirs": ("text/html", f"{page}<script>{pasted}</script>".encode()),
        SNIPPET: ("text/javascript", made.snippet.body),
        plugin["url"].removeprefix(SEGMENT_CDN): ("text/javascript", made.plugin.body),
        "/v1/projects/theirs/settings": ("application/json", made.settings.body),
        "/fs.js": ("text/javascript", b""),
        "/analytics.js/v1/theirs/analytics.min.js": ("text/javascript", (UMD / "standalone.js").read_bytes()),
        **{
            f"/analytics-next/bundles/{file.name}": ("text/javascript", file.read_bytes())
            for file in UMD.glob("*.bundle.*.js")
        },
    }


@contextmanager
def served() -> Iterator[str]:
    """Serve the documents compressed with brotli, as delivery and Segment's CDN do."""
    answers: dict[str, tuple[str, bytes]] = {}

    class Compressed(Handler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            content_type, body = answers.get(self.path.partition("?")[0], ("text/plain", b""))
            self.send_response(200)
            self.send_header("Content-Type", content_type)
            self.send_header("Access-Control-Allow-Origin", "*")
            if body:
                self.send_header("Content-Encoding", "br")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            self.do_GET()

    with serving(Compressed) as host:
        url = f"http://{host}"
        for path, (content_type, body) in documents(url).items():
            answers[path] = (content_type, brotli.compress(body) if body else b"")
        yield url


def start(chromium: Chromium, url: str, path: str) -> Start:
    """Open the page as a new visitor on the slow link, in a running browser."""
    with chromium.visitor() as visitor:
        visitor.visit(f"{url}/before", "document.readyState == 'complete'")
        visitor.command("Network.enable")
        visitor.command("Network.emulateNetworkConditions", **LINK)
        return Start(visitor.visit(url + path, "window.firstCall"), visitor.evaluate(REQUESTS))


@dataclass(frozen=True)
class Task:
    """A task of the main thread, in milliseconds of wall time and of processor time."""

    lasted: float
    worked: float


def longest_task(chromium: Chromium, url: str, *, slower: int = 1) -> Task:
    """The longest task of the main thread that ran our script during the start of the page."""
    with chromium.visitor() as visitor:
        visitor.visit(f"{url}/before", "document.readyState == 'complete'")
        visitor.command("Emulation.setCPUThrottlingRate", rate=slower)
        traced = chromium.trace(lambda: visitor.visit(f"{url}/ours", "window.firstCall"))
        longest = max(tasks_of(traced, SNIPPET), key=lambda task: task["dur"])
        return Task(longest["dur"] / 1000, longest["tdur"] / 1000)


@dataclass(frozen=True)
class Figures:
    ours: Start
    theirs: Start
    task: Task
    slowed_task: Task


def measure(runs: int) -> Figures:
    """Medians of the starts, each by a new visitor with an empty cache, and the best of the tasks."""
    with served() as url, running_chromium() as chromium:
        starts = [(start(chromium, url, "/ours"), start(chromium, url, "/theirs")) for _ in range(runs)]
        ours, theirs = (
            Start(median(one.first_call for one in side), max(one.requests for one in side))
            for side in zip(*starts, strict=True)
        )
        task, slowed = (
            min(
                (longest_task(chromium, url, slower=slower) for _ in range(runs)),
                key=lambda task: task.lasted,
            )
            for slower in (1, 4)
        )
        return Figures(ours, theirs, task, slowed)
