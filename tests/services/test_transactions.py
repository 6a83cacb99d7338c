"""Each service locks what it reads, and writes in one transaction: a failure in between leaves nothing half done."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.db.models import QuerySet
from django.utils import timezone

from fullstory_dest.catalog import PRESETS
from fullstory_dest.models import ClassicDestination, Deployment, Destination, Document, Mapping, Source
from fullstory_dest.services import row_locks
from fullstory_dest.services.accounts.roles import assign_role
from fullstory_dest.services.classic.migrate_classic import migrate
from fullstory_dest.services.drafts.copy_destination import copy_destination
from fullstory_dest.services.drafts.create_destination import create_destination
from fullstory_dest.services.drafts.duplicate_mapping import duplicate_mapping
from fullstory_dest.services.drafts.presets import save_presets
from fullstory_dest.services.drafts.reorder_mappings import reorder_mappings
from fullstory_dest.services.drafts.restore_drafts import restore_drafts
from fullstory_dest.services.drafts.toggle import toggle
from fullstory_dest.services.previews.test_cases import save_test_case
from fullstory_dest.services.publishing import publish_due
from fullstory_dest.services.publishing.delete_unused_documents import _delete_some
from fullstory_dest.services.publishing.deploy import fingerprint
from fullstory_dest.services.publishing.promote import promote
from fullstory_dest.services.publishing.publish import publish
from fullstory_dest.services.publishing.redeploy import redeploy
from fullstory_dest.services.publishing.roll_back import roll_back
from fullstory_dest.services.publishing.schedule_deployment import (
    cancel_scheduled_deployment,
    schedule_deployment,
)
from fullstory_dest.services.sources.archive import archive, restore
from fullstory_dest.services.sources.rotate_key import rotate_key
from fullstory_dest.services.sources.script_requests import RequestCount, save_script_requests
from fullstory_dest.services.spec import drafts_in
from tests.factories import ORG, a_set_up_source, a_source, a_staging_environment

pytestmark = pytest.mark.django_db(transaction=True)

#: A function that prepares rows, and returns the work that writes.
Prepare = Callable[[Source], Callable[[], Any]]


def scheduled(source: Source) -> Any:
    by, _ = User.objects.get_or_create(username="olga", is_staff=True, is_superuser=True)
    at = timezone.now() + timedelta(hours=1)
    return schedule_deployment(
        source.production, at=at, by=by, reviewed=fingerprint(drafts_in(source.production))
    )


def cancel(source: Source) -> Callable[[], Any]:
    waiting = scheduled(source)
    return lambda: cancel_scheduled_deployment(waiting, by=waiting.created_by)


def publish_one(source: Source) -> Callable[[], Any]:
    key = scheduled(source).pk
    return lambda: publish_due._publish_one(key)


def fail_one(source: Source) -> Callable[[], Any]:
    key = scheduled(source).pk
    return lambda: publish_due._fail_one(key)


def roll_back_one(source: Source) -> Callable[[], Any]:
    first = publish(source.production).deployment
    destination_of(source).mappings.first().delete()
    publish(source.production)
    return lambda: roll_back(first)


def promote_one(source: Source) -> Callable[[], Any]:
    release = publish(a_staging_environment(source)).deployment.release
    return lambda: promote(release, source.production)


def redeploy_one(source: Source) -> Callable[[], Any]:
    publish(source.production)
    return lambda: redeploy(source.production)


def restore_one(source: Source) -> Callable[[], Any]:
    release = publish(source.production).deployment.release
    Mapping.objects.update(enabled=False)
    return lambda: restore_drafts(release)


def restore_archived(source: Source) -> Callable[[], Any]:
    archive(source)
    return lambda: restore(source)


def delete_documents(source: Source) -> Callable[[], Any]:
    publish(source.production)
    source.environments.update(live=None)
    Deployment.objects.all().delete()
    Document.objects.update(unused_since=timezone.now() - timedelta(days=400))
    return lambda: _delete_some(timezone.now())


def migrate_one(source: Source) -> Callable[[], Any]:
    classic = ClassicDestination.objects.create(source=a_source(), settings={"org": ORG})
    return lambda: migrate(classic)


def create_one(source: Source) -> Callable[[], Any]:
    other = a_source()
    return lambda: create_destination(other, settings={"orgId": ORG})


def copy_to_two(source: Source) -> Callable[[], Any]:
    targets = [a_source(name="One"), a_source(name="Other")]
    return lambda: copy_destination(destination_of(source), targets)


def change_role(source: Source) -> Callable[[], Any]:
    user = User.objects.create_user("nora")
    assign_role(user, "viewer")
    return lambda: assign_role(user, "editor")


def destination_of(source: Source) -> Destination:
    return source.destinations.get()


def chosen(source: Source) -> Callable[[], Any]:
    shown = [preset.action.key for preset in PRESETS]
    return lambda: save_presets(destination_of(source), [], shown)


def reordered(source: Source) -> Callable[[], Any]:
    keys = list(destination_of(source).mappings.order_by("-position").values_list("pk", flat=True))
    return lambda: reorder_mappings(destination_of(source), keys)


SERVICES: dict[str, Prepare] = {
    "archive": lambda source: lambda: archive(source),
    "assign a role": change_role,
    "cancel a scheduled deployment": cancel,
    "copy a destination": copy_to_two,
    "count script requests": lambda source: (
        lambda: save_script_requests(
            {(source.write_key, origin): RequestCount(1, 1.0) for origin in ("", "https://a.example")}
        )
    ),
    "create a destination": create_one,
    "delete unused documents": delete_documents,
    "duplicate a mapping": lambda source: lambda: duplicate_mapping(destination_of(source).mappings.first()),
    "fail a scheduled deployment": fail_one,
    "migrate": migrate_one,
    "publish": lambda source: lambda: publish(source.production),
    "promote": promote_one,
    "publish what is due": publish_one,
    "redeploy": redeploy_one,
    "reorder mappings": reordered,
    "restore a source": restore_archived,
    "restore drafts": restore_one,
    "roll back": roll_back_one,
    "rotate a key": lambda source: lambda: rotate_key(source.production),
    "save a test case": lambda source: lambda: save_test_case(source, name="One", event={"type": "track"}),
    "save presets": chosen,
    "schedule a publish": lambda source: lambda: scheduled(source),
    "toggle": lambda source: (
        lambda: toggle(Mapping, [each.pk for each in Mapping.objects.all()], enabled=False)
    ),
}


@contextmanager
def outermost_transactions() -> Iterator[set[int | None]]:
    """The outermost transaction of each statement that writes, or None if it's in no transaction."""
    found: set[int | None] = set()

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if sql.startswith(("INSERT", "UPDATE", "DELETE")):
            found.add(id(connection.atomic_blocks[0]) if connection.in_atomic_block else None)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        yield found


#: The tables whose rows each service locks before it reads them: sources, environments, destinations, then mappings.
#: Stored statuses come last.
LOCKS = {
    "archive": "Source StoredStatus",
    "assign a role": "",
    "cancel a scheduled deployment": "ScheduledDeployment",
    "copy a destination": "Source Destination Mapping StoredStatus",
    "count script requests": "",
    "create a destination": "StoredStatus",
    "delete unused documents": "Document",
    "duplicate a mapping": "Destination StoredStatus",
    "fail a scheduled deployment": "ScheduledDeployment",
    "migrate": "Source ClassicDestination StoredStatus",
    "publish": "Source Environment Destination Mapping StoredStatus",
    "promote": "Source Environment StoredStatus",
    "publish what is due": "Source Environment ScheduledDeployment Source Environment Destination Mapping StoredStatus",
    "redeploy": "Source Environment StoredStatus",
    "reorder mappings": "Destination Mapping StoredStatus",
    "restore a source": "Source StoredStatus",
    "restore drafts": "Source Destination Mapping StoredStatus",
    "roll back": "Source Environment StoredStatus",
    "rotate a key": "Source Environment StoredStatus",
    "save a test case": "Source",
    "save presets": "Destination Mapping StoredStatus",
    "schedule a publish": "Source Environment",
    "toggle": "Destination Mapping StoredStatus",
}


@pytest.mark.parametrize("name", SERVICES)
def test_it_locks_rows_in_order(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    User.objects.get_or_create(username="olga", is_staff=True, is_superuser=True)
    work = SERVICES[name](a_set_up_source())
    locked: list[str] = []
    select_for_update = row_locks._select_for_update

    def note(rows: QuerySet[Any], **options: bool) -> QuerySet[Any]:
        locked.append(rows.model.__name__)
        return select_for_update(rows, **options)

    monkeypatch.setattr(row_locks, "_select_for_update", note)
    work()
    assert " ".join(locked) == LOCKS[name]


@pytest.mark.parametrize("name", SERVICES)
def test_it_writes_in_one_transaction(name: str) -> None:
    User.objects.get_or_create(username="olga", is_staff=True, is_superuser=True)
    work = SERVICES[name](a_set_up_source())
    with outermost_transactions() as found:
        work()
    assert len(found) == 1
    assert None not in found
