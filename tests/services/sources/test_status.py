"""The status of a source."""

import pytest
from django.contrib.auth.models import Permission

from fullstory_dest.models import Destination, Mapping, ScriptRequestCount, Source
from fullstory_dest.services.accounts.permissions import CHANGE_LIVE_SOURCE, RESTORE_DRAFTS, VIEW_DRAFTS
from fullstory_dest.services.publishing.publish import publish
from fullstory_dest.services.publishing.roll_back import roll_back
from fullstory_dest.services.sources.archive import archive
from fullstory_dest.services.sources.status import SourceStatus, source_status, source_statuses, with_statuses
from tests.factories import a_destination, a_mapping, a_set_up_source, a_source

pytestmark = pytest.mark.django_db


def rename_a_mapping(source: Source) -> None:
    mapping = Mapping.objects.filter(destination__source=source).earliest("pk")
    mapping.name += "!"
    mapping.save()


def published(change=None) -> Source:
    source = a_set_up_source()
    publish(source.production)
    if change:
        change(source)
    return source


def rolled_back() -> Source:
    source = published(rename_a_mapping)
    publish(source.production)
    roll_back(source.production.deployments.get(release__number=1))
    return source


def disable_mappings(source: Source) -> None:
    Mapping.objects.filter(destination__source=source).update(enabled=False)
    publish(source.production)


def break_a_trigger(source: Source) -> None:
    key = Mapping.objects.filter(destination__source=source).earliest("pk").pk
    Mapping.objects.filter(pk=key).update(trigger="type = ")


STATUSES = {
    "never_published": (a_set_up_source, "Never published", "publish"),
    "live": (published, "Published #1", "install"),
    "changed": (lambda: published(rename_a_mapping), "Unpublished changes", "publish"),
    "ahead": (rolled_back, "Drafts ahead of #1", "load"),
    "problems": (lambda: published(break_a_trigger), "Problems", "fix"),
    "idle": (lambda: published(disable_mappings), "Sends no events", "enable_mapping"),
    "disabled": (lambda: a_set_up_source(enabled=False), "Disabled", "enable"),
    "archived": (lambda: archive(a_set_up_source()), "Archived", "restore"),
}


@pytest.mark.parametrize("code", STATUSES)
def test_it_names_the_status_and_the_next_step(code):
    make, label, step = STATUSES[code]
    status = source_status(make())
    assert (status.code, status.label, status.step) == (code, label, step)


def test_it_counts_enabled_destinations_and_mappings():
    source = a_source()
    enabled, disabled = a_destination(source), a_destination(source, enabled=False)
    a_mapping(enabled, enabled=True)
    a_mapping(enabled, enabled=False)
    a_mapping(disabled, enabled=True)
    status = source_status(source)
    assert (status.destinations, status.mappings, status.mappings_enabled) == (2, 3, 1)


@pytest.mark.parametrize(
    ("make", "step"),
    [
        (a_source, "destination"),
        (lambda: a_destination().source, "mappings"),
        (lambda: a_mapping(a_destination(enabled=False)).destination.source, "enable"),
    ],
)
def test_it_suggests_the_missing_step(make, step):
    assert source_status(make()).step == step


def test_it_is_installed_after_a_page_requests_the_script():
    source = published()
    ScriptRequestCount.objects.create(
        source=source, day="2026-11-01", origin="", count=1, last_at="2026-11-01T00:00Z"
    )
    assert source_status(source).step == "installed"


@pytest.mark.parametrize(
    ("make", "permissions"),
    [
        (lambda: archive(a_set_up_source()), CHANGE_LIVE_SOURCE),
        (lambda: a_set_up_source(enabled=False), CHANGE_LIVE_SOURCE),
        (lambda: a_mapping(a_destination(enabled=False)).destination.source, ("change_destination",)),
        (a_source, ("add_destination",)),
        (lambda: a_destination().source, ("add_mapping",)),
        (lambda: published(disable_mappings), ("change_mapping",)),
        (rolled_back, RESTORE_DRAFTS),
        (a_set_up_source, VIEW_DRAFTS),
        (published, VIEW_DRAFTS),
    ],
)
def test_it_names_the_permissions_of_the_next_step(make, permissions):
    names = {name.removeprefix("fullstory_dest.") for name in permissions}
    found = source_status(make()).step_permissions
    assert {name.removeprefix("fullstory_dest.") for name in found} == names


@pytest.mark.parametrize("code", STATUSES)
def test_it_names_permissions_that_exist(code):
    make, _label, _step = STATUSES[code]
    names = {name.partition(".")[2] for name in source_status(make()).step_permissions}
    assert set(Permission.objects.filter(codename__in=names).values_list("codename", flat=True)) == names


def test_it_reads_many_sources_in_one_query(django_assert_num_queries):
    for number in range(5):
        publish(a_set_up_source(name=str(number)).production)
    sources = Source.objects.order_by("-id")
    with django_assert_num_queries(1):
        statuses = source_statuses(with_statuses(sources[1:4]))
    assert [status.source for status in statuses] == list(sources)[1:4]
    assert all(isinstance(status, SourceStatus) and status.code == "live" for status in statuses)


@pytest.mark.parametrize(
    "change",
    [
        rename_a_mapping,
        lambda source: source.destinations.get().mappings.first().delete(),
        lambda source: Destination(source=source, enabled=False, settings={"orgId": "o-1-na1"}).save(),
        break_a_trigger,
        lambda source: Source.objects.filter(pk=source.pk).update(enabled=False),
        archive,
    ],
)
def test_it_notices_every_kind_of_change(change):
    source = published()
    assert source_status(source).code == "live"
    change(source)
    assert source_status(Source.objects.get(pk=source.pk)).code != "live"
