"""The stored status of sources is what computing it from the drafts gives, after any change."""

import random

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from fullstory_dest.models import Destination, Environment, Mapping, Source, StoredStatus
from fullstory_dest.services.drafts.create_destination import create_destination
from fullstory_dest.services.drafts.reorder_mappings import reorder_mappings
from fullstory_dest.services.drafts.restore_drafts import restore_drafts
from fullstory_dest.services.drafts.toggle import toggle
from fullstory_dest.services.publishing.promote import promote
from fullstory_dest.services.publishing.publish import publish
from fullstory_dest.services.publishing.roll_back import RollBackError, roll_back
from fullstory_dest.services.source_changes import source_changes
from fullstory_dest.services.sources.archive import archive, restore
from fullstory_dest.services.sources.compute_statuses import compute_statuses
from fullstory_dest.services.sources.rotate_key import rotate_key
from fullstory_dest.services.sources.status import STORED, source_status
from fullstory_dest.services.sources.stored_status import store_all_statuses
from tests.concurrency import at_once
from tests.factories import ORG, a_destination, a_mapping, a_set_up_source, a_source, a_staging_environment

pytestmark = pytest.mark.django_db


def values(status: StoredStatus) -> dict[str, object]:
    return {name: getattr(status, name) for name in ("code", *STORED)}


def assert_true() -> None:
    """Check every stored status against one that is computed now."""
    stored = {status.pk: values(status) for status in StoredStatus.objects.all()}
    computed = compute_statuses(Source.objects.values_list("pk", flat=True))
    assert stored == {status.source_id: values(status) for status in computed}


def random_change(chance: random.Random) -> None:
    """Change something, in one of the ways that people and programs do."""
    source = chance.choice(Source.objects.all())
    environment = chance.choice(source.environments.all())
    mappings = Mapping.objects.filter(destination__source=source)
    mapping = chance.choice(mappings) if mappings else a_mapping(a_destination(source))
    deployments = environment.deployments.all()

    def rename() -> None:
        mapping.name = f"Renamed {chance.random()}"
        mapping.save()

    def restore_a_release() -> None:
        if source.releases.exists():
            restore_drafts(chance.choice(source.releases.all()))

    def roll_back_somewhere() -> None:
        if deployments:
            roll_back(chance.choice(deployments))

    def promote_something() -> None:
        if source.releases.exists():
            promote(chance.choice(source.releases.all()), environment)

    def override() -> None:
        environment.settings = {"host": f"host{chance.randrange(3)}.example.com"}
        environment.save()

    def delete_a_mapping() -> None:
        mapping.delete()

    ways = [
        rename,
        restore_a_release,
        roll_back_somewhere,
        promote_something,
        override,
        delete_a_mapping,
        lambda: publish(environment),
        lambda: a_mapping(mapping.destination, name="More", position=mapping.destination.mappings.count()),
        lambda: mappings.filter(pk=mapping.pk).update(trigger="type = "),
        lambda: mappings.filter(trigger="type = ").update(trigger='type = "page"'),
        lambda: mappings.update(enabled=chance.random() < 0.5),
        lambda: toggle(Destination, [mapping.destination_id], enabled=chance.random() < 0.7),
        lambda: reorder_mappings(mapping.destination, [each.pk for each in mappings][::-1]),
        lambda: archive(source) if chance.random() < 0.5 else restore(source),
        lambda: Source.objects.filter(pk=source.pk).update(enabled=chance.random() < 0.7),
        lambda: rotate_key(environment),
        lambda: Destination.objects.filter(source=source).first().delete(),
    ]
    chance.choice(ways)()


@pytest.mark.parametrize("seed", range(8))
def test_it_is_true_after_random_changes(seed):
    chance = random.Random(seed)
    for number in range(3):
        a_staging_environment(a_set_up_source(name=f"Shop {number}"))
    for _change in range(25):
        try:
            with transaction.atomic():
                random_change(chance)
        except (RollBackError, ValueError, ValidationError):
            pass  # refused: such as a publish of drafts with problems
        assert_true()


def test_it_is_stored_once_at_the_end_of_a_block():
    source = a_set_up_source()
    with CaptureQueriesContext(connection) as queries, source_changes():
        for mapping in Mapping.objects.filter(destination__source=source):
            mapping.name += "!"
            mapping.save()
    assert sum('INSERT INTO "fullstory_dest_storedstatus"' in query["sql"] for query in queries) == 1
    assert_true()


def test_it_is_rolled_back_with_the_change():
    source = a_set_up_source()
    publish(source.production)

    @source_changes()
    def fail() -> None:
        Mapping.objects.update(enabled=False)
        raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert source_status(source).code == "live"
    Mapping.objects.update(enabled=False)
    assert source_status(source).code == "changed"


def test_it_reports_drift_between_environments():
    source = a_set_up_source()
    publish(source.production)
    assert not source_status(source).drift
    staging = a_staging_environment(source)
    assert source_status(source).drift
    publish(staging)
    assert not source_status(source).drift
    production = source.environments.get(slug="production")
    production.settings = {"orgId": "o-PROD-na1"}
    production.save()
    assert source_status(source).drift
    promote(source.releases.get(), production)
    assert not source_status(source).drift


def test_it_compares_with_the_newest_release_before():
    source = a_set_up_source()
    for name in ("QA", "UAT", "Staging"):
        a_staging_environment(source, name=name)
    environments = list(source.environments.all())

    def behind(*numbers: int) -> list[int]:
        for environment, number in zip(environments, numbers, strict=True):
            promote(source.releases.get(number=number), environment)
        return [each["behind"] for each in source_status(source).environments]

    publish(environments[0])
    Mapping.objects.update(enabled=False)
    publish(environments[0])
    assert behind(2, 1, 1, 1) == [0, 1, 1, 1]
    assert behind(1, 2, 1, 2) == [0, -1, 1, 0]
    assert_true()


def test_it_has_no_changes_in_a_new_environment():
    source = a_set_up_source()
    publish(source.production)
    a_staging_environment(source)
    status = source_status(source)
    assert (status.code, status.label, status.step) == ("live", "Published", "publish")
    Mapping.objects.update(enabled=False)
    assert source_status(source).code == "changed"


def test_it_reports_problems_of_a_new_environment():
    source = a_set_up_source()
    publish(source.production)
    a_destination(source, settings={"orgId": ORG, "namespace": "FS3"})
    publish(source.production)
    a_staging_environment(source)
    Environment.objects.filter(slug="staging").update(settings={"namespace": "FS2"})
    assert source_status(source).code == "problems"


def test_it_is_computed_for_all_sources_again():
    sources = [a_set_up_source(name=str(number)) for number in range(3)]
    StoredStatus.objects.filter(source=sources[0]).delete()
    StoredStatus.objects.update(code="live", mappings=7)
    assert list(store_all_statuses()) == [(3, 3)]
    assert_true()


@pytest.mark.django_db(transaction=True)
def test_it_is_true_after_concurrent_changes():
    source = a_source()
    first, second = (
        create_destination(source, settings={"orgId": ORG, "namespace": name}) for name in ("FS", "FS2")
    )
    for repeat in range(5):
        results = at_once(
            lambda: first.mappings.first().delete(),
            lambda: second.mappings.filter(enabled=True).update(enabled=False),
            lambda place=40 + repeat: a_mapping(second, name="More", position=place),
        )
        assert not [result for result in results if isinstance(result, BaseException)]
        assert_true()
        a_mapping(first, name="Again", position=10 + repeat)
