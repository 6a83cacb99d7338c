"""``POST /api/v1/sources/{id}/publish/``"""

import pytest

from fullstory_dest.compiler.check import check_source
from fullstory_dest.compiler.compile import compile_source
from fullstory_dest.models import Deployment, Mapping, Release, Source, TestCase
from fullstory_dest.services.previews.test_cases import run_test_cases, save_test_case
from fullstory_dest.services.publishing import publish_with_test_cases
from fullstory_dest.services.spec import drafts_in, source_spec
from tests.factories import ORG, a_set_up_source

SOURCES = "/api/v1/sources/"


def test_it_publishes_a_source_created_over_rest(owner):
    source = owner.post(SOURCES, {"name": "Shop"}).json()
    body = {"source": source["id"], "settings": {"orgId": ORG}}
    destination = owner.post("/api/v1/destinations/", body).json()
    body = {"destination": destination["id"], "name": "Track", "action": "trackEventV2", "enabled": True}
    mapping = owner.post("/api/v1/mappings/", body).json()

    response = owner.post(f"{SOURCES}{source['id']}/publish/", {"note": "First"})

    assert response.status_code == 201, response.content
    found = response.json()
    assert (found["source"], found["release"], found["note"]) == (source["id"], 1, "First")
    assert (found["kind"], found["created_by"], found["restored"], found["live"]) == (
        "publish",
        "olive",
        None,
        True,
    )
    release = Release.objects.get()
    assert release.spec == source_spec(Source.objects.get())
    (compiled,) = release.compiled["destinations"][0]["mappings"]
    assert compiled["id"] == mapping["id"]
    assert Deployment.objects.get().digest == found["digest"]


def test_it_returns_the_live_release_for_unchanged_drafts(owner):
    path = f"{SOURCES}{a_set_up_source().pk}/publish/"
    first = owner.post(path)
    again = owner.post(path)
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json() == first.json()


def test_it_reports_every_compile_error_as_a_conflict(owner, refused):
    source = a_set_up_source()
    # Skips the checks on save, like a row from before stricter rules.
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
def test_it_refuses_an_invalid_note(owner, refused, note):
    refused(owner.post(f"{SOURCES}{a_set_up_source().pk}/publish/", {"note": note}), 400, "/note")


def test_it_answers_404_for_an_unknown_source(owner, refused):
    refused(owner.post(f"{SOURCES}7/publish/"), 404)


def a_failing_test_case(source, name="Bought"):
    calls = [{"method": "FS", "args": ["nothing"], "mapping": 0, "warnings": []}]
    return save_test_case(source, name=name, event={"type": "track", "event": name}, calls=calls)


def test_it_refuses_drafts_with_failing_test_cases(owner, refused):
    source = a_set_up_source()
    a_failing_test_case(source)
    a_failing_test_case(source, "Left")
    save_test_case(source, name="Anything", event={"type": "track", "event": "A"})
    problem = refused(owner.post(f"{SOURCES}{source.pk}/publish/"), 409, "", "")
    assert problem["type"].endswith(":test-cases-fail")
    assert [error["detail"] for error in problem["errors"]] == [
        "test case “Bought” fails",
        "test case “Left” fails",
    ]
    assert not Release.objects.exists()


def test_it_publishes_despite_failing_test_cases_on_request(owner, refused):
    source = a_set_up_source()
    a_failing_test_case(source)
    path = f"{SOURCES}{source.pk}/publish/"
    refused(owner.post(path, {"ignore_test_case_failures": False}), 409, "")
    refused(owner.post(path, {"ignore_test_case_failures": "perhaps"}), 400, "/ignore_test_case_failures")
    response = owner.post(path, {"ignore_test_case_failures": True, "note": "Known"})
    assert (response.status_code, response.json()["note"]) == (201, "Known")


def test_it_publishes_with_passing_test_cases(owner):
    source = a_set_up_source()
    event = {"type": "track", "event": "Bought"}
    (run,) = run_test_cases([TestCase(event=event)], compile_source(drafts_in(source.production)))
    save_test_case(source, name="Bought", event=event, calls=run.calls)
    assert owner.post(f"{SOURCES}{source.pk}/publish/").status_code == 201


def test_it_runs_test_cases_on_drafts_changed_while_they_ran(owner, refused, monkeypatch):
    """It publishes the drafts that it checked last."""
    source = a_set_up_source()
    checked = []

    def change(source, spec):
        checked.append(spec)
        if len(checked) == 1:
            Mapping.objects.filter(action="trackEventV2").update(name="Another")
        return check_source(spec)

    monkeypatch.setattr(
        "fullstory_dest.services.publishing.publish_with_test_cases.check_with_test_cases", change
    )
    response = owner.post(f"{SOURCES}{source.pk}/publish/")
    assert response.status_code == 201
    assert len(checked) == 2
    assert checked[1] == drafts_in(source.production)
    assert source.releases.get().spec == source_spec(source)


def test_it_refuses_drafts_that_fail_after_a_late_change(owner, refused, monkeypatch):
    source = a_set_up_source()
    a_failing_test_case(source)
    real = publish_with_test_cases.check_with_test_cases

    def pass_at_first(source, spec):
        monkeypatch.setattr(publish_with_test_cases, "check_with_test_cases", real)
        Mapping.objects.filter(action="trackEventV2").update(name="Another")
        return check_source(spec)

    monkeypatch.setattr(publish_with_test_cases, "check_with_test_cases", pass_at_first)
    problem = refused(owner.post(f"{SOURCES}{source.pk}/publish/"), 409, "")
    assert problem["type"].endswith(":test-cases-fail")
    assert not Release.objects.exists()


@pytest.mark.parametrize("ignore_test_case_failures", [False, True])
def test_it_publishes_only_the_reviewed_drafts(owner, refused, ignore_test_case_failures):
    source = a_set_up_source()
    reviewed = owner.get(f"{SOURCES}{source.pk}/diff/").json()["reviewed"]
    body = {"reviewed": reviewed, "ignore_test_case_failures": ignore_test_case_failures}
    Mapping.objects.filter(action="trackEventV2").update(name="Changed meanwhile")
    problem = refused(owner.post(f"{SOURCES}{source.pk}/publish/", body), 409)
    assert problem["type"].endswith(":conflict")
    assert source.releases.count() == 0
    body["reviewed"] = owner.get(f"{SOURCES}{source.pk}/diff/").json()["reviewed"]
    assert owner.post(f"{SOURCES}{source.pk}/publish/", body).status_code == 201


@pytest.mark.parametrize("reviewed", [None, "", [], "x" * 65])
def test_it_refuses_an_invalid_review(owner, refused, reviewed):
    source = a_set_up_source()
    refused(owner.post(f"{SOURCES}{source.pk}/publish/", {"reviewed": reviewed}), 400, "/reviewed")
