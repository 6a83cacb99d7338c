"""Validating a mapping that isn't saved."""

import pytest

from fullstory_dest.services.drafts import validate_draft as service
from fullstory_dest.services.drafts.validate_draft import DraftValidation, find_overlapping, validate_draft
from fullstory_dest.services.previews.engine import PreviewBusyError
from tests.factories import a_mapping

GOOD = {"action": "trackEventV2", "trigger": 'type="track"', "fields": {"name": {"@path": "$.event"}}}


def places(problems):
    return [problem.path for problem in problems]


def test_it_describes_a_valid_draft():
    found = validate_draft(GOOD)
    assert (found.problems, found.warnings, found.inactive_reason) == ([], [], None)
    assert found.trigger == 'type = "track"'
    assert found.rows


def test_it_validates_only_given_values():
    assert validate_draft({}) == DraftValidation()
    assert validate_draft({"action": "nope"}).trigger is None


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"action": "nope"}, ("action",)),
        ({"action": None}, ("action",)),
        ({"trigger": ""}, ("trigger",)),
        ({"trigger": 7}, ("trigger",)),
        ({"fields": []}, ("fields",)),
        ({"fields": {"nope": 1, "name": "x"}}, ("fields", "nope")),
    ],
)
def test_it_locates_problems(changes, path):
    assert path in places(validate_draft({**GOOD, **changes}).problems)


def test_it_warns_of_the_whole_event_as_a_value():
    fields = {**GOOD["fields"], "properties": {"all": {"@path": "$."}}}
    found = validate_draft({**GOOD, "fields": fields})
    assert found.problems == []
    assert places(found.warnings) == [("fields", "properties", "all", "@path")]


@pytest.mark.parametrize(
    ("trigger", "why"),
    [('type = "track" and type = "page"', "contradiction"), ('type = "nope"', "type"), ("type = ", None)],
)
def test_it_explains_why_a_trigger_never_matches(trigger, why):
    assert validate_draft({"trigger": trigger}).inactive_reason == why


@pytest.mark.django_db
def test_it_finds_enabled_mappings_on_the_same_events():
    mapping = a_mapping(enabled=True, trigger='type = "track" and event = "A"')
    destination, action = mapping.destination, mapping.action
    a_mapping(destination, enabled=False, trigger='type = "track"')
    assert find_overlapping(action, 'event = "A"', destination) == [mapping]
    assert find_overlapping(action, 'event = "A"', destination, exclude_id=mapping.pk) == []
    assert find_overlapping(action, 'event = "B"', destination) == []
    assert find_overlapping(action, "event = ", destination) == []


@pytest.mark.django_db
def test_it_skips_overlaps_when_the_engine_is_busy(monkeypatch):
    def refuse(*_arguments):
        raise PreviewBusyError

    monkeypatch.setattr(service, "find_overlaps", refuse)
    mapping = a_mapping(enabled=True)
    assert find_overlapping(mapping.action, mapping.trigger, mapping.destination) == []
