"""``/api/v1/classic-destinations/``"""

import pytest

from fullstory_dest.models import CLASSIC_DEFAULTS, ClassicDestination, Destination, Migration, Source
from tests.api.conftest import client_of, someone
from tests.factories import ORG, a_destination, a_source

CLASSIC = "/api/v1/classic-destinations/"
DOCUMENT = {
    "integrations": {
        "Segment.io": {"apiKey": "imported-key"},
        "FullStory": {"org": ORG, "trackAllPages": True, "versionSettings": {"version": "3.0.0"}},
    }
}


def a_classic(**settings):
    classic = ClassicDestination(source=a_source(), settings={"org": ORG, **settings})
    classic.save()
    return classic


def test_it_creates_one_from_settings(owner):
    source = a_source()
    response = owner.post(CLASSIC, {"source": source.pk, "settings": {"org": ORG, "debug": True}})
    assert response.status_code == 201, response.content
    classic = response.json()
    assert classic.keys() == {"id", "source", "settings", "enabled", "imported_at"}
    assert (classic["source"], classic["settings"]) == (source.pk, {"org": ORG, "debug": True})


def test_it_imports_onto_the_source_with_the_documents_write_key(owner):
    source = a_source(write_key="imported-key")
    classic = owner.post(CLASSIC, {"document": DOCUMENT}).json()
    assert (classic["source"], classic["settings"]) == (source.pk, {"org": ORG, "trackAllPages": True})


def test_it_creates_the_source_of_an_unknown_write_key(owner):
    classic = owner.post(CLASSIC, {"document": DOCUMENT}).json()
    assert Source.objects.get(pk=classic["source"]).write_key == "imported-key"


def test_it_imports_a_document_onto_the_given_source(owner):
    source = a_source()
    body = {"source": source.pk, "document": DOCUMENT, "enabled": False}
    classic = owner.post(CLASSIC, body).json()
    assert (classic["source"], classic["enabled"]) == (source.pk, False)
    assert Source.objects.get() == source


def test_it_needs_permission_to_create_the_source_of_a_document(refused, db):
    client = client_of(someone("importer", "add_classicdestination"))
    refused(client.post(CLASSIC, {"document": DOCUMENT}), 403)
    assert not Source.objects.exists()
    a_source(write_key="imported-key")
    assert client.post(CLASSIC, {"document": DOCUMENT}).status_code == 201


@pytest.mark.parametrize(
    ("body", "pointers"),
    [
        ({}, ["/source", "/settings"]),
        ({"settings": {"org": ORG}}, ["/source"]),
        ({"settings": {"org": ORG}, "document": {}}, ["/document"]),
        ({"document": {}}, ["/document"]),
        ({"document": []}, ["/document"]),
        ({"document": None}, ["/document"]),
        ({"document": {"org": ORG}}, ["/source"]),
        ({"document": {"data": {"destinations": 7}}}, ["/document"]),
        ({"document": {"data": {"destinations": [7, {"settings": 7}]}}}, ["/document"]),
        ({"document": {"integrations": {"FullStory": 7}}}, ["/document"]),
        (
            {"document": {"integrations": {"FullStory": {"org": 7}, "Segment.io": {"apiKey": "k"}}}},
            ["/document"],
        ),
        ({"document": {"integrations": {"FullStory": {}, "Segment.io": {"apiKey": "a b"}}}}, ["/document"]),
    ],
)
def test_it_refuses_a_body_without_a_classic_destination(owner, refused, body, pointers):
    refused(owner.post(CLASSIC, body), 400, *pointers)
    assert not ClassicDestination.objects.exists()
    assert not Source.objects.exists()


@pytest.mark.parametrize(
    ("settings", "pointer"),
    [
        ({"org": 7}, "/settings/org"),
        ([], "/settings"),
        ({"FullStory": {"org": ORG}}, "/settings"),
        ({"FullStory": {"org": ORG}, "Segment.io": {"apiKey": "k"}}, "/settings"),
        ({"Segment.io": {"apiKey": "k"}}, "/settings"),
    ],
)
def test_it_locates_wrong_settings(owner, refused, settings, pointer):
    refused(owner.post(CLASSIC, {"source": a_source().pk, "settings": settings}), 400, pointer)


def test_it_changes_only_settings(owner, refused):
    path = f"{CLASSIC}{a_classic().pk}/"
    assert owner.patch(path, {"settings": {"org": "other"}}).json()["settings"] == {"org": "other"}
    refused(owner.patch(path, {"source": a_source(name="Other").pk}), 400, "/source")
    refused(owner.patch(path, {"document": DOCUMENT}), 400, "/document")


def test_it_plans_the_outcome_of_each_setting_and_saves_nothing(viewer):
    classic = a_classic(trackAllPages=True, debug=True)
    response = viewer.post(f"{CLASSIC}{classic.pk}/plan/")
    assert response.status_code == 200, response.content
    plan = response.json()
    assert (plan["settings"], plan["enabled"]) == ({"orgId": ORG, "debug": True}, True)
    assert [mapping["action"] for mapping in plan["mappings"]] == [
        "identifyUserV2",
        "trackEventV2",
        "viewedPageV2",
    ]
    assert [row["setting"] for row in plan["report"]] == list(CLASSIC_DEFAULTS)
    assert not Destination.objects.exists()


def test_it_migrates_as_planned_and_saves_the_report(owner):
    classic = a_classic(trackAllPages=True)
    plan = owner.post(f"{CLASSIC}{classic.pk}/plan/").json()
    response = owner.post(f"{CLASSIC}{classic.pk}/migrate/")
    assert response.status_code == 201, response.content
    migration = response.json()
    destination = Destination.objects.get()
    assert destination.settings == plan["settings"]
    assert [mapping.name for mapping in destination.mappings.all()] == [
        mapping["name"] for mapping in plan["mappings"]
    ]
    assert migration["classic_destination"] == classic.pk
    assert migration["destination"] == destination.pk
    assert migration["report"] == plan["report"]
    assert migration["created_by"] == "olive"


def test_it_disables_the_new_destination_beside_an_enabled_one(owner):
    classic = a_classic()
    a_destination(classic.source)
    migration = owner.post(f"{CLASSIC}{classic.pk}/migrate/").json()
    assert not Destination.objects.get(pk=migration["destination"]).enabled


def test_it_reports_settings_that_cannot_be_migrated(owner, refused):
    classic = a_classic(org="")
    problem = refused(owner.post(f"{CLASSIC}{classic.pk}/migrate/"), 409, "/settings/orgId")
    assert problem["title"] == "Classic destination can't be migrated"
    assert not Destination.objects.exists()
    assert not Migration.objects.exists()


def test_it_filters_by_source(viewer):
    classic = a_classic()
    ClassicDestination(source=a_source(name="Other")).save()
    found = viewer.get(CLASSIC, {"source": classic.source_id}).json()["results"]
    assert [each["id"] for each in found] == [classic.pk]
