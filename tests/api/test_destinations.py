"""``/api/v1/destinations/``"""

import pytest

from fullstory_dest.models import Destination
from tests.factories import ORG, a_destination, a_source

DESTINATIONS = "/api/v1/destinations/"


def test_it_creates_a_destination_without_default_settings(owner):
    source = a_source()
    settings = {"orgId": ORG, "debug": True, "host": "fullstory.com", "appHost": ""}
    response = owner.post(DESTINATIONS, {"source": source.pk, "settings": settings})
    assert response.status_code == 201
    destination = response.json()
    assert (destination["name"], destination["enabled"]) == ("FullStory", True)
    assert destination["settings"] == {"orgId": ORG, "debug": True}
    assert Destination.objects.get().source == source


@pytest.mark.parametrize(
    ("settings", "pointer"),
    [
        ({}, "/settings/orgId"),
        ({"orgId": ""}, "/settings/orgId"),
        ({"orgId": "<script>"}, "/settings/orgId"),
        ({"orgId": 7}, "/settings/orgId"),
        ({"orgId": ORG, "debug": "yes"}, "/settings/debug"),
        ({"orgId": ORG, "host": "https://example.com"}, "/settings/host"),
        ({"orgId": ORG, "hots": "example.com"}, "/settings/hots"),
        ({"orgId": ORG, "a/b~c": 1}, "/settings/a~1b~0c"),
        ([], "/settings"),
        (None, "/settings"),
        ("orgId", "/settings"),
    ],
)
def test_it_locates_wrong_settings(owner, refused, settings, pointer):
    refused(owner.post(DESTINATIONS, {"source": a_source().pk, "settings": settings}), 400, pointer)
    assert not Destination.objects.exists()


def test_it_reports_every_mistake(owner, refused):
    settings = {"orgId": "?", "debug": 1, "nothing": 1}
    response = owner.post(DESTINATIONS, {"source": a_source().pk, "settings": settings})
    problem = refused(response, 400, "/settings/orgId", "/settings/debug", "/settings/nothing")
    assert problem["detail"].endswith("(and 2 more)")


@pytest.mark.parametrize("source", [None, "abc", 0, 7, 10**30, -1, True, [], {}, "99999999999999999999999"])
def test_it_refuses_an_unknown_source(owner, refused, source):
    refused(owner.post(DESTINATIONS, {"source": source, "settings": {"orgId": ORG}}), 400, "/source")


def test_it_refuses_a_second_enabled_destination_on_a_namespace(owner, refused):
    body = {"source": a_destination().source_id, "settings": {"orgId": ORG}}
    refused(owner.post(DESTINATIONS, body), 400, "/settings/namespace")
    assert owner.post(DESTINATIONS, {**body, "enabled": False}).status_code == 201
    body["settings"]["namespace"] = "FS2"
    assert owner.post(DESTINATIONS, body).status_code == 201


def test_it_replaces_all_settings_when_any_are_sent(owner):
    destination = a_destination(settings={"orgId": ORG, "debug": True})
    response = owner.patch(f"{DESTINATIONS}{destination.pk}/", {"settings": {"orgId": "other"}})
    assert response.json()["settings"] == {"orgId": "other"}


def test_it_saves_consent_categories(owner):
    body = {"source": a_source().pk, "settings": {"orgId": ORG}}
    destination = owner.post(DESTINATIONS, body).json()
    assert destination["consent_categories"] == []
    address = f"{DESTINATIONS}{destination['id']}/"
    changed = owner.patch(address, {"consent_categories": ["C0002", "Analytics & more"]}).json()
    assert changed["consent_categories"] == ["C0002", "Analytics & more"]
    assert owner.patch(address, {"name": "Other"}).json()["consent_categories"] == [
        "C0002",
        "Analytics & more",
    ]


@pytest.mark.parametrize(
    ("categories", "pointer"),
    [
        (None, "/consent_categories"),
        ("C0002", "/consent_categories"),
        ({"C0002": True}, "/consent_categories"),
        (["C0001", 2], "/consent_categories/1"),
        ([""], "/consent_categories/0"),
        (["C0002", "C0002"], "/consent_categories/1"),
    ],
)
def test_it_locates_wrong_consent_categories(owner, refused, categories, pointer):
    body = {"source": a_source().pk, "settings": {"orgId": ORG}, "consent_categories": categories}
    refused(owner.post(DESTINATIONS, body), 400, pointer)


def test_it_refuses_to_move_a_destination_to_another_source(owner, refused):
    destination = a_destination()
    path = f"{DESTINATIONS}{destination.pk}/"
    refused(owner.patch(path, {"source": a_source(name="Other").pk}), 400, "/source")
    assert owner.patch(path, {"source": destination.source_id, "name": "Renamed"}).status_code == 200
    assert Destination.objects.get().name == "Renamed"


def test_it_lists_the_destinations_of_a_source(owner):
    destination = a_destination()
    a_destination(a_source(name="Other"))
    found = owner.get(DESTINATIONS, {"source": destination.source_id}).json()["results"]
    assert [each["id"] for each in found] == [destination.pk]


def test_it_deletes_a_destination(owner):
    assert owner.delete(f"{DESTINATIONS}{a_destination().pk}/").status_code == 204
    assert not Destination.objects.exists()
