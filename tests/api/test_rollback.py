"""``POST /api/v1/sources/{id}/rollback/``"""

import pytest

from fullstory_dest.models import Mapping
from fullstory_dest.services.publishing.publish import publish
from tests.factories import a_set_up_source

SOURCES = "/api/v1/sources/"


@pytest.fixture
def source(db):
    """A source with two releases."""
    source = a_set_up_source()
    publish(source)
    Mapping.objects.update(enabled=False)
    publish(source)
    return source


def test_it_creates_a_release_with_the_content_of_an_old_one(owner, source):
    response = owner.post(f"{SOURCES}{source.pk}/rollback/", {"release": 1})
    assert response.status_code == 201
    release = response.json()
    assert (release["number"], release["rolled_back_to"], release["created_by"]) == (3, 1, "olive")
    assert release["note"] == "Rolled back to release 1"
    assert release["digest"] == source.releases.get(number=1).digest


def test_it_saves_the_note(owner, source):
    body = {"release": 1, "note": "Too many events"}
    assert owner.post(f"{SOURCES}{source.pk}/rollback/", body).json()["note"] == "Too many events"


def test_it_refuses_a_rollback_to_the_live_release(owner, refused, source):
    problem = refused(owner.post(f"{SOURCES}{source.pk}/rollback/", {"release": 2}), 409)
    assert problem["detail"] == "release 2 is already live"


@pytest.mark.parametrize("release", [None, 0, 3, -1, 10**30, "draft", [], 1.5, True])
def test_it_refuses_an_unknown_release(owner, refused, source, release):
    refused(owner.post(f"{SOURCES}{source.pk}/rollback/", {"release": release}), 400, "/release")


def test_it_requires_a_release(owner, refused, source):
    refused(owner.post(f"{SOURCES}{source.pk}/rollback/"), 400, "/release")


def test_it_rolls_back_if_the_expected_release_is_live(owner, source):
    body = {"release": 1, "live_release": 2}
    assert owner.post(f"{SOURCES}{source.pk}/rollback/", body).status_code == 201


def test_it_refuses_a_rollback_if_another_release_went_live(owner, refused, source):
    Mapping.objects.update(name="Changed")
    publish(source)
    problem = refused(owner.post(f"{SOURCES}{source.pk}/rollback/", {"release": 1, "live_release": 2}), 409)
    assert problem["type"].endswith(":conflict")
    assert problem["detail"].startswith("Release 3 is live now instead of release 2.")
    assert source.releases.count() == 3


@pytest.mark.parametrize("live", [None, 0, -1, "x", [], 10**30])
def test_it_refuses_an_invalid_live_release(owner, source, live):
    answer = owner.post(f"{SOURCES}{source.pk}/rollback/", {"release": 1, "live_release": live})
    assert answer.status_code == (409 if live == 10**30 else 400)
    assert source.releases.count() == 2
