"""Archiving and restoring sources."""

import pytest

from fullstory_dest.services.sources.archive import archive, restore
from tests.factories import a_source

pytestmark = pytest.mark.django_db


def test_it_archives_and_restores_a_source():
    source = a_source()
    archived = archive(source)
    assert archived == source
    assert archived.archived_at is not None
    source.refresh_from_db()
    assert source.archived_at == archived.archived_at
    assert restore(source).archived_at is None
    source.refresh_from_db()
    assert source.archived_at is None


def test_it_keeps_the_time_of_the_first_archiving():
    source = a_source()
    first = archive(source)
    assert archive(source).archived_at == first.archived_at
    restore(source)
    restore(source)
    assert source.history.count() == 3
