"""The Test tab, the test panel, and test cases."""

import json

import pytest

from fullstory_dest.models import Mapping, TestCase
from fullstory_dest.services.previews.test_cases import save_test_case
from tests.admin.pages import text, url
from tests.factories import a_destination, a_mapping, a_set_up_source

BOUGHT = {"type": "track", "event": "Bought", "properties": {"price": 5}}


def ran(client, source, event=BOUGHT, **typed):
    event = event if isinstance(event, str) else json.dumps(event)
    response = client.post(url("source", "run_event", source.pk), {"event": event, **typed})
    assert response.status_code == 200
    return response.json()


def kept(client, source, **typed):
    sent = {"event": json.dumps(BOUGHT), "test_case_name": "Bought", **typed}
    return client.post(url("source", "save_test_case", source.pk), sent)


def test_it_runs_all_drafts_and_names_decisive_conditions(viewer):
    source = a_set_up_source()
    run = ran(viewer, source)
    assert run["tested"] is None
    by_name = {other["name"]: other for other in run["others"]}
    assert by_name["Track Custom Event V2"]["calls"][0]["text"].startswith('FS("trackEvent"')
    assert by_name["Viewed Page V2"]["conditions"] == [
        {"condition": 'type = "page"', "holds": False, "found": 'it is "track"'}
    ]
    (name, properties) = by_name["Track Custom Event V2"]["fields"]
    assert (name["value"], json.loads(properties["value"])) == ('"Bought"', {"price": 5})


def test_it_runs_all_other_mappings_beside_the_editor(owner):
    source = a_set_up_source()
    tested = Mapping.objects.get(action="trackEventV2")
    other = a_mapping(tested.destination, name="Other")
    address = "/admin/fullstory_dest/mapping/run/"
    typed = {"mapping": tested.pk, "event": json.dumps(BOUGHT), "trigger": 'event = "Sold"'}
    run = owner.post(address, typed).json()
    assert (run["tested"]["id"], run["tested"]["matches"]) == (tested.pk, False)
    assert run["tested"]["conditions"][0]["found"] == 'it is "Bought"'
    firing = [each["id"] for each in run["others"] if each["calls"]]
    assert firing == [other.pk]
    assert source.destinations.get().mappings.get(pk=tested.pk).trigger == 'type = "track"'


def test_it_runs_a_mapping_alone_if_other_drafts_are_broken(owner):
    a_set_up_source()
    tested = Mapping.objects.get(action="trackEventV2")
    Mapping.objects.filter(action="viewedPageV2").update(trigger="type = ")
    typed = {"mapping": tested.pk, "event": json.dumps(BOUGHT)}
    run = owner.post("/admin/fullstory_dest/mapping/run/", typed).json()
    assert run["tested"]["calls"]
    assert "can't run" in run["note"]
    assert run["others"] == []


def test_it_reports_drafts_with_problems(owner):
    source = a_set_up_source()
    Mapping.objects.filter(action="viewedPageV2").update(trigger="type = ")
    save_test_case(source, name="Bought", event=BOUGHT)
    (problem,) = ran(owner, source)["problems"]
    assert problem["field"] == "source"
    assert "drafts have problems" in text(owner.get(url("source", "test", source.pk)))


@pytest.mark.parametrize("event", ["", "{", "[]", "null", '{"a":' * 100_000, '{"a": NaN}'])
def test_it_refuses_an_invalid_event(owner, event):
    (problem,) = ran(owner, a_set_up_source(), event)["problems"]
    assert problem["field"] == "event"


def test_it_saves_a_test_case_with_calls_of_the_form(editor):
    source = a_set_up_source()
    mapping = Mapping.objects.get(action="trackEventV2")
    typed = {"mapping": mapping.pk, "enabled": "on", "fields": '{"name": "Typed"}', "expect": "on"}
    answer = kept(editor, source, **typed).json()
    assert answer["problems"] == []
    test_case = TestCase.objects.get()
    assert (test_case.name, test_case.event, test_case.history.first().history_user.username) == (
        "Bought",
        BOUGHT,
        "eddy",
    )
    assert test_case.expected[0]["args"][1]["name"] == "Typed"
    assert ran(editor, source, test_case=test_case.pk)["expected"] is False
    assert ran(editor, source, {**BOUGHT, "event": "Other"}, test_case=test_case.pk)["expected"] is None


def test_it_expects_no_calls_of_a_disabled_mapping(editor):
    source = a_set_up_source()
    mapping = Mapping.objects.get(action="trackEventV2")
    kept(editor, source, mapping=mapping.pk, expect="on")
    assert TestCase.objects.get().expected == []


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"test_case_name": " "}, "test_case"),
        ({"test_case_name": "x" * 201}, "test_case"),
        ({"event": "{"}, "event"),
        ({"event": json.dumps({"long": "x" * 70_000})}, "event"),
        ({"event": '{"a": "\\u0000"}'}, "event"),
    ],
)
def test_it_reports_an_invalid_test_case_and_saves_nothing(editor, typed, field):
    (problem,) = kept(editor, a_set_up_source(), **typed).json()["problems"]
    assert problem["field"] == field
    assert not TestCase.objects.exists()


def test_it_answers_404_for_rows_of_other_sources(owner):
    source, other = a_set_up_source(), a_set_up_source(name="Other")
    test_case = save_test_case(other, name="Theirs", event=BOUGHT)
    assert owner.get(url("source", "test_case", source.pk, test_case.pk)).status_code == 404
    assert json.loads(owner.get(url("source", "test_case", other.pk, test_case.pk)).json()["event"]) == BOUGHT
    theirs = other.destinations.get().mappings.first().pk
    assert kept(owner, source, mapping=theirs).status_code == 404
    assert ran(owner, source, test_case=test_case.pk)["expected"] is None
    for page in ("test", "releases", "live", "compare"):
        assert owner.get(url("source", page, 999_999)).status_code == 404


def test_it_lets_a_viewer_test_but_not_save(viewer, sign_in):
    source = a_set_up_source()
    assert "Save as test case" not in text(viewer.get(url("source", "test", source.pk)))
    assert kept(viewer, source).status_code == 403
    assert viewer.get(url("source", "run_event", source.pk)).status_code == 405
    stranger = sign_in("sam", "view_source")
    for page in ("test", "run_event", "save_test_case", "releases", "live"):
        assert stranger.post(url("source", page, source.pk), {}).status_code == 403


def test_it_takes_few_queries_with_many_rows(owner, django_assert_max_num_queries):
    source = a_set_up_source()
    for number in range(3):
        a_destination(source, settings={"orgId": "o-1", "namespace": f"N{number}"})
        save_test_case(source, name=str(number), event=BOUGHT)
    for page in ("test", "publish", "releases"):
        with django_assert_max_num_queries(15):
            owner.get(url("source", page, source.pk))


def test_it_works_without_javascript(viewer, editor):
    source = a_set_up_source()
    tab = url("source", "test", source.pk)
    assert "&quot;type&quot;: &quot;page&quot;" in text(viewer.get(tab, {"event": "page"}))
    page = text(viewer.post(tab, {"event": json.dumps(BOUGHT)}))
    assert "FS(&quot;trackEvent&quot;" in page
    assert "it is &quot;track&quot;" in page
    wrong = text(viewer.post(tab, {"event": "{<b>"}))
    assert "{&lt;b&gt;" in wrong
    assert "FS(&quot;" not in wrong
    assert "expected an object" in text(viewer.post(tab, {"event": "[]"}))
    assert viewer.post(tab, {}).status_code == 200
    # The message names the broken drafts, not the event.
    Mapping.objects.filter(action="viewedPageV2").update(trigger="type = ")
    assert "Drafts: " in text(editor.post(tab, {"event": json.dumps(BOUGHT)}))
