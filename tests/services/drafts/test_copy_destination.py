"""Copying destinations to other sources."""

import pytest

from fullstory_dest.models import Destination
from fullstory_dest.services.drafts.copy_destination import (
    OutdatedPlanError,
    copy_destination,
    plan_copy,
    plans_fingerprint,
)
from tests.factories import ORG, a_destination, a_mapping, a_source

pytestmark = pytest.mark.django_db


@pytest.fixture
def origin():
    destination = a_destination(name="Main", settings={"orgId": ORG, "debug": True})
    a_mapping(destination, name="Track")
    a_mapping(destination, name="Page", enabled=False)
    return destination


def named(target, name, namespace="FS", **values):
    settings = {"orgId": "o-2", **({"namespace": namespace} if namespace != "FS" else {})}
    return a_destination(target, name=name, settings=settings, **values)


def test_it_adds_a_destination_to_each_other_source(origin):
    targets = [a_source(name="Blog"), a_source(name="Docs")]
    plans = plan_copy(origin, [origin.source, *targets])
    assert [(plan.target, plan.existing, plan.changes) for plan in plans] == [
        (target, None, True) for target in targets
    ]
    assert Destination.objects.count() == 1
    copies = copy_destination(origin, targets)
    assert [copy.source for copy in copies] == targets
    for copy in copies:
        assert (copy.name, copy.settings, copy.enabled) == ("Main", origin.settings, True)
        rows = [(row.name, row.enabled, row.position) for row in copy.mappings.all()]
        assert rows == [("Track", True, 0), ("Page", False, 1)]
    assert origin.mappings.count() == 2


def test_it_replaces_a_destination_and_keeps_it_disabled(origin):
    existing = named(a_source(name="Blog"), "Main", enabled=False)
    kept, dropped = a_mapping(existing, name="Page"), a_mapping(existing, name="Old")
    assert copy_destination(origin, [existing.source]) == [existing]
    existing.refresh_from_db()
    assert (existing.settings, existing.enabled) == (origin.settings, False)
    assert [row.name for row in existing.mappings.all()] == ["Track", "Page"]
    kept.refresh_from_db()
    assert (kept.enabled, kept.position) == (False, 1)
    assert not existing.mappings.filter(pk=dropped.pk).exists()


def test_it_replaces_only_the_mappings_with_keep_settings(origin):
    existing = named(a_source(name="Blog"), "Main")
    copy_destination(origin, [existing.source], keep_settings=True)
    existing.refresh_from_db()
    assert existing.settings == {"orgId": "o-2"}
    assert existing.mappings.count() == 2


def test_it_saves_nothing_if_the_target_is_the_same(origin):
    [copy] = copy_destination(origin, [a_source(name="Blog")])
    [plan] = plan_copy(origin, [copy.source])
    assert not plan.changes
    assert copy_destination(origin, [copy.source]) == [copy]
    assert copy.history.count() == 1


@pytest.mark.parametrize(
    ("others", "chosen"),
    [
        ([("Other", "FS2", True)], None),
        ([("Main", "FS2", True)], "Main"),
        ([("Other", "FS", False)], "Other"),
        ([("Main", "FS2", True), ("Other", "FS", True)], "Other"),
        ([("Main", "FS", False), ("Other", "FS", True)], "Other"),
        ([("Other", "FS", False), ("Main", "FS", False)], "Main"),
        ([("First", "FS", False), ("Second", "FS", False)], "First"),
    ],
)
def test_it_replaces_the_destination_that_would_conflict(origin, others, chosen):
    target = a_source(name="Blog")
    for name, namespace, enabled in others:
        named(target, name, namespace, enabled=enabled)
    [plan] = plan_copy(origin, [target])
    assert (plan.existing and plan.existing.name) == chosen


def test_it_pairs_mappings_of_one_name_in_order():
    origin = a_destination(name="Main")
    for action in ("trackEventV2", "trackEvent"):
        a_mapping(origin, name="Twin", action=action)
    existing = named(a_source(name="Blog"), "Main")
    first = a_mapping(existing, name="Twin")
    copy_destination(origin, [existing.source])
    rows = list(existing.mappings.all())
    assert [row.action for row in rows] == ["trackEventV2", "trackEvent"]
    assert rows[0] == first


def test_it_checks_the_plan_before_saving(origin):
    target = a_source(name="Blog")
    reviewed = plans_fingerprint(plan_copy(origin, [target]))
    named(target, "Main")

    def check(plans):
        if plans_fingerprint(plans) != reviewed:
            raise OutdatedPlanError

    with pytest.raises(OutdatedPlanError):
        copy_destination(origin, [target], check=check)
    assert target.destinations.get().settings == {"orgId": "o-2"}


def test_it_gives_plans_in_any_order_one_fingerprint(origin):
    plans = plan_copy(origin, [a_source(name="Blog"), a_source(name="Docs")])
    assert plans_fingerprint(plans) == plans_fingerprint(plans[::-1])
    assert plans_fingerprint(plans) != plans_fingerprint(plans[:1])
