"""Previews, publishes and edits at the same moment."""

import json
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.db import OperationalError, connection, connections
from django.test import Client
from django.utils import timezone

from fullstory_dest.models import (
    ApiToken,
    ClassicDestination,
    Environment,
    Mapping,
    Release,
    ScheduledDeployment,
    Source,
)
from fullstory_dest.services import row_locks
from fullstory_dest.services.classic.migrate_classic import migrate
from fullstory_dest.services.drafts.copy_destination import copy_destination
from fullstory_dest.services.drafts.duplicate_mapping import duplicate_mapping
from fullstory_dest.services.drafts.reorder_mappings import reorder_mappings
from fullstory_dest.services.drafts.restore_drafts import restore_drafts
from fullstory_dest.services.previews.engine import PREVIEW_ENGINE, TEST_CASE_ENGINE
from fullstory_dest.services.previews.test_cases import save_test_case
from fullstory_dest.services.previews.try_event import try_event
from fullstory_dest.services.publishing.deploy import drafts_fingerprint, fingerprint
from fullstory_dest.services.publishing.publish import publish
from fullstory_dest.services.publishing.publish_due import publish_due
from fullstory_dest.services.publishing.schedule_deployment import schedule_deployment
from fullstory_dest.services.spec import drafts_in, source_spec
from tests.admin.pages import url
from tests.concurrency import PATIENCE, at_once, in_transaction
from tests.factories import a_destination, a_mapping, a_set_up_source

pytestmark = pytest.mark.django_db(transaction=True)

BOUGHT = {"type": "track", "event": "Bought"}
ANSWERED = {200, 201}


def a_tested_source() -> Source:
    """A source with a passing test case, which runs before each publish."""
    source = a_set_up_source()
    calls = try_event(drafts_in(source.production), BOUGHT).result["calls"]
    save_test_case(source, name="Bought", event=BOUGHT, calls=calls)
    return source


def client_of(user: User) -> Client:
    _, token = ApiToken.objects.create(user)
    return Client(raise_request_exception=False, headers={"Authorization": f"Bearer {token}"})


def post(client: Client, row: Source | Environment, act: str, **body):
    resource = "sources" if isinstance(row, Source) else "environments"
    return client.post(f"/api/v1/{resource}/{row.pk}/{act}/", json.dumps(body), "application/json")


def patch(client: Client, mapping: Mapping, **body):
    return client.patch(f"/api/v1/mappings/{mapping.pk}/", json.dumps(body), "application/json")


def is_busy(answer, status: int) -> bool:
    """Whether a response only asks to try again later."""
    assert answer.status_code == status, answer.content
    assert int(answer["Retry-After"]) >= 1
    assert answer["Content-Type"] == "application/problem+json"
    return answer.json()["type"].endswith(":busy")


@contextmanager
def going_on(*works):
    """Repeat each function in a thread until the block ends. Yield the list of their results."""
    over, results = threading.Event(), []

    def repeat(work) -> None:
        try:
            while not over.is_set():
                results.append(work())
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(works)) as pool:
        running = [pool.submit(repeat, work) for work in works]
        try:
            yield results
        finally:
            over.set()
        for each in running:
            each.result()


@contextmanager
def previews_full():
    """Other accounts occupy the preview engine and its queue."""
    ready, over = threading.Semaphore(0), threading.Event()
    engine = PREVIEW_ENGINE

    def keep() -> None:
        with engine._turn():
            ready.release()
            over.wait(PATIENCE)

    with ThreadPoolExecutor(3) as pool:
        for _ in range(int(engine._max_runs)):
            pool.submit(keep)
        ready.acquire()
        while len(engine._runs) < engine._max_runs:
            time.sleep(0.005)
        yield
        over.set()


def test_it_publishes_while_previews_are_full(people):
    source, owner = a_tested_source(), people[0]
    mapping = source.destinations.get().mappings.get(action="trackEventV2")
    page = url("source", "publish", source.pk)
    with previews_full():
        assert is_busy(post(owner, source, "preview", events=[BOUGHT]), 429)
        assert post(owner, source, "publish").status_code == 201
        call_command("publish", source.slug)
        # The admin's page runs test cases, and publishes.
        Mapping.objects.filter(pk=mapping.pk).update(name="Changed")
        shown = owner.get(page)
        assert not shown.context["run_error"]
        reviewed = shown.context["form"]["reviewed"].value()
        assert owner.post(page, {"note": "", "reviewed": reviewed}).status_code == 302
        Mapping.objects.filter(pk=mapping.pk).update(name="Again")
        by = User.objects.get(username="person 0")
        at = timezone.now() + timedelta(days=1)
        schedule_deployment(
            source.production, at=at, by=by, reviewed=fingerprint(drafts_in(source.production))
        )
        (done,) = publish_due(at)
        assert (done.state, done.deployment.release.number) == (ScheduledDeployment.State.DONE, 3)


def test_it_reports_in_the_admin_that_previews_are_full(people):
    source, owner = a_tested_source(), people[0]
    event = {"event": json.dumps(BOUGHT)}
    forms = [
        (url("source", "run_event", source.pk), event),
        (url("source", "save_test_case", source.pk), {**event, "test_case_name": "Another"}),
        (url("mapping", "run_event"), {**event, "mapping": Mapping.objects.first().pk}),
    ]
    pages = ["test", "overview", "releases"]
    with previews_full():
        for path, form in forms:
            answer = owner.post(path, form, headers={"X-Requested-With": "fetch"})
            assert (answer.status_code, answer["Retry-After"]) == (429, "1")
            assert "Other previews are running" in answer.json()["problem"]
        # Without JavaScript, with the typed text.
        answer = owner.post(url("source", "test", source.pk), event)
        assert answer.status_code == 429
        assert "Bought" in answer.content.decode()
        for page in pages:
            assert owner.get(url("source", page, source.pk)).status_code == 200
    assert source.test_cases.count() == 1


def test_it_serves_others_while_one_viewer_floods_previews(people):
    """One account sends as many and as large requests as it can."""
    source = a_tested_source()
    events = [{"type": "track", "event": "x", "properties": {str(key): key for key in range(1000)}}] * 100
    viewer = people[3]
    with going_on(*[lambda: post(viewer, source, "preview", events=events)] * 6) as previews:
        while len(previews) < 6:
            time.sleep(0.01)
        published = [post(people[0], source, "publish").status_code for _ in range(4)]
        others = [post(people[1], source, "preview", events=[BOUGHT]).status_code for _ in range(3)]
    assert published == [201] + [200] * 3
    assert others == [200] * 3
    assert {answer.status_code for answer in previews} == {200, 429}
    assert all(is_busy(answer, 429) for answer in previews if answer.status_code == 429)


def test_it_reports_that_a_publish_has_to_wait_for_test_cases(people, monkeypatch):
    source = a_tested_source()
    monkeypatch.setattr(TEST_CASE_ENGINE, "_wait_seconds", 0.1)
    at = timezone.now() + timedelta(days=1)
    by = User.objects.get(username="person 0")
    pending = schedule_deployment(
        source.production, at=at, by=by, reviewed=fingerprint(drafts_in(source.production))
    )
    with TEST_CASE_ENGINE._turn():
        assert is_busy(post(people[0], source, "publish"), 503)
        # It stays due.
        assert list(publish_due(at)) == []
    pending.refresh_from_db()
    assert pending.state == ScheduledDeployment.State.WAITING
    assert not Release.objects.exists()
    assert post(people[0], source, "publish").status_code == 201


def test_it_publishes_while_others_edit(people):
    """Each publish contains a state that the drafts had."""
    source = a_tested_source()
    edited = list(source.destinations.get().mappings.exclude(action="trackEventV2"))
    numbers = iter(range(10**6))

    def edit(client, mapping):
        # Both write the same number each time, so that a mixture is noticed.
        number = next(numbers)
        return patch(client, mapping, name=f"Name {number}", fields={**mapping.fields})

    editors = [
        lambda client=client, mapping=mapping: edit(client, mapping)
        for client in people[2:]
        for mapping in edited
    ]
    with going_on(*editors) as edits:
        answers = at_once(*[lambda: post(people[0], source, "publish")] * 5)
        answers += at_once(*[lambda: post(people[1], source, "publish", note="By another")] * 5)
        answers += [post(people[0], source, "publish", ignore_test_case_failures=True) for _ in range(5)]
        answers += [post(people[0], source, "publish") for _ in range(5)]
    statuses = Counter(getattr(answer, "status_code", answer) for answer in answers)
    assert statuses.total() == 20
    assert set(statuses) <= ANSWERED, statuses
    assert Counter(answer.status_code for answer in edits) == {200: len(edits)}
    assert len(edits) > 20
    assert post(people[0], source, "publish").status_code in ANSWERED
    assert source.releases.order_by("-number").first().spec == source_spec(source)
    numbers = list(source.releases.order_by("number").values_list("number", flat=True))
    assert numbers == list(range(1, len(numbers) + 1))


def test_it_publishes_reviewed_drafts_unless_they_changed(people):
    source = a_tested_source()
    mapping = source.destinations.get().mappings.get(action="viewedPageV2")
    reviewed = people[0].get(f"/api/v1/sources/{source.pk}/diff/").json()["reviewed"]
    # Edits of another source, a rotated write key, and a mapping changed and changed back don't count.
    other = a_mapping()
    works = [lambda client=client: post(client, source, "publish", reviewed=reviewed) for client in people]
    with going_on(
        lambda: patch(people[3], other, name=str(time.monotonic())),
        lambda: post(people[3], source.production, "rotate-key").status_code,
    ):
        answers = at_once(*works, *works)
    assert {answer.status_code for answer in answers} <= ANSWERED
    patch(people[0], mapping, name="Changed")
    assert {answer.status_code for answer in at_once(*works)} == {409}
    patch(people[0], mapping, name=mapping.name)
    assert {answer.status_code for answer in at_once(*works)} <= ANSWERED


def test_it_publishes_no_half_deleted_destination(people):
    """A destination is deleted after a publish has read it, and before its mappings are read."""
    source = a_set_up_source()
    destination = source.destinations.get()
    deleting: list[threading.Thread] = []

    def delete() -> None:
        try:
            people[1].delete(f"/api/v1/destinations/{destination.pk}/")
        finally:
            connections.close_all()

    def delete_before_mappings(execute, sql, params, many, context):
        if sql.startswith("SELECT") and 'FROM "fullstory_dest_mapping"' in sql and not deleting:
            deleting.append(threading.Thread(target=delete))
            deleting[0].start()
            deleting[0].join(1)
        return execute(sql, params, many, context)

    def read(source):
        with connection.execute_wrapper(delete_before_mappings):
            return source_spec(source)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("fullstory_dest.services.publishing.publish.source_spec", read)
        release = publish(source.production).deployment.release
    deleting[0].join(PATIENCE)
    (published,) = release.spec["destinations"]
    assert len(published["mappings"]) == 3
    assert not source.destinations.exists()


def held(source: Source):
    """Another transaction locks a source with its drafts until the block ends."""
    return in_transaction(lambda: row_locks.lock_tree(Source, [source.pk]))


@pytest.mark.usefixtures("_impatient")
def test_it_reports_when_to_try_again_after_a_lock_timeout(people):
    source = a_set_up_source()
    deployment = publish(source.production).deployment
    destination = source.destinations.get()
    mapping = destination.mappings.first()
    order = [each.pk for each in destination.mappings.order_by("-position")]
    mapping.trigger = 'type = "identify" and userId != null'
    mapping.save()
    publish(source.production)
    another = a_destination()
    test_case = {"source": source.pk, "name": "Bought", "event": BOUGHT}
    classic = ClassicDestination.objects.create(source=source, settings={"org": "o-1-na1"})
    rest = [
        lambda: post(people[0], source, "publish"),
        lambda: post(people[0], source.production, "rollback", deployment=deployment.pk),
        lambda: post(people[0], source.production, "rotate-key"),
        lambda: patch(people[0], mapping, name="Another"),
        lambda: people[0].post("/api/v1/test-cases/", json.dumps(test_case), "application/json"),
        lambda: people[0].delete(f"/api/v1/sources/{source.pk}/"),
    ]
    first, live = deployment.release, source.production.deployments.latest("pk")
    admin = [
        (url("deployment", "roll_back", deployment.pk), {"live": live.pk}),
        (url("release", "load_into_drafts", first.pk), {"reviewed": drafts_fingerprint(source_spec(source))}),
        (url("source", "mappings", source.pk), {"destination": destination.pk, "order": order}),
    ]
    services = [
        lambda: reorder_mappings(destination, order),
        lambda: copy_destination(another, [source]),
        lambda: restore_drafts(first),
        lambda: duplicate_mapping(mapping),
        lambda: save_test_case(source, name="Another", event=BOUGHT),
        lambda: migrate(classic),
    ]
    with held(source):
        for act in rest:
            assert is_busy(act(), 503)
        with pytest.raises(CommandError, match="other changes took too long"):
            call_command("publish", source.slug)
        for path, form in admin:
            assert people[0].post(path, form).status_code == 409, path
        for act in services:
            with pytest.raises(OperationalError) as raised:
                act()
            assert row_locks.is_lock_timeout(raised.value)
    assert source.releases.count() == 2
    for act in rest:
        assert act().status_code < 300


@pytest.mark.usefixtures("_impatient")
def test_it_postpones_a_due_publish_of_a_locked_source(people):
    at, by = timezone.now() + timedelta(days=1), User.objects.get(username="person 0")
    held_one, other = a_set_up_source(), a_set_up_source(name="Other")
    for source in (held_one, other):
        schedule_deployment(
            source.production, at=at, by=by, reviewed=fingerprint(drafts_in(source.production))
        )
    with held(held_one):
        done = list(publish_due(at))
        # SQLite locks the whole database.
        assert [each.environment.source for each in done] == (
            [] if connection.vendor == "sqlite" else [other]
        )
    assert held_one in [each.environment.source for each in publish_due(at)]


def test_it_accepts_a_new_destination_during_a_publish(people):
    """It is in the release or not, and neither request is refused."""
    source = a_tested_source()
    new = [lambda: a_destination(source, name="More", settings={"orgId": "o-2-na1"}, enabled=False)]
    publication, destination = at_once(lambda: post(people[0], source, "publish"), *new)
    assert publication.status_code == 201
    names = {each["name"] for each in source.releases.get().spec["destinations"]}
    assert names in ({"FullStory"}, {"FullStory", destination.name})
