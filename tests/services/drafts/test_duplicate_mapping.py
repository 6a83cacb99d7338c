"""Duplicating mappings."""

import pytest
from django.core.exceptions import ValidationError

from fullstory_dest.services.drafts.duplicate_mapping import duplicate_mapping
from tests.factories import a_destination, a_mapping

pytestmark = pytest.mark.django_db


def content(mapping):
    return mapping.action, mapping.trigger, mapping.fields


def test_it_adds_a_disabled_copy_at_the_end():
    mapping = a_mapping(trigger='type = "page"')
    a_mapping(mapping.destination)
    copy = duplicate_mapping(mapping)
    assert (copy.name, copy.enabled, copy.position) == ("Track (copy)", False, 2)
    assert copy.destination == mapping.destination
    assert content(copy) == content(mapping)


def test_it_keeps_the_name_in_another_destination():
    mapping = a_mapping()
    other = a_destination(mapping.destination.source, enabled=False)
    copy = duplicate_mapping(mapping, other)
    assert (copy.name, copy.destination, copy.position) == ("Track", other, 0)
    assert content(copy) == content(mapping)


@pytest.mark.parametrize(("length", "kept"), [(193, 193), (194, 193), (200, 193)])
def test_it_shortens_a_long_name(length, kept):
    copy = duplicate_mapping(a_mapping(name="x" * length))
    assert copy.name == "x" * kept + " (copy)"


def test_it_refuses_a_copy_in_a_full_destination():
    mapping = a_mapping()
    for _ in range(49):
        a_mapping(mapping.destination)
    with pytest.raises(ValidationError):
        duplicate_mapping(mapping)
    assert mapping.destination.mappings.count() == 50
