"""Enabling and disabling many rows."""

import pytest

from fullstory_dest.models import Destination, Mapping, Source
from fullstory_dest.services.drafts.toggle import toggle
from tests.factories import ORG, a_destination, a_mapping, a_source

pytestmark = pytest.mark.django_db


def disabled(source, namespace="FS"):
    return a_destination(source, settings={"orgId": ORG, "namespace": namespace}, enabled=False)


def enabled_keys(model):
    return set(model.objects.filter(enabled=True).values_list("pk", flat=True))


def three_sources():
    return Source, [a_source(name=f"Shop {number}", enabled=number == 0) for number in range(3)]


def three_mappings():
    destination = a_destination()
    return Mapping, [a_mapping(destination, enabled=number == 0) for number in range(3)]


@pytest.mark.parametrize("make", [three_sources, three_mappings])
def test_it_changes_only_rows_in_the_other_state(make):
    model, rows = make()
    on, off, _other = rows
    updated_at = off.updated_at
    result = toggle(model, [on.pk, off.pk], enabled=True)
    assert (result.count, list(result.refused)) == (1, [])
    assert enabled_keys(model) == {on.pk, off.pk}
    assert [row.history.count() for row in rows] == [1, 2, 1]
    off.refresh_from_db()
    assert off.updated_at > updated_at
    assert toggle(model, [row.pk for row in rows], enabled=False).count == 2
    assert enabled_keys(model) & {row.pk for row in rows} == set()


def test_it_refuses_the_second_destination_of_a_namespace():
    source = a_source()
    first, second = disabled(source), disabled(source)
    elsewhere, apart = disabled(a_source(name="Other")), disabled(source, "FS2")
    result = toggle(Destination, [second.pk, first.pk, elsewhere.pk, apart.pk], enabled=True)
    assert (result.count, list(result.refused)) == (3, [second])
    assert enabled_keys(Destination) == {first.pk, elsewhere.pk, apart.pk}


def test_it_refuses_a_destination_whose_namespace_is_in_use():
    holder = a_destination()
    second = disabled(holder.source)
    result = toggle(Destination, [second.pk], enabled=True)
    assert (result.count, list(result.refused)) == (0, [second])
    assert toggle(Destination, [holder.pk], enabled=False).count == 1
    assert toggle(Destination, [second.pk], enabled=True).count == 1


def test_it_disables_destinations_of_one_namespace():
    holder = a_destination()
    disabled(holder.source)
    result = toggle(Destination, list(Destination.objects.values_list("pk", flat=True)), enabled=False)
    assert (result.count, list(result.refused)) == (1, [])
