"""The cost of each screen of the admin and of each list of the API on PostgreSQL, with many sources."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import TypedDict

from tests.bench.on_postgresql import run_module, run_on_postgresql

SOURCES = 1_000
#: How often the sources are copied for the large site.
COPIES = 99
#: How often to repeat a screen, and from how many milliseconds on. Faster ones are requested once.
RUNS = 5
WORTH_A_LOOK = 100
#: Screens to request first from a new worker.
FIRST = ("index", "source_changelist", "mapping_change", "source_publish", "source_test")


class ScreenCost(TypedDict):
    """``milliseconds`` is the least processor time of repeated requests, of Python and the database.

    Other programs on the machine make ``elapsed``, the least time of a request, longer.
    """

    name: str
    milliseconds: float
    elapsed: float
    queries: int


class Costs(TypedDict):
    """``first``: milliseconds of a new worker's first request, by screen."""

    screens: list[ScreenCost]
    first: dict[str, float]


def measure(*, mappings: int, environments: int = 1, copies: int = 0) -> Costs | None:
    """The cost of each screen, measured in another process. None without PostgreSQL and Linux's processor times.

    The sources have this many mappings and environments each, and this many copies.
    """
    if not Path("/proc/self/schedstat").exists():
        return None
    answer = run_on_postgresql(__name__, str(mappings), str(environments), str(copies))
    return None if answer is None else json.loads(answer)


def _measure(mappings: int, environments: int, copies: int) -> Costs:
    """Measure in a process whose settings name the database."""
    import django

    django.setup()

    from django.core.management import call_command
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from fullstory_dest.api.urls import router
    from project.warm import warm_up
    from tests.admin.screens import Ask, Screen, Who, screens
    from tests.factories_large import fill, multiply

    call_command("migrate", verbosity=0)
    with connection.cursor() as cursor:
        # Helpers' work would not be counted.
        cursor.execute("SET max_parallel_workers_per_gather = 0")
    site = fill(SOURCES, mappings=mappings, environments=environments)
    if copies:
        multiply(copies)
    warm_up()
    clients: dict[Who, Client] = {who: Client(headers={"host": "127.0.0.1"}) for who in ("owner", "nobody")}
    clients["owner"].force_login(site.owner)

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        database = Path(f"/proc/{cursor.fetchone()[0]}/schedstat")

    def worked() -> float:
        """Milliseconds for which this process and the database's have used a processor."""
        return time.process_time() * 1000 + int(database.read_text().split()[0]) / 1_000_000

    def asked(screen: Screen) -> tuple[float, float]:
        """The processor time and the time of a request."""
        start, worked_before = time.perf_counter(), worked()
        response = screen.get(clients)
        took = worked() - worked_before, (time.perf_counter() - start) * 1000
        assert response.status_code == 200, f"{screen.address}: {response.status_code}"
        return took

    def cost(screen: Screen) -> ScreenCost:
        asked(screen)
        with CaptureQueriesContext(connection) as captured:
            times = [asked(screen)]
            # The next request empties the list.
            queries = len(captured)
        if max(times[0]) > WORTH_A_LOOK:
            times += [asked(screen) for _ in range(RUNS - 1)]
        least, elapsed = map(min, zip(*times, strict=True))
        return {"name": screen.name, "milliseconds": least, "elapsed": elapsed, "queries": queries}

    lists = [f"/api/v1/{name}/" for name, _viewset, _base in router.registry]
    lists += [
        "/api/v1/activity/",
        "/api/v1/sources/?search=shop",
        f"/api/v1/environments/?source={site.source.pk}",
    ]
    found = [*screens(site), *(Screen(address, address, Ask()) for address in lists)]
    session = clients["owner"].cookies["sessionid"].value
    return {
        "screens": [cost(screen) for screen in found],
        "first": {
            screen.name: float(run_module("tests.bench.first_request", screen.address, session))
            for screen in found
            if screen.name in FIRST
        },
    }


if __name__ == "__main__":
    json.dump(_measure(*map(int, sys.argv[1:])), sys.stdout)
