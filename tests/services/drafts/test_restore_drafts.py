"""Restoring drafts from a release."""

import pytest
from django.core.exceptions import ValidationError

from fullstory_dest.compiler.files import canonical_json
from fullstory_dest.models import Destination, Mapping
from fullstory_dest.services.drafts.reorder_mappings import reorder_mappings
from fullstory_dest.services.drafts.restore_drafts import restore_drafts
from fullstory_dest.services.publishing.deploy import OutdatedReviewError, drafts_fingerprint
from fullstory_dest.services.publishing.publish import publish
from fullstory_dest.services.spec import source_spec
from tests.factories import ORG, a_destination, a_mapping, a_set_up_source, a_source

pytestmark = pytest.mark.django_db


def test_it_restores_the_drafts_of_a_release():
    source = a_set_up_source(honor_gpc=True)
    release = publish(source.production).deployment.release
    destination = source.destinations.get()
    track, page = (destination.mappings.get(action=f"{key}V2") for key in ("trackEvent", "viewedPage"))
    track.trigger = 'event = "X"'
    track.save()
    untouched = destination.mappings.get(action="identifyUserV2")
    reorder_mappings(destination, [page.pk])
    a_mapping(destination, name="New")
    a_destination(source, settings={"orgId": ORG, "namespace": "Other"})
    source.name, source.honor_gpc = "Renamed", False
    source.save()
    versions = untouched.history.count()

    assert canonical_json(source_spec(restore_drafts(release))) == canonical_json(release.spec)
    assert [mapping.pk for mapping in destination.mappings.all()] == [
        mapping["id"] for mapping in release.spec["destinations"][0]["mappings"]
    ]
    assert track.history.first().history_change_reason == "Drafts restored from release 1"
    # Only its position changed in between, and the history shows it.
    assert untouched.history.count() <= versions + 1
    assert not publish(source.production).created


def test_it_recreates_deleted_drafts():
    source = a_set_up_source()
    release = publish(source.production).deployment.release
    source.destinations.get().delete()
    restore_drafts(release)
    (destination,) = source_spec(source)["destinations"]
    (before,) = release.spec["destinations"]
    assert [{**mapping, "id": 0} for mapping in destination["mappings"]] == [
        {**mapping, "id": 0} for mapping in before["mappings"]
    ]


def test_it_records_why_drafts_were_deleted():
    source = a_set_up_source()
    release = publish(source.production).deployment.release
    a_mapping(source.destinations.get(), name="New")
    added = a_mapping(a_destination(source, settings={"orgId": ORG, "namespace": "Other"})).destination
    restore_drafts(release)
    for history in (Destination.history.filter(id=added.pk), Mapping.history.filter(name="New")):
        assert history.first().history_type == "-"
        assert history.first().history_change_reason == "Drafts restored from release 1"


def test_it_restores_swapped_namespaces():
    source = a_source()
    one = a_destination(source, settings={"orgId": ORG, "namespace": "A"})
    other = a_destination(source, settings={"orgId": ORG, "namespace": "B"})
    release = publish(source.production).deployment.release
    Destination.objects.filter(pk=one.pk).update(settings={"orgId": ORG, "namespace": "C"})
    Destination.objects.filter(pk=other.pk).update(settings={"orgId": ORG, "namespace": "A"})
    restore_drafts(release)
    assert canonical_json(source_spec(source)) == canonical_json(release.spec)


def test_it_restores_a_full_destination():
    source = a_source()
    destination = a_destination(source)
    for number in range(50):
        a_mapping(destination, name=f"Track {number}")
    release = publish(source.production).deployment.release
    destination.mappings.all()[0].delete()
    a_mapping(destination, name="Other")
    restore_drafts(release)
    names = [mapping["name"] for mapping in source_spec(source)["destinations"][0]["mappings"]]
    assert names == [f"Track {number}" for number in range(50)]


def test_it_changes_nothing_if_the_release_is_now_invalid():
    source = a_set_up_source()
    release = publish(source.production).deployment.release
    mapping = Mapping.objects.get(action="viewedPageV2")
    mapping.delete()
    a_source(name="Other", slug="taken")
    release.spec = {**release.spec, "name": "Before", "slug": "taken"}
    before = source_spec(source)
    with pytest.raises(ValidationError):
        restore_drafts(release)
    source.refresh_from_db()
    assert source_spec(source) == before


def test_it_keeps_the_values_of_environments():
    source = a_set_up_source(write_key="key", api_host="old.example.com")
    release = publish(source.production).deployment.release
    source.api_host = "new.example.com"
    source.name = "Renamed"
    source.save()
    restored = restore_drafts(release)
    assert (restored.name, restored.write_key, restored.api_host) == ("Shop", "key", "new.example.com")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", "Shop"),
        ("slug", "shop"),
        ("honor_gpc", True),
        ("honor_dnt", True),
    ],
)
def test_it_restores_each_setting_of_a_source(field, value):
    source = a_source(**{"name": "Before", "slug": "before", field: value})
    release = publish(source.production).deployment.release
    other = not value if isinstance(value, bool) else "other"
    setattr(source, field, other)
    source.save()
    assert getattr(restore_drafts(release), field) == value
    source.refresh_from_db()
    assert getattr(source, field) == value
    assert source.history.first().history_change_reason == "Drafts restored from release 1"


def test_it_saves_only_differences_from_the_release():
    source = a_set_up_source()
    destination = source.destinations.get()
    release = publish(source.production).deployment.release
    restore_drafts(release)
    rows = [source, destination, *destination.mappings.all()]
    assert [row.history.count() for row in rows] == [1] * 5


def test_it_restores_whether_a_destination_is_enabled():
    source = a_set_up_source()
    destination = source.destinations.get()
    off = a_destination(source, enabled=False)
    release = publish(source.production).deployment.release
    for row, enabled in ((destination, False), (off, True)):
        row.enabled = enabled
        row.save()
    restore_drafts(release)
    found = dict(source.destinations.values_list("pk", "enabled"))
    assert found == {destination.pk: True, off.pk: False}


def test_it_restores_only_over_the_reviewed_drafts():
    source = a_set_up_source()
    release = publish(source.production).deployment.release
    reviewed = drafts_fingerprint(source_spec(source))
    mapping = Mapping.objects.get(action="viewedPageV2")
    mapping.name = "Edited"
    mapping.save()
    with pytest.raises(OutdatedReviewError):
        restore_drafts(release, reviewed=reviewed)
    mapping.refresh_from_db()
    assert mapping.name == "Edited"
    restore_drafts(release, reviewed=drafts_fingerprint(source_spec(source)))
    mapping.refresh_from_db()
    assert mapping.name != "Edited"
