"""``POST /api/v1/sources/{id}/preview/``"""

import pytest

from fullstory_dest.models import Mapping
from fullstory_dest.services.previews import engine
from fullstory_dest.services.publishing.publish import publish
from tests.factories import a_set_up_source

TRACK = {"type": "track", "event": "Paid", "properties": {"total": 9.5}}


@pytest.fixture
def source(db):
    return a_set_up_source()


@pytest.fixture
def path(source):
    return f"/api/v1/sources/{source.pk}/preview/"


def test_it_returns_calls_and_skipped_mappings_of_each_event(owner, path):
    identify, track, page = Mapping.objects.order_by("position")
    response = owner.post(path, {"events": [TRACK, {"type": "page", "name": "Home"}]})
    assert response.status_code == 200, response.content
    first, second = response.json()["results"]
    (call,) = first["calls"]
    assert (call["mapping"], call["method"]) == (track.pk, "FS")
    assert call["args"][0] == "trackEvent"
    assert call["args"][1] == {"name": "Paid", "properties": {"total": 9.5}}
    assert first["skipped"] == [
        {"mapping": identify.pk, "reason": "trigger"},
        {"mapping": page.pk, "reason": "trigger"},
    ]
    assert [call["mapping"] for call in second["calls"]] == [page.pk]


def test_it_warns_of_values_that_fullstory_rejects_or_changes(owner, path):
    event = {"type": "track", "event": "Paid", "properties": {"a b": 1, "ok": 2}}
    (fine,) = owner.post(path, {"events": [TRACK]}).json()["results"][0]["calls"]
    assert fine["warnings"] == []
    (call,) = owner.post(path, {"events": [event]}).json()["results"][0]["calls"]
    (warning,) = call["warnings"]
    assert set(warning) == {"path", "rule", "message"}
    assert (warning["path"], warning["rule"]) == (["properties", "a b"], "property-name")


def test_it_drops_repeated_calls_where_configured(owner, path, source):
    event = {"type": "identify", "userId": "u1", "traits": {"a b": 1}}

    def preview():
        results = owner.post(path, {"events": [event, event]}).json()["results"]
        return [[call["args"][1]["properties"] for call in result["calls"]] for result in results]

    assert preview() == [[{"a b": 1}], [{"a b": 1}]]
    destination = source.destinations.get()
    destination.settings |= {"dropRepeatedCalls": True, "tidyPropertyNames": True}
    destination.save()
    assert preview() == [[{"a_b": 1}], []]


def test_it_runs_the_drafts_or_a_release(owner, path, source):
    publish(source.production)
    Mapping.objects.update(enabled=False)

    def calls(**release):
        return len(owner.post(path, {"events": [TRACK], **release}).json()["results"][0]["calls"])

    assert (calls(), calls(release="draft"), calls(release=1)) == (0, 0, 1)


def test_it_reports_disabled_mappings(owner, path):
    Mapping.objects.update(enabled=False)
    (result,) = owner.post(path, {"events": [TRACK]}).json()["results"]
    assert [skipped["reason"] for skipped in result["skipped"]] == ["disabled"] * 3


@pytest.mark.parametrize(
    "event", [{}, {"type": 7}, {"type": "track", "event": {"__proto__": []}}, {"type": None}]
)
def test_it_survives_odd_events(owner, path, event):
    assert owner.post(path, {"events": [event]}).status_code == 200


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({}, "/events"),
        ({"events": None}, "/events"),
        ({"events": {}}, "/events"),
        ({"events": "track"}, "/events"),
        ({"events": [{}, 7]}, "/events/1"),
        ({"events": [{}] * 101}, "/events"),
        ({"events": [], "release": 1}, "/release"),
        ({"events": [], "release": 10**30}, "/release"),
        ({"events": [], "release": 0}, "/release"),
        ({"events": [], "release": True}, "/release"),
        ({"events": [], "release": None}, "/release"),
        ({"events": [], "release": "1"}, "/release"),
    ],
)
def test_it_refuses_an_invalid_preview(owner, path, refused, body, pointer):
    refused(owner.post(path, body), 400, pointer)


def test_it_accepts_100_events(owner, path):
    assert len(owner.post(path, {"events": [TRACK] * 100}).json()["results"]) == 100


def test_it_refuses_drafts_that_cannot_be_compiled_like_publish(owner, path, refused):
    Mapping.objects.filter(action="trackEventV2").update(trigger="type = ")
    preview = refused(owner.post(path, {"events": [TRACK]}), 409, "/destinations/0/mappings/1/trigger")
    published = owner.post(path.replace("preview", "publish")).json()
    assert preview | {"instance": ""} == published | {"instance": ""}


def test_it_refuses_events_that_take_too_long(owner, path, refused, monkeypatch):
    monkeypatch.setattr(engine, "TIMEOUT_SECONDS", 1e-9)
    refused(owner.post(path, {"events": [TRACK]}), 422)


@pytest.mark.parametrize("release", ["draft", 1])
def test_it_explains_one_event(owner, path, source, release):
    publish(source.production)
    track = Mapping.objects.get(action="trackEventV2")
    (result,) = owner.post(path, {"events": [TRACK], "release": release, "explain": True}).json()["results"]
    assert [call["mapping"] for call in result["calls"]] == [track.pk]
    traces = {trace["mapping"]: trace for trace in result["traces"]}
    assert traces[track.pk]["conditions"] == [
        {"condition": 'type = "track"', "holds": True, "found": 'it is "track"'}
    ]


def test_it_explains_at_most_one_event(owner, path, refused):
    refused(owner.post(path, {"events": [TRACK, TRACK], "explain": True}), 400, "/events")
