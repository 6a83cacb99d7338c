"""``GET /api/v1/sources/{id}/diff/``"""

from fullstory_dest.models import Mapping
from fullstory_dest.services.publishing.deploy import fingerprint
from fullstory_dest.services.publishing.publish import publish
from fullstory_dest.services.spec import drafts_in
from tests.factories import a_set_up_source


def test_it_lists_everything_as_added_before_the_first_release(owner):
    source = a_set_up_source()
    difference = owner.get(f"/api/v1/sources/{source.pk}/diff/").json()
    assert difference["release"] is None
    assert {change["kind"] for change in difference["changes"]} == {"added"}


def test_it_lists_no_changes_right_after_publishing(owner):
    source = a_set_up_source()
    publish(source.production)
    assert owner.get(f"/api/v1/sources/{source.pk}/diff/").json() == {
        "release": 1,
        "changes": [],
        "reviewed": fingerprint(drafts_in(source.production)),
    }


def test_it_lists_changes_since_the_live_release(owner):
    source = a_set_up_source()
    publish(source.production)
    mapping = Mapping.objects.get(action="trackEventV2")
    mapping.trigger = 'event = "Paid"'
    mapping.save()
    assert owner.get(f"/api/v1/sources/{source.pk}/diff/").json()["changes"] == [
        {
            "kind": "changed",
            "where": ["FullStory", "Track Custom Event V2", "trigger"],
            "before": 'type = "track"',
            "after": 'event = "Paid"',
        }
    ]
