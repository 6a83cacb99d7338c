"""``/api/v1/releases/``"""

import pytest
from django.contrib.auth import get_user_model
from django.db import connection
from django.test.utils import CaptureQueriesContext

from fullstory_dest.models import Mapping
from fullstory_dest.services.publishing.publish import publish
from tests.factories import a_set_up_source

RELEASES = "/api/v1/releases/"


@pytest.fixture
def source(db):
    """A source with two releases."""
    source = a_set_up_source()
    publish(source.production, by=get_user_model().objects.create_user("ann"), note="First")
    Mapping.objects.update(enabled=False)
    publish(source.production)
    return source


def test_it_lists_releases_of_a_source_without_spec_and_mappings(viewer, source):
    publish(a_set_up_source(name="Other").production)
    found = viewer.get(RELEASES, {"source": source.pk}).json()["results"]
    assert [(release["number"], release["created_by"], release["note"]) for release in found] == [
        (1, "ann", "First"),
        (2, None, ""),
    ]
    assert found[0].keys() == {
        "id",
        "source",
        "number",
        "note",
        "created_by",
        "created_at",
    }


def test_it_returns_one_release_with_its_spec_and_mappings(viewer, source):
    release = source.releases.get(number=1)
    found = viewer.get(f"{RELEASES}{release.pk}/").json()
    assert (found["spec"], found["compiled"]) == (release.spec, release.compiled)


def test_it_lists_releases_with_a_constant_number_of_queries(viewer, source):
    query = {"source": source.pk}
    with CaptureQueriesContext(connection) as two:
        viewer.get(RELEASES, query)
    for number in range(3):
        Mapping.objects.filter(action="trackEventV2").update(name=str(number))
        publish(source.production, by=get_user_model().objects.create_user(str(number)))
    with CaptureQueriesContext(connection) as five:
        viewer.get(RELEASES, query)
    assert len(five) == len(two)


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_it_refuses_changes_to_a_release(owner, refused, source, method):
    refused(getattr(owner, method)(f"{RELEASES}{source.releases.first().pk}/"), 405)
    assert source.releases.count() == 2


def test_it_refuses_to_create_a_release(owner, viewer, refused):
    refused(owner.post(RELEASES, {}), 405)
    refused(viewer.post(RELEASES, {}), 405)
