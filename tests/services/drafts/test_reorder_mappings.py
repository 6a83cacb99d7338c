"""Reordering the mappings of a destination."""

from __future__ import annotations

import random

import pytest

from fullstory_dest.catalog import MAXIMUM_MAPPINGS
from fullstory_dest.models import Mapping
from fullstory_dest.services.drafts.reorder_mappings import reorder_mappings
from tests.factories import a_destination, a_mapping

pytestmark = pytest.mark.django_db


def test_it_reorders_a_full_destination_with_few_queries(django_assert_max_num_queries):
    destination = a_destination()
    keys = [a_mapping(destination, name=f"M {n}").pk for n in range(MAXIMUM_MAPPINGS)]
    wanted = random.Random(7).sample(keys, len(keys))
    with django_assert_max_num_queries(21):
        reorder_mappings(destination, wanted)
    found = list(destination.mappings.order_by("position").values_list("pk", "position"))
    assert found == [(key, position) for position, key in enumerate(wanted)]


def test_it_saves_only_the_mappings_that_move():
    destination = a_destination()
    first, second, third = (a_mapping(destination, name=name) for name in "abc")
    before = {row.pk: row.updated_at for row in Mapping.objects.all()}
    reorder_mappings(destination, [first.pk, third.pk])
    after = {row.pk: row.updated_at for row in Mapping.objects.all()}
    assert after[first.pk] == before[first.pk]
    assert after[second.pk] > before[second.pk]
    assert after[third.pk] > before[third.pk]
    assert [mapping.history.count() for mapping in (first, second, third)] == [1, 2, 2]
    assert third.history.first().position == 1


def test_it_changes_nothing_for_the_same_order():
    destination = a_destination()
    rows = [a_mapping(destination, name=name) for name in "abc"]
    reorder_mappings(destination, [row.pk for row in rows])
    assert [row.history.count() for row in rows] == [1, 1, 1]
