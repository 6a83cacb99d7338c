"""``/api/v1/mappings/``"""

import pytest
from django.utils.dateparse import parse_datetime

from fullstory_dest.catalog import ACTIONS, ACTIONS_BY_KEY
from fullstory_dest.fql.segment.differences import AGREED
from fullstory_dest.models import Mapping
from tests.factories import a_destination, a_mapping

MAPPINGS = "/api/v1/mappings/"


@pytest.mark.parametrize("action", [action.key for action in ACTIONS])
def test_it_creates_a_disabled_mapping_with_the_actions_defaults(owner, action):
    body = {"destination": a_destination().pk, "name": "New", "action": action}
    response = owner.post(MAPPINGS, body)
    assert response.status_code == 201, response.content
    mapping = response.json()
    definition = ACTIONS_BY_KEY[action]
    assert mapping["trigger"] == definition.default_trigger
    assert mapping["fields"] == definition.default_fields
    assert (mapping["enabled"], mapping["position"]) == (False, 0)


def test_it_lists_the_attributes_of_a_mapping(viewer):
    mapping = a_mapping(trigger='type in ["track"]')
    (found,) = viewer.get(MAPPINGS).json()["results"]
    assert parse_datetime(found.pop("created_at")) == mapping.created_at
    assert parse_datetime(found.pop("updated_at")) == mapping.updated_at
    assert found == {
        "id": mapping.pk,
        "destination": mapping.destination_id,
        "name": "Track",
        "enabled": True,
        "action": "trackEventV2",
        "trigger": 'type in ["track"]',
        "fields": {"name": {"@path": "$.event"}},
        "position": 0,
        "differs_in_segment": ["Segment's client doesn't support in.", AGREED],
    }


def test_it_creates_a_mapping_with_given_values(owner):
    body = {
        "destination": a_destination().pk,
        "name": "Checkouts",
        "enabled": True,
        "action": "trackEventV2",
        "trigger": 'type = "track" and (event = "Checkout" or event = "Paid")',
        "fields": {"name": {"@path": "$.event"}, "properties": {"total": {"@path": "$.properties.total"}}},
        "position": 7,
    }
    response = owner.post(MAPPINGS, body)
    assert response.status_code == 201, response.content
    assert body.items() <= response.json().items()


def test_it_adds_a_new_mapping_last(owner):
    destination = a_mapping().destination
    body = {"destination": destination.pk, "name": "New", "action": "trackEventV2"}
    assert [owner.post(MAPPINGS, body).json()["position"] for _ in range(2)] == [1, 2]


def test_it_refuses_a_51st_mapping(owner, refused):
    destination = a_destination()
    for position in range(50):
        a_mapping(destination, position=position)
    body = {"destination": destination.pk, "name": "New", "action": "trackEventV2"}
    refused(owner.post(MAPPINGS, body), 400, "/destination")


def test_it_locates_a_mistake_in_a_trigger(owner, refused):
    body = {"destination": a_destination().pk, "name": "x", "action": "trackEventV2", "trigger": "  type = "}
    problem = refused(owner.post(MAPPINGS, body), 400, "/trigger")
    (error,) = problem["errors"]
    assert error["position"] == len("  type = ")
    assert "text in quotes" in error["expected"]


@pytest.mark.parametrize("trigger", ["", " ", None, 7, [], "x" * 5001, "(" * 5000, "!" * 5000, 'type = "'])
def test_it_refuses_invalid_triggers(owner, refused, trigger):
    mapping = a_mapping()
    response = owner.patch(f"{MAPPINGS}{mapping.pk}/", {"trigger": trigger})
    refused(response, 400, "/trigger")


@pytest.mark.parametrize(
    ("fields", "pointers"),
    [
        ({"name": "x", "properties": {"a": {"@path": 7}}}, ["/fields/properties/a/@path"]),
        ({"name": "x", "properties": {"@path": 7}}, ["/fields/properties/@path"]),
        ({"name": "x", "properties": {"@paht": "$.properties"}}, ["/fields/properties/@paht"]),
        ({"name": "x", "properties": "text"}, ["/fields/properties"]),
        ({"properties": {"@path": "$.properties"}}, ["/fields/name"]),
        ({"name": "x", "nmae": "y"}, ["/fields/nmae"]),
        ([], ["/fields"]),
        ("text", ["/fields"]),
        (None, ["/fields"]),
    ],
)
def test_it_locates_a_wrong_directive(owner, refused, fields, pointers):
    body = {"destination": a_destination().pk, "name": "x", "action": "trackEventV2", "fields": fields}
    refused(owner.post(MAPPINGS, body), 400, *pointers)


def test_it_refuses_an_action_that_is_not_in_the_catalog(owner, refused):
    body = {"destination": a_destination().pk, "name": "x", "action": "trackEventV3"}
    refused(owner.post(MAPPINGS, body), 400, "/action")


@pytest.mark.parametrize("position", [-1, 50, 10**30, "first", None, 1.5])
def test_it_refuses_an_invalid_position(owner, refused, position):
    body = {"destination": a_destination().pk, "name": "x", "action": "trackEventV2", "position": position}
    refused(owner.post(MAPPINGS, body), 400, "/position")


def test_it_refuses_a_taken_position(owner, refused):
    first = a_mapping(name="First")
    second = a_mapping(first.destination)
    problem = refused(owner.patch(f"{MAPPINGS}{second.pk}/", {"position": 0}), 400, "/position")
    assert '"First"' in problem["detail"]
    assert owner.patch(f"{MAPPINGS}{second.pk}/", {"position": 1}).status_code == 200
    assert owner.patch(f"{MAPPINGS}{second.pk}/", {"position": 2}).json()["position"] == 2


def test_it_refuses_to_move_a_mapping_to_another_destination(owner, refused):
    mapping = a_mapping()
    other = a_destination(mapping.destination.source, enabled=False)
    refused(owner.patch(f"{MAPPINGS}{mapping.pk}/", {"destination": other.pk}), 400, "/destination")


def test_it_accepts_its_response_as_a_request(owner):
    mapping = owner.get(f"{MAPPINGS}{a_mapping().pk}/").json()
    response = owner.put(f"{MAPPINGS}{mapping['id']}/", mapping)
    assert response.status_code == 200
    assert response.json() | {"updated_at": None} == mapping | {"updated_at": None}


def test_it_checks_the_fields_against_a_changed_action(owner, refused):
    response = owner.patch(f"{MAPPINGS}{a_mapping().pk}/", {"action": "viewedPageV2"})
    refused(response, 400, "/fields/name")


def test_it_filters_by_destination_and_enabled(owner):
    mapping = a_mapping()
    a_mapping(mapping.destination, enabled=False)
    a_mapping(a_destination(mapping.destination.source, enabled=False))
    query = {"destination": mapping.destination_id, "enabled": "true"}
    assert [each["id"] for each in owner.get(MAPPINGS, query).json()["results"]] == [mapping.pk]


def test_it_deletes_a_mapping(owner):
    assert owner.delete(f"{MAPPINGS}{a_mapping().pk}/").status_code == 204
    assert not Mapping.objects.exists()


def test_it_reports_differences_in_segments_client(owner):
    plain = a_mapping()
    mixed = a_mapping(plain.destination, trigger='type = "a" and event = "b" or event = "c"')
    broken = a_mapping(plain.destination)
    Mapping.objects.filter(pk=broken.pk).update(trigger="no trigger")
    found = {row["id"]: row["differs_in_segment"] for row in owner.get(MAPPINGS).json()["results"]}
    assert found[plain.pk] == found[broken.pk] == []
    assert 'mixes "and" and "or"' in found[mixed.pk][0]


def test_it_ignores_read_only_keys(owner):
    mapping = a_mapping()
    url = f"{MAPPINGS}{mapping.pk}/"
    body = owner.get(url).json()
    response = owner.put(url, {**body, "differs_in_segment": ["nothing"]})
    assert response.status_code == 200, response.content
    assert response.json()["differs_in_segment"] == []


VALIDATE = f"{MAPPINGS}validate/"


def test_it_validates_a_draft_without_saving_it(viewer):
    body = {"action": "trackEventV2", "trigger": 'type="track"', "fields": {"name": {"@path": "$.event"}}}
    response = viewer.post(VALIDATE, body)
    assert response.status_code == 200, response.content
    found = response.json()
    assert (found["valid"], found["errors"], found["inactive_reason"]) == (True, [], None)
    assert found["trigger"] == 'type = "track"'
    assert found["rows"]["kind"] == "row"
    assert not Mapping.objects.exists()


def test_it_locates_the_errors_of_a_draft(viewer):
    body = {"action": "nope", "trigger": "type = ", "fields": {"name": {"@nope": 1}}}
    found = viewer.post(VALIDATE, body).json()
    assert not found["valid"]
    assert found["trigger"] is None
    errors = {error["pointer"]: error for error in found["errors"]}
    assert errors.keys() == {"/action", "/trigger", "/fields/name/@nope"}
    assert errors["/trigger"]["position"] == len("type = ")
    assert errors["/trigger"]["expected"]


def test_it_reports_that_a_trigger_never_matches(viewer):
    found = viewer.post(VALIDATE, {"trigger": 'type = "track" and type = "page"'}).json()
    assert (found["valid"], found["inactive_reason"]) == (True, "contradiction")


def test_it_lists_mappings_that_run_on_the_same_events(viewer):
    mapping = a_mapping(enabled=True)
    body = {"action": mapping.action, "trigger": mapping.trigger, "destination": mapping.destination_id}
    assert viewer.post(VALIDATE, body).json()["overlaps"] == [mapping.pk]
    assert viewer.post(VALIDATE, {**body, "mapping": mapping.pk}).json()["overlaps"] == []


@pytest.mark.parametrize(
    ("body", "pointer"),
    [({"fields": []}, "/fields"), ({"trigger": 1.5, "fields": "{}"}, "/fields"), ({"nope": 1}, "/nope")],
)
def test_it_refuses_an_invalid_draft(viewer, refused, body, pointer):
    refused(viewer.post(VALIDATE, body), 400, pointer)


def test_it_requires_permission_to_view_mappings(nobody, anonymous, refused):
    refused(nobody.post(VALIDATE, {}), 403)
    refused(anonymous.post(VALIDATE, {}), 401)
