"""``POST /api/v1/sources/{id}/publish/``"""

import pytest

from fullstory_dest.models import Mapping, Release, Source
from fullstory_dest.services.spec import source_spec
from tests.factories import ORG, a_set_up_source

SOURCES = "/api/v1/sources/"


def test_a_source_made_over_rest_can_be_published(owner):
    source = owner.post(SOURCES, {"name": "Shop"}).json()
    body = {"source": source["id"], "settings": {"orgId": ORG}}
    destination = owner.post("/api/v1/destinations/", body).json()
    body = {"destination": destination["id"], "name": "Track", "action": "trackEventV2", "enabled": True}
    mapping = owner.post("/api/v1/mappings/", body).json()

    response = owner.post(f"{SOURCES}{source['id']}/publish/", {"note": "First"})

    assert response.status_code == 201, response.content
    release = response.json()
    assert (release["source"], release["number"], release["note"]) == (source["id"], 1, "First")
    assert (release["created_by"], release["rolled_back_to"]) == ("olive", None)
    assert release["spec"] == source_spec(Source.objects.get())
    (compiled,) = release["config"]["destinations"][0]["mappings"]
    assert compiled["id"] == mapping["id"]
    assert Release.objects.get().digest == release["digest"]


def test_publishing_again_gives_the_live_release(owner):
    path = f"{SOURCES}{a_set_up_source().pk}/publish/"
    first = owner.post(path)
    again = owner.post(path)
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json() == first.json()


def test_drafts_that_cannot_be_compiled_are_a_conflict_with_every_reason(owner, refused):
    source = a_set_up_source()
    # Past the checks on saving, as an old row could be after the rules became stricter.
    Mapping.objects.filter(action="trackEventV2").update(trigger="type = ")
    Mapping.objects.filter(action="viewedPageV2").update(fields={"pageNmae": "x"})
    problem = refused(
        owner.post(f"{SOURCES}{source.pk}/publish/"),
        409,
        "/destinations/0/mappings/1/trigger",
        "/destinations/0/mappings/2/fields/pageNmae",
    )
    trigger, fields = problem["errors"]
    assert 'mapping "Track Custom Event V2"' in trigger["detail"]
    assert trigger["position"] == len("type = ")
    assert trigger["expected"]
    assert 'mapping "Viewed Page V2"' in fields["detail"]
    assert problem["type"].endswith(":cannot-compile")
    assert not Release.objects.exists()


@pytest.mark.parametrize("note", [None, [], {}, "x" * 2001])
def test_it_refuses_a_note_that_is_none(owner, refused, note):
    refused(owner.post(f"{SOURCES}{a_set_up_source().pk}/publish/", {"note": note}), 400, "/note")


def test_it_does_not_find_a_source_that_is_not_there(owner, refused):
    refused(owner.post(f"{SOURCES}7/publish/"), 404)
