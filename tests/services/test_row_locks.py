"""Several users change the same drafts at the same moment, without lost changes or deadlocks."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, OperationalError, transaction
from django.db.models import ProtectedError, RestrictedError
from django.test import Client
from psycopg import errors

from fullstory_dest.models import Destination, Mapping, Release, Source
from fullstory_dest.services import row_locks
from fullstory_dest.services.drafts.copy_destination import copy_destination
from fullstory_dest.services.drafts.reorder_mappings import reorder_mappings
from fullstory_dest.services.drafts.restore_drafts import restore_drafts
from fullstory_dest.services.publishing.deploy import OutdatedReviewError, drafts_fingerprint
from fullstory_dest.services.publishing.publish import publish
from fullstory_dest.services.row_locks import is_lock_timeout, is_write_conflict, lock_rows, lock_tree
from fullstory_dest.services.sources.archive import archive, restore
from fullstory_dest.services.spec import source_spec
from tests.admin.pages import destination_form, mapping_form, reviewed, url
from tests.concurrency import at_once, in_transaction
from tests.factories import a_mapping, a_set_up_source, a_source

pytestmark = pytest.mark.django_db(transaction=True)

NEW = 'type = "track" and event = "New"'


def edit(mapping: Mapping) -> None:
    """Save a trigger over REST."""
    with transaction.atomic():
        lock_rows(Mapping, [mapping.pk])
        row = Mapping.objects.get(pk=mapping.pk)
        row.trigger = NEW
        row.save()


def edit_by_rest(client: Client, mapping: Mapping) -> Any:
    return client.patch(
        f"/api/v1/mappings/{mapping.pk}/", json.dumps({"trigger": NEW}), content_type="application/json"
    )


def switch_and_turn(client: Client, destination: Destination) -> Any:
    """Disable all mappings of a destination and reverse their order on the source's tab."""
    keys = list(destination.mappings.values_list("pk", flat=True))
    return client.post(
        url("source", "mappings", destination.source_id),
        {"destination": destination.pk, "was_enabled": keys, "was_order": keys, "order": keys[::-1]},
    )


def trigger_of(mapping: Mapping) -> str:
    return Mapping.objects.get(pk=mapping.pk).trigger


@pytest.mark.parametrize("attempt", range(4))
def test_it_keeps_an_edit_during_a_toggle_and_a_reorder(people, attempt):
    destination = a_set_up_source().destinations.get()
    first = destination.mappings.first()
    edited, turned = at_once(
        lambda: edit_by_rest(people[0], first), lambda: switch_and_turn(people[1], destination)
    )
    assert (edited.status_code, turned.status_code) == (200, 302)
    assert trigger_of(first) == NEW
    assert not destination.mappings.filter(enabled=True).exists()
    assert first.history.first().trigger == NEW


def test_it_locks_a_tree_from_the_top(monkeypatch):
    a_set_up_source(name="Other")
    source = a_set_up_source()
    destination = source.destinations.get()
    mappings = set(destination.mappings.all())
    first = destination.mappings.first()
    locked: list[set[Any]] = []
    monkeypatch.setattr(row_locks, "_lock", lambda rows: locked.append(set(rows)))
    with transaction.atomic():
        lock_tree(Source, [source.pk])
        lock_tree(Destination, [destination.pk])
        lock_tree(Mapping, [first.pk])
    assert locked == [{source}, {destination}, mappings, {destination}, mappings, {destination}, {first}]


def test_it_archives_in_a_transaction_of_its_own():
    source = a_source()
    assert archive(source).archived_at
    assert restore(source).archived_at is None


def database_error(cause: Exception) -> OperationalError:
    """Django's error for one of the database."""
    error = OperationalError(str(cause))
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    ("error", "conflict", "timeout"),
    [
        (database_error(errors.SerializationFailure()), True, False),
        (database_error(errors.DeadlockDetected()), True, False),
        (database_error(errors.LockNotAvailable()), True, True),
        (database_error(errors.DiskFull()), False, False),
        (OperationalError("database is locked"), True, True),
        (OperationalError("no such table"), False, False),
        (IntegrityError(), True, False),
        (ProtectedError("It is used.", set()), False, False),
        (RestrictedError("It is used.", set()), False, False),
        (ValueError("database is locked"), False, False),
    ],
)
def test_it_recognizes_conflicts_and_lock_timeouts(error, conflict, timeout):
    assert (is_write_conflict(error), is_lock_timeout(error)) == (conflict, timeout)


@pytest.mark.usefixtures("_impatient")
@pytest.mark.parametrize(
    "change", [edit, lambda mapping: reorder_mappings(mapping.destination, [mapping.pk])]
)
def test_it_locks_the_destination_of_a_changed_mapping(change):
    mapping = a_mapping()
    with (
        in_transaction(lambda: change(mapping)),
        pytest.raises(OperationalError) as raised,
        transaction.atomic(),
    ):
        lock_rows(Destination, [mapping.destination_id])
    assert is_lock_timeout(raised.value)


@pytest.mark.usefixtures("_impatient")
def test_it_waits_for_the_destination_of_a_mapping_over_rest(people):
    mapping = a_mapping()
    with in_transaction(lambda: lock_rows(Destination, [mapping.destination_id])):
        assert edit_by_rest(people[0], mapping).status_code == 503
    assert edit_by_rest(people[0], mapping).status_code == 200


@pytest.mark.parametrize("attempt", range(4))
def test_it_keeps_an_edit_during_a_reorder(attempt):
    destination = a_set_up_source().destinations.get()
    mappings = list(destination.mappings.all())
    turned = [mapping.pk for mapping in reversed(mappings)]
    assert at_once(lambda: edit(mappings[0]), lambda: reorder_mappings(destination, turned)) == [None, None]
    assert trigger_of(mappings[0]) == NEW
    assert list(destination.mappings.values_list("pk", flat=True)) == turned


@pytest.mark.parametrize("attempt", range(4))
def test_it_keeps_an_edit_during_a_restore(attempt):
    source = a_set_up_source()
    release = publish(source.production).deployment.release
    first = source.destinations.get().mappings.first()
    first.name = "Renamed"
    first.save()
    shown = drafts_fingerprint(source_spec(source))
    edited, restored = at_once(lambda: edit(first), lambda: restore_drafts(release, reviewed=shown))
    assert edited is None
    assert restored == source or isinstance(restored, OutdatedReviewError)
    # If the trigger was saved first, nothing was restored. If it was saved last, it is in the drafts.
    assert trigger_of(first) == NEW


@pytest.mark.parametrize("attempt", range(4))
def test_it_keeps_an_edit_during_a_copy(attempt):
    origin, target = a_set_up_source().destinations.get(), a_set_up_source(name="Blog")
    first = target.destinations.get().mappings.first()
    seen: list[str] = []
    edited, copied = at_once(
        lambda: edit(first),
        lambda: copy_destination(
            Destination.objects.get(pk=origin.pk),
            [target],
            check=lambda plans: seen.append(plans[0].before["destinations"][0]["mappings"][0]["trigger"]),
        ),
    )
    assert (edited, len(copied)) == (None, 1)
    assert NEW in (trigger_of(first), *seen)


def actions(client: Client, source: Any) -> dict[str, Callable[[], Any]]:
    """Actions on the drafts of a source, by name."""
    destination = source.destinations.get()
    first = destination.mappings.first()
    release = Release.objects.get(source=source)
    shown = reviewed(source)
    discarded = {"reviewed": drafts_fingerprint(source_spec(source))}
    mapping = mapping_form(first, trigger=NEW)
    new_mapping = {"destination": destination.pk, **mapping, "name": "New"}
    form = destination_form(destination, name="Renamed")
    new = json.dumps({"destination": destination.pk, "name": "New", "action": first.action})
    post = client.post
    return {
        "edit": lambda: post(url("mapping", "change", first.pk), mapping),
        "edit by REST": lambda: edit_by_rest(client, first),
        "turn": lambda: switch_and_turn(client, destination),
        "turn again": lambda: switch_and_turn(client, destination),
        "switch": lambda: post(url("mapping", "switch", first.pk), {"enabled": ""}),
        "add": lambda: post(url("mapping", "add"), new_mapping),
        "add by REST": lambda: post("/api/v1/mappings/", new, content_type="application/json"),
        "duplicate": lambda: post(
            url("mapping", "duplicate_mapping", first.pk), {"destination": destination.pk}
        ),
        "restore": lambda: post(url("release", "load_into_drafts", release.pk), discarded),
        "save": lambda: post(url("destination", "change", destination.pk), form),
        "delete": lambda: post(url("mapping", "delete", first.pk), {"post": "yes"}),
        "delete selected": lambda: post(
            url("source", "mappings", source.pk),
            {"action": "delete_selected", "_selected_action": first.pk, "post": "yes"},
        ),
        "delete all": lambda: post(url("destination", "delete", destination.pk), {"post": "yes"}),
        "delete the source": lambda: post(url("source", "delete", source.pk), {"post": "yes"}),
        "publish": lambda: post(url("source", "publish", source.pk), {"note": "", **shown}),
    }


#: The answers of actions that succeed; all other actions redirect.
SUCCESS = {"edit by REST": 200, "add by REST": 201}
#: Actions at the same moment, each with its answers if it comes too late. 410 shows the values typed for a deleted row.
TOGETHER: list[dict[str, set[int]]] = [
    {"edit": set(), "save": set()},
    {"turn": set(), "restore": {200}},  # the page shows what has changed
    {"turn": set(), "turn again": set()},
    {"edit": {410}, "delete all": set()},
    {"turn": set(), "delete": set()},
    {"turn": set(), "delete selected": set()},
    {"delete": set(), "save": set()},
    {"add by REST": {400}, "restore": {200}},
    {"edit by REST": {404}, "delete the source": set()},
    {"save": {410}, "delete the source": set()},
    {"switch": {404}, "delete all": set()},
    {"publish": {200}, "restore": set()},
    {"publish": {404}, "delete the source": set()},
    {"duplicate": set(), "add": set(), "add by REST": set(), "turn": set()},
    {"edit": {200, 410}, "edit by REST": {404}, "delete": set(), "duplicate": {404}},  # 200 shows both edits
]


@pytest.mark.parametrize("lost", TOGETHER, ids=" and ".join)
def test_it_answers_concurrent_requests(people, lost):
    for _ in range(3):
        source = a_set_up_source()
        publish(source.production)
        first = Mapping.objects.filter(destination__source=source).first()
        first.name = "Changed"
        first.save()
        answers = at_once(
            *(actions(person, source)[name] for name, person in zip(lost, people, strict=False))
        )
        for (name, late), answer in zip(lost.items(), answers, strict=True):
            status = getattr(answer, "status_code", answer)
            assert status in {SUCCESS.get(name, 302), *late}, name
