"""Who may do what."""

import pytest
from django.contrib.auth import get_user_model
from rest_framework.test import APIClient

from fullstory_dest.models import ClassicDestination, Mapping, Source
from fullstory_dest.services.publishing.publish import publish
from tests.api.conftest import client_of, someone
from tests.factories import ORG, a_set_up_source

LISTS = ["sources", "destinations", "mappings", "releases", "classic-destinations"]


@pytest.fixture
def source(db):
    """A source with one of everything, published twice."""
    source = a_set_up_source()
    publish(source)
    Mapping.objects.filter(action="trackEventV2").update(enabled=False)
    publish(source)
    ClassicDestination(source=source, settings={"org": ORG}).save()
    return source


@pytest.mark.parametrize("resource", LISTS)
def test_one_without_a_token_is_asked_for_one(anonymous, refused, resource, db):
    response = anonymous.get(f"/api/v1/{resource}/")
    refused(response, 401)
    assert response["WWW-Authenticate"] == "Bearer"
    refused(anonymous.post(f"/api/v1/{resource}/", {}), 401)


@pytest.mark.parametrize(
    "header",
    ["Bearer", "Bearer a b", "Bearer wrong", "Bearer \xff\xfe", "Bearer " + "a" * 10_000, "Basic dTpw"],
)
def test_a_token_that_is_none_is_refused(anonymous, refused, header, db):
    refused(anonymous.get("/api/v1/sources/", HTTP_AUTHORIZATION=header), 401)


def test_a_token_of_one_who_has_left_is_refused(refused, db):
    user = get_user_model().objects.create_superuser("olive")
    client = client_of(user)
    assert client.get("/api/v1/sources/").status_code == 200
    user.is_active = False
    user.save()
    refused(client.get("/api/v1/sources/"), 401)


@pytest.mark.parametrize("resource", LISTS)
def test_one_without_permissions_reads_nothing(nobody, refused, resource):
    refused(nobody.get(f"/api/v1/{resource}/"), 403)
    assert nobody.head(f"/api/v1/{resource}/").status_code == 403


@pytest.mark.parametrize("resource", LISTS)
def test_a_viewer_reads_everything(viewer, source, resource):
    (first, *_) = viewer.get(f"/api/v1/{resource}/").json()["results"]
    assert viewer.get(f"/api/v1/{resource}/{first['id']}/").status_code == 200


@pytest.mark.parametrize("resource", ["sources", "destinations", "mappings", "classic-destinations"])
def test_a_viewer_writes_nothing(viewer, source, refused, resource):
    (first, *_) = viewer.get(f"/api/v1/{resource}/").json()["results"]
    refused(viewer.post(f"/api/v1/{resource}/", {}), 403)
    for method in (viewer.put, viewer.patch, viewer.delete):
        refused(method(f"/api/v1/{resource}/{first['id']}/", {}), 403)


def test_a_viewer_compares_and_previews(viewer, source):
    path = f"/api/v1/sources/{source.pk}/"
    assert viewer.get(f"{path}diff/").status_code == 200
    assert viewer.get(f"{path}spec/").status_code == 200
    assert viewer.post(f"{path}preview/", {"events": []}).status_code == 200


@pytest.mark.parametrize("action", ["publish", "rollback"])
def test_an_editor_does_not_publish(editor, source, refused, action):
    Mapping.objects.update(name="Changed")
    refused(editor.post(f"/api/v1/sources/{source.pk}/{action}/", {"release": 1}), 403)
    assert source.releases.count() == 2


def test_an_editor_writes_drafts(editor, source):
    mapping = Mapping.objects.first()
    assert editor.patch(f"/api/v1/mappings/{mapping.pk}/", {"name": "Changed"}).status_code == 200
    assert editor.post("/api/v1/sources/", {"name": "Other"}).status_code == 201


def test_one_with_the_permission_publishes_and_rolls_back(source):
    publisher = client_of(someone("pat", "publish_source", "view_source", "view_destination", "view_mapping"))
    Mapping.objects.update(name="Changed")
    assert publisher.post(f"/api/v1/sources/{source.pk}/publish/").status_code == 201
    assert publisher.post(f"/api/v1/sources/{source.pk}/rollback/", {"release": 1}).status_code == 201


def test_one_who_sees_sources_only_does_not_read_their_mappings_through_them(source, refused):
    client = client_of(someone("sam", "view_source"))
    path = f"/api/v1/sources/{source.pk}/"
    assert client.get(path).status_code == 200
    refused(client.get(f"{path}spec/"), 403)
    refused(client.get(f"{path}diff/"), 403)
    refused(client.post(f"{path}preview/", {"events": []}), 403)


def test_a_viewer_plans_a_migration_but_does_not_migrate(viewer, source, refused):
    path = f"/api/v1/classic-destinations/{source.classic_destinations.get().pk}/"
    assert viewer.post(f"{path}plan/").status_code == 200
    refused(viewer.post(f"{path}migrate/"), 403)


def test_a_session_will_do_but_not_without_a_csrf_token(refused, db):
    client = APIClient(enforce_csrf_checks=True)
    client.force_login(get_user_model().objects.create_superuser("olive"))
    assert client.get("/api/v1/sources/").status_code == 200
    refused(client.post("/api/v1/sources/", {"name": "Shop"}), 403)
    assert not Source.objects.exists()


def test_what_reaches_browsers_at_once_takes_the_permission_to_publish(editor, owner):
    source = a_set_up_source()
    address = f"/api/v1/sources/{source.pk}/"
    assert editor.patch(address, {"name": "Renamed", "enabled": True}).status_code == 200
    assert editor.patch(address, {"enabled": False}).status_code == 403
    assert editor.delete(address).status_code == 403
    source.refresh_from_db()
    assert (source.name, source.enabled) == ("Renamed", True)
    assert owner.patch(address, {"enabled": False}).json()["enabled"] is False
    assert owner.delete(address).status_code == 204


@pytest.mark.parametrize("flag", ["is_active", "is_staff"])
def test_a_token_of_somebody_who_may_not_log_in_opens_nothing(viewer, refused, flag):
    assert viewer.get("/api/v1/sources/").status_code == 200
    get_user_model().objects.filter(username="vic").update(**{flag: False})
    refused(viewer.get("/api/v1/sources/"), 401)


@pytest.mark.parametrize("flag", ["is_active", "is_staff"])
def test_a_session_of_somebody_who_may_not_log_in_opens_nothing(refused, db, flag):
    client = APIClient()
    olive = get_user_model().objects.create_superuser("olive")
    client.force_login(olive)
    assert client.get("/api/v1/sources/").status_code == 200
    get_user_model().objects.update(**{flag: False})
    refused(client.get("/api/v1/sources/"), 401)
    refused(client.post("/api/v1/sources/", {"name": "Shop"}), 401)
    assert not Source.objects.exists()
