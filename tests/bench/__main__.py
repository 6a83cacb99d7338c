"""Measurements, as ratios within one run where possible: ``make bench``.

``--quick`` runs only those that take seconds: sizes, requests, compiling and evaluating.

A figure over its budget is marked, and the exit status is then 1. In CI, only figures that are the same on every
machine count, such as sizes and numbers of requests: a busy machine must not fail a change.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
django.setup()

from fullstory_dest import fql
from fullstory_dest.compiler.artifacts import build_files, build_plugin, build_snippet
from fullstory_dest.compiler.bundle import bundle
from fullstory_dest.compiler.check import check_source
from fullstory_dest.compiler.compile import compile_checked, compile_source, configure, inert_spec
from fullstory_dest.compiler.settings_document import subscriptions
from tests.bench import admin_screens, deployments
from tests.bench.additions import print_additions
from tests.bench.in_browser import RUNS, measure
from tests.browser.chromium import find_chromium
from tests.factories import destination_spec, mapping_spec, presets_spec, source_spec

HERE = Path(__file__).parent
EVENTS = [
    {
        "type": "identify",
        "userId": "u1",
        "anonymousId": "a1",
        "traits": {"name": "Ann", "email": "ann@example.com", "plan": "pro", "age": 31},
    },
    {
        "type": "track",
        "event": "Order Completed",
        "properties": {"order_id": "50314b8e", "total": 27.5, "currency": "USD", "products": [{"sku": "1"}]},
    },
    {
        "type": "page",
        "category": "Docs",
        "name": "Home",
        "properties": {"path": "/docs", "url": "https://example.com/docs", "title": "Docs", "referrer": ""},
    },
]


#: Counted, not timed.
EXACT_UNITS = ("kB", "")
#: How many of the slowest screens to print.
SLOWEST = 10


class Report:
    """Print a line per figure, and remember whether one is over its budget."""

    def __init__(self) -> None:
        self.failed = False

    def line(self, what: str, figure: float, unit: str, *, most: float | None = None) -> None:
        beyond = most is not None and figure > most
        self.failed |= beyond and (unit in EXACT_UNITS or not os.environ.get("CI"))
        budget = "" if most is None else f"   budget {most:g}{'   BEYOND IT' if beyond else ''}"
        print(f"{what:<62} {figure:>10.3f} {unit:<6}{budget}")

    def skip(self, what: str, why: str) -> None:
        print(f"{what:<62} skipped: {why}")


def milliseconds(work: Callable[[], object], runs: int = 15) -> float:
    """The best time of a piece of work. Other load on the machine can only add to it."""
    times = []
    for _ in range(runs):
        start = time.perf_counter()
        work()
        times.append((time.perf_counter() - start) * 1000)
    return min(times)


def sizes(report: Report) -> None:
    config = compile_source(presets_spec())
    report.line(
        "snippet for the three V2 presets, brotli",
        len(build_snippet(config).brotli()) / 1000,
        "kB",
        most=6.25,
    )
    report.line(
        "  of which without any destination",
        len(build_snippet(configure(inert_spec("key"), {"destinations": []})).brotli()) / 1000,
        "kB",
    )
    report.line("plugin for the three V2 presets, brotli", len(build_plugin(config).brotli()) / 1000, "kB")


def compiling(report: Report) -> None:
    [destination] = presets_spec()["destinations"]
    mappings = [
        mapping_spec(**{**mapping, "id": number})
        for number, mapping in enumerate((destination["mappings"] * 17)[:50])
    ]
    spec = source_spec(destination_spec(*mappings))
    report.line(
        "compile a source with 50 mappings", milliseconds(lambda: compile_source(spec)), "ms", most=20
    )
    trigger = " and ".join(f"properties.p{number} = {number}" for number in range(200))
    report.line(
        "parse and compile a trigger of 200 conditions",
        milliseconds(lambda: fql.compile(fql.parse(trigger))),
        "ms",
        most=5,
    )
    compiled = compile_checked(check_source(spec))
    made = milliseconds(lambda: build_files(spec, compiled, "https://example.com"))
    report.line("  and make its files, the runtime assembled before", made, "ms")

    def assembling() -> None:
        bundle.cache_clear()
        build_snippet(configure(spec, compiled))

    report.line("  and assemble the runtime for the first time", milliseconds(assembling), "ms")


def evaluating(report: Report) -> None:
    what = "CPU per event and mapping, ours / Segment's packages"
    if not shutil.which("node") or not (HERE.parent / "oracle/node_modules").exists():
        report.skip(what, "Node or the npm packages in tests/oracle are missing")
        return
    spec = presets_spec()
    compiled = compile_checked(check_source(spec))
    given = {
        "config": configure(spec, compiled),
        "subscriptions": subscriptions(spec["destinations"][0], compiled["destinations"][0]),
        "events": EVENTS,
    }
    run = subprocess.run(
        ["node", HERE / "evaluate.mjs"], input=json.dumps(given), capture_output=True, text=True, check=True
    )
    times = json.loads(run.stdout)
    report.line("per event and mapping in Node: ours", times["ours"], "ns")
    report.line("per event and mapping in Node: Segment's packages", times["theirs"], "ns")
    report.line(what, times["ours"] / times["theirs"], "x", most=0.05)


def starting(report: Report, *, quick: bool) -> None:
    what = "first FullStory call on a slow link, ours / analytics.js"
    if not find_chromium() or not shutil.which("node") or not (HERE.parent / "oracle/node_modules").exists():
        report.skip(what, "Chromium, Node or the npm packages in tests/oracle are missing")
        return
    found = measure(runs=1 if quick else RUNS)
    report.line("requests before the first FullStory call: ours", found.ours.requests, "", most=1)
    report.line("requests before the first FullStory call: analytics.js", found.theirs.requests, "")
    if quick:
        return
    report.line("first FullStory call at 150 ms and 1.6 Mbit/s: ours", found.ours.first_call, "ms")
    report.line("first FullStory call: analytics.js with our plugin", found.theirs.first_call, "ms")
    report.line(what, found.ours.first_call / found.theirs.first_call, "x", most=0.45)
    report.line("longest task of the main thread at start", found.task.lasted, "ms", most=10)
    report.line("  of which the processor was at work", found.task.worked, "ms")
    report.line("  on a processor four times slower", found.slowed_task.lasted, "ms")


def admin(report: Report) -> None:
    what = "screens and REST, 1,000 sources of 20 mappings and 3 environments"
    print_costs(report, what, admin_screens.measure(mappings=20, environments=3), most=200)
    what = "screens and REST, 100,000 sources of 3 mappings"
    print_costs(report, what, admin_screens.measure(mappings=3, copies=admin_screens.COPIES), most=300)


def deploying(report: Report) -> None:
    found = deployments.measure()
    if found is None:
        report.skip("deploy a source with 50 mappings", "PostgreSQL is missing")
        return
    for what, best in found.items():
        report.line(f"{what}, a source with 50 mappings", best, "ms", most=300)


def print_costs(report: Report, what: str, costs: admin_screens.Costs | None, *, most: int) -> None:
    if costs is None:
        report.skip(what, "PostgreSQL or Linux is missing")
        return
    screens = sorted(costs["screens"], key=lambda cost: cost["milliseconds"], reverse=True)
    print(f"{what}: processor time of {len(screens)}; the load of the machine is {os.getloadavg()[0]:.1f}")
    for number, cost in enumerate(screens):
        if number < SLOWEST or cost["milliseconds"] > most:
            label = f"  {cost['name'][:43]} (elapsed {cost['elapsed']:.0f})"
            report.line(label, cost["milliseconds"], "ms", most=most)
    report.line("  most queries of a screen", max(cost["queries"] for cost in screens), "", most=10)
    for name, first in costs["first"].items():
        report.line(f"  first request of a new worker: {name}", first, "ms")


def main(*, quick: bool) -> int:
    report = Report()
    sizes(report)
    compiling(report)
    evaluating(report)
    starting(report, quick=quick)
    if not quick:
        deploying(report)
        admin(report)
        print_additions()
    return int(report.failed)


if __name__ == "__main__":
    sys.exit(main(quick="--quick" in sys.argv))
