"""The time to publish, promote and roll back a source with 50 mappings on PostgreSQL."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from typing import Any, Final

from tests.bench.on_postgresql import run_on_postgresql

RUNS: Final = 7
MAPPINGS: Final = 50
TEST_CASES: Final = 5


def measure() -> dict[str, float] | None:
    """The best time of each operation in milliseconds, measured in another process. None without PostgreSQL."""
    answer = run_on_postgresql(__name__)
    return None if answer is None else json.loads(answer)


def _measure() -> dict[str, float]:
    """Measure in a process whose settings name the database."""
    import django

    django.setup()

    from django.contrib.auth.models import User
    from django.core.management import call_command
    from django.test import Client

    from fullstory_dest.catalog.sample_events import SAMPLE_EVENTS
    from fullstory_dest.compiler.compile import compile_source
    from fullstory_dest.models import TestCase
    from fullstory_dest.services.previews.test_cases import run_test_cases, save_test_case
    from fullstory_dest.services.publishing.promote import promote
    from fullstory_dest.services.publishing.publish_with_test_cases import publish_with_test_cases
    from fullstory_dest.services.publishing.roll_back import roll_back
    from fullstory_dest.services.spec import drafts_in
    from tests.factories import a_mapping, a_set_up_source, a_staging_environment, live

    call_command("migrate", verbosity=0)
    source = a_set_up_source()
    destination = source.destinations.get()
    for number in range(destination.mappings.count(), MAPPINGS):
        mapping = a_mapping(destination, name=f"Event {number}", trigger=f'event = "Event {number}"')
    event = SAMPLE_EVENTS["track"]
    [run] = run_test_cases([TestCase(event=event)], compile_source(drafts_in(source.production)))
    for number in range(TEST_CASES):
        save_test_case(source, name=f"Test case {number}", event=event, calls=run.calls)
    staging, production = a_staging_environment(source), source.production
    client = Client(headers={"host": "127.0.0.1"})
    client.force_login(User.objects.create_superuser("olga"))
    best: dict[str, float] = {}

    def timed(what: str, work: Callable[[], Any]) -> Any:
        start = time.perf_counter()
        done = work()
        took = (time.perf_counter() - start) * 1000
        best[what] = min(took, best.get(what, took))
        return done

    def post(address: str, **sent: Any) -> Any:
        response = client.post(f"/api/v1/{address}/", sent, content_type="application/json")
        assert response.status_code == 201, response.content
        return response.json()

    def deploy_by_services() -> None:
        release = timed("publish", lambda: publish_with_test_cases(staging)).deployment.release
        before = live(source)
        timed("promote", lambda: promote(release, production))
        if before:
            timed("roll back", lambda: roll_back(before))

    def deploy_by_rest() -> None:
        where = f"environments/{production.pk}"
        address = f"sources/{source.pk}/publish"
        number = timed("publish, REST", lambda: post(address, environment=staging.slug))["release"]
        before = live(source)
        timed("promote, REST", lambda: post(f"{where}/promote", release=number))
        if before:
            timed("roll back, REST", lambda: post(f"{where}/rollback", deployment=before.pk))

    for run in range(RUNS):
        for deploy in (deploy_by_services, deploy_by_rest):
            mapping.name = f"Event of {deploy.__name__} {run}"
            mapping.save()
            deploy()
    return best


if __name__ == "__main__":
    json.dump(_measure(), sys.stdout)
