"""Rollbacks, and drafts that would undo one."""

import pytest

from fullstory_dest.models import Mapping
from fullstory_dest.services.drafts.restore_drafts import restore_drafts
from fullstory_dest.services.publishing.drafts_ahead import are_drafts_ahead
from fullstory_dest.services.publishing.publish import live_release, publish
from fullstory_dest.services.publishing.roll_back import (
    LiveReleaseChangedError,
    RollBackError,
    roll_back,
)
from fullstory_dest.services.sources.rotate_key import rotate_key
from fullstory_dest.services.spec import source_spec
from tests.factories import a_mapping, a_set_up_source

pytestmark = pytest.mark.django_db


def rename(source, name):
    mapping = source.destinations.get().mappings.get(action="trackEventV2")
    mapping.name = name
    mapping.save()


@pytest.fixture
def source():
    """A source with two releases. In the second, a mapping has another name."""
    source = a_set_up_source()
    publish(source)
    rename(source, "Renamed")
    publish(source)
    return source


def is_ahead(source):
    return are_drafts_ahead(live_release(source), source_spec(source))


def test_it_rolls_back_with_a_note_and_the_user(source, django_user_model):
    user = django_user_model.objects.create_user("ann")
    first = source.releases.get(number=1)
    back = roll_back(first, by=user, expected_live=2).release
    assert (back.number, back.created_by, back.note) == (3, user, "Rolled back to release 1")
    names = ("spec", "config", "snippet_id", "plugin_id", "settings_document_id", "config_document_id")
    assert all(getattr(back, name) == getattr(first, name) for name in names)
    assert roll_back(source.releases.get(number=2), note="Again").release.note == "Again"


def test_it_refuses_a_rollback_that_changes_nothing(source):
    first = source.releases.get(number=1)
    roll_back(first)
    with pytest.raises(RollBackError, match="has the same content as release 1"):
        roll_back(first)
    assert source.releases.count() == 3


def test_it_refuses_a_rollback_from_another_live_release(source):
    with pytest.raises(LiveReleaseChangedError, match="release 2 is live now instead of release 1"):
        roll_back(source.releases.get(number=1), expected_live=1)
    assert source.releases.count() == 2


def test_it_notices_drafts_that_undo_a_rollback(source):
    assert not is_ahead(source)
    roll_back(source.releases.get(number=1))
    assert is_ahead(source)
    rotate_key(source)
    assert is_ahead(source)
    rename(source, "Track Custom Event V2")
    assert not is_ahead(source)
    rename(source, "Another")
    assert not is_ahead(source), "it was never published"


def test_it_accepts_drafts_after_the_rollback_was_loaded(source):
    first = source.releases.get(number=1)
    Mapping.objects.filter(action="viewedPageV2").delete()
    publish(source)
    roll_back(first)
    assert is_ahead(source)
    # The deleted mapping gets a new ID.
    restore_drafts(first)
    assert not is_ahead(source)
    a_mapping(source.destinations.get(), name="New")
    assert not is_ahead(source)


def test_it_notices_only_changes_of_a_rolled_back_source():
    source = a_set_up_source()
    assert not is_ahead(source)
    publish(source)
    rename(source, "Renamed")
    assert not is_ahead(source)
