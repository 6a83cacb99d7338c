"""``POST /api/v1/environments/{id}/rotate-key/``"""

import pytest

from fullstory_dest.delivery import document_cache
from fullstory_dest.models import RetiredWriteKey
from fullstory_dest.services.publishing.publish import publish
from tests.factories import a_set_up_source

SOURCES = "/api/v1/sources/"
ENVIRONMENTS = "/api/v1/environments/"


@pytest.fixture
def source(db):
    source = a_set_up_source(write_key="old")
    publish(source.production)
    return source


def test_it_returns_a_new_write_key_and_serves_the_previous_one(owner, source):
    response = owner.post(f"{ENVIRONMENTS}{source.production.pk}/rotate-key/", {})
    assert response.status_code == 200
    now = response.json()["write_key"]
    assert now != "old"
    assert document_cache.get_live("old", "snippet") == document_cache.get_live(now, "snippet")
    assert source.production.history.first().history_channel == "api"


def test_it_stops_the_previous_write_key_without_a_grace_period(owner, source):
    owner.post(f"{ENVIRONMENTS}{source.production.pk}/rotate-key/", {"grace_days": 0})
    assert document_cache.get_live("old", "snippet") is None


@pytest.mark.parametrize("days", [-1, 366, "soon", None])
def test_it_refuses_an_invalid_grace_period(owner, refused, source, days):
    refused(
        owner.post(f"{ENVIRONMENTS}{source.production.pk}/rotate-key/", {"grace_days": days}),
        400,
        "/grace_days",
    )
    assert not RetiredWriteKey.objects.exists()


def test_it_refuses_an_editor(editor, source):
    assert editor.post(f"{ENVIRONMENTS}{source.production.pk}/rotate-key/", {}).status_code == 403


def test_it_reserves_the_previous_write_key(owner, refused, source):
    owner.post(f"{ENVIRONMENTS}{source.production.pk}/rotate-key/", {})
    refused(owner.post(SOURCES, {"name": "Thief", "write_key": "old"}), 400, "/write_key")


def test_it_rotates_once_when_sent_twice_with_the_write_key(owner, refused, source):
    body = {"write_key": "old"}
    now = owner.post(f"{ENVIRONMENTS}{source.production.pk}/rotate-key/", body).json()["write_key"]
    problem = refused(owner.post(f"{ENVIRONMENTS}{source.production.pk}/rotate-key/", body), 409)
    assert problem["type"].endswith(":conflict")
    assert problem["detail"].startswith("The write key was already rotated.")
    source.refresh_from_db()
    assert source.write_key == now


@pytest.mark.parametrize("key", ["", None, [], "\0"])
def test_it_refuses_an_invalid_write_key(owner, refused, source, key):
    refused(
        owner.post(f"{ENVIRONMENTS}{source.production.pk}/rotate-key/", {"write_key": key}), 400, "/write_key"
    )
    source.refresh_from_db()
    assert source.write_key == "old"
