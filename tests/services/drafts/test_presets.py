"""Destinations and mappings from presets."""

import pytest
from django.core.exceptions import ValidationError

from fullstory_dest.catalog import PRESETS
from fullstory_dest.models import Destination
from fullstory_dest.services.drafts.create_destination import create_destination
from fullstory_dest.services.drafts.presets import save_presets
from tests.factories import ORG, a_destination, a_source

pytestmark = pytest.mark.django_db

IDENTIFY, TRACK, PAGE = "identifyUserV2", "trackEventV2", "viewedPageV2"


def actions(destination):
    return list(destination.mappings.values_list("action", flat=True))


def test_it_creates_the_recommended_mappings():
    destination = create_destination(a_source(), settings={"orgId": ORG})
    recommended = [preset for preset in PRESETS if preset.recommended]
    found = [(row.name, row.action, row.trigger, row.fields) for row in destination.mappings.all()]
    assert found == [(each.name, each.action.key, each.trigger, each.fields) for each in recommended]
    assert all(row.enabled for row in destination.mappings.all())
    assert (destination.name, destination.enabled) == ("FullStory", True)


def test_it_creates_nothing_with_invalid_settings():
    with pytest.raises(ValidationError):
        create_destination(a_source(), settings={})
    assert not Destination.objects.exists()


def test_it_adds_chosen_presets_and_deletes_others():
    destination = a_destination()
    save_presets(destination, [IDENTIFY, TRACK], [])
    assert actions(destination) == [IDENTIFY, TRACK]
    save_presets(destination, [TRACK, PAGE], [IDENTIFY, TRACK])
    assert actions(destination) == [TRACK, PAGE]


def test_it_changes_nothing_that_the_page_did_not_show():
    destination = a_destination()
    save_presets(destination, [IDENTIFY, TRACK], [])
    # Another user added these after the page was opened, or deleted Viewed Page.
    save_presets(destination, [PAGE], [PAGE])
    assert actions(destination) == [IDENTIFY, TRACK]
    save_presets(destination, [IDENTIFY], [])
    assert actions(destination) == [IDENTIFY, TRACK]


@pytest.mark.parametrize("edit", [{"trigger": 'event = "Paid"'}, {"fields": {"name": "Fixed"}}])
def test_it_keeps_an_edited_preset(edit):
    destination = a_destination()
    save_presets(destination, [TRACK], [])
    mapping = destination.mappings.get()
    for name, value in edit.items():
        setattr(mapping, name, value)
    mapping.save()
    save_presets(destination, [], [TRACK])
    assert actions(destination) == [TRACK]
