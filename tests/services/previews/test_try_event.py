"""Trying an event, on drafts and on a mapping that isn't saved."""

import pytest

from fullstory_dest.compiler.check import CompileError
from fullstory_dest.compiler.compile import compile_source
from fullstory_dest.models import Mapping
from fullstory_dest.services.previews.try_event import DraftError, try_draft, try_event
from fullstory_dest.services.spec import drafts_in, mapping_spec
from tests.factories import a_destination, a_mapping, a_set_up_source

pytestmark = pytest.mark.django_db

PAID = {"type": "track", "event": "Paid", "properties": {"price": 5}}


def a_draft(**changes):
    return {
        "id": 0,
        "name": "Draft",
        "enabled": True,
        "action": "trackEventV2",
        "trigger": 'type = "track"',
        "fields": {"name": {"@path": "$.event"}},
    } | changes


def test_it_reports_calls_skips_and_conditions():
    spec = drafts_in(a_set_up_source().production)
    run = try_event(spec, PAID)
    track = Mapping.objects.get(action="trackEventV2").pk
    others = {mapping.pk for mapping in Mapping.objects.exclude(pk=track)}
    assert [(call["mapping"], call["args"][0]) for call in run.result["calls"]] == [(track, "trackEvent")]
    assert {skipped["mapping"]: skipped["reason"] for skipped in run.result["skipped"]} == dict.fromkeys(
        others, "trigger"
    )
    traces = {each["mapping"]: each for each in run.traces}
    assert traces[track]["matches"] is True
    assert traces[track]["conditions"] == [
        {"condition": 'type = "track"', "holds": True, "found": 'it is "track"'}
    ]


def test_it_runs_a_compiled_config():
    source = a_set_up_source()
    spec = drafts_in(source.production)
    config = compile_source(spec)
    Mapping.objects.all().delete()
    assert try_event(spec, PAID, config).result["calls"]


def test_it_refuses_drafts_that_cannot_be_compiled():
    source = a_set_up_source()
    Mapping.objects.update(trigger="type = ")
    with pytest.raises(CompileError):
        try_event(drafts_in(source.production), PAID)


def test_it_runs_a_draft_alone():
    run = try_draft(a_draft(), PAID)
    assert [call["args"][1]["name"] for call in run.result["calls"]] == ["Paid"]
    assert not run.alone


def test_it_runs_a_draft_in_place_of_the_saved_mapping():
    mapping = a_mapping()
    other = a_mapping(mapping.destination, name="Other")
    draft = {**mapping_spec(mapping), "fields": {"name": "Drafted"}}
    run = try_draft(draft, PAID, mapping.destination)
    assert [each["id"] for each in run.spec["destinations"][0]["mappings"]] == [mapping.pk, other.pk]
    assert not run.alone
    mapping.refresh_from_db()
    assert mapping.fields != draft["fields"]


def test_it_runs_a_new_draft_last():
    mapping = a_mapping()
    run = try_draft(a_draft(), PAID, mapping.destination)
    assert [each["id"] for each in run.spec["destinations"][0]["mappings"]] == [mapping.pk, 0]


def test_it_enables_the_destination_of_an_enabled_draft():
    destination = a_destination(enabled=False)
    assert try_draft(a_draft(), PAID, destination).result["calls"]
    assert not try_draft(a_draft(enabled=False), PAID, destination).result["calls"]


def test_it_runs_alone_when_other_drafts_have_problems():
    mapping = a_mapping()
    Mapping.objects.filter(pk=mapping.pk).update(trigger="type = ")
    run = try_draft(a_draft(), PAID, mapping.destination)
    assert run.alone
    assert run.result["calls"]


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"action": "nope"}, ("action",)),
        ({"trigger": "type ="}, ("trigger",)),
        ({"fields": {"name": {"@nope": 1}}}, ("fields", "name")),
    ],
)
def test_it_locates_problems_of_a_draft(changes, place):
    with pytest.raises(DraftError) as raised:
        try_draft(a_draft(**changes), PAID)
    assert raised.value.problems[0].path[: len(place)] == place
