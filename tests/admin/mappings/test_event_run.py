"""The test panel of a mapping."""

import pytest

from fullstory_dest.models import Mapping
from tests.admin.mappings.drafts import PAGE_EVENT, TRY, draft, tried
from tests.factories import a_destination, a_mapping


def test_it_shows_the_calls_of_a_test(owner):
    run = tried(owner, PAGE_EVENT, **draft())
    assert run["problems"] == []
    (call,) = run["tested"]["calls"]
    assert call["text"].startswith('FS("setProperties", {')
    assert '"pageName": "Home"' in call["text"]
    assert call["warnings"] == []


def test_it_warns_of_calls_that_break_fullstorys_rules(owner):
    event = {"type": "page", "name": "Home", "properties": {"a b": 1, "in": {"none": None}}}
    (call,) = tried(owner, event, **draft())["tested"]["calls"]
    assert call["warnings"] == [
        "properties.a b has characters in its name other than A-Z, a-z, 0-9, _ and -; FullStory rejects the property",
        "properties.in.none is null; FullStory expects text, numbers, true, false, dates, lists or objects",
    ]


def test_it_tidies_names_in_a_test_if_configured(owner):
    destination = a_destination(settings={"orgId": "o-1", "tidyPropertyNames": True})
    event = {"type": "page", "name": "Home", "properties": {"a b": 1}}
    saved = a_mapping(destination).pk
    for chosen in ({"destination": destination.pk}, {"mapping": saved}):
        (call,) = tried(owner, event, **draft(), **chosen)["tested"]["calls"]
        assert '"a_b": 1' in call["text"]
        assert call["warnings"] == []


@pytest.mark.parametrize("destination", ["", "0", "999999", "x", "²", "9" * 30])
def test_it_tests_a_mapping_of_an_unknown_destination(owner, destination):
    assert tried(owner, PAGE_EVENT, **draft(), destination=destination)["tested"]["calls"]


def test_it_explains_why_a_test_sends_nothing(owner):
    run = tried(owner, {"type": "track"}, **draft())
    assert not (run["tested"] or {}).get("calls")
    assert "The trigger doesn't match" in run["tested"]["skipped"]


@pytest.mark.parametrize(
    ("typed", "event", "field"),
    [
        ({"trigger": "type ="}, PAGE_EVENT, "trigger"),
        ({"trigger": ""}, PAGE_EVENT, "trigger"),
        ({"fields": "{"}, PAGE_EVENT, "fields"),
        ({"fields": '{"nope": 1}'}, PAGE_EVENT, "fields"),
        ({"fields": "[]"}, PAGE_EVENT, "fields"),
        ({"fields": '{"pageName": {"@nope": 1}}'}, PAGE_EVENT, "fields"),
        ({"action": "nope"}, PAGE_EVENT, "action"),
        ({"action": ""}, PAGE_EVENT, "action"),
        ({}, "", "event"),
        ({}, "{", "event"),
        ({}, "[]", "event"),
        ({}, "null", "event"),
        ({}, '{"a": NaN}', "event"),
        ({}, '{"a": 1e999}', "event"),
        ({}, '{"a":' * 100_000, "event"),
    ],
)
def test_it_names_the_input_to_fix_in_a_test(owner, typed, event, field):
    run = tried(owner, event, **draft(**typed))
    assert not (run["tested"] or {}).get("calls")
    assert {problem["field"] for problem in run["problems"]} == {field}


@pytest.mark.parametrize(
    "event",
    [
        {"type": "page", "name": "\ud800"},
        {"type": "page", "name": "\x00"},
        {"type": "page", "properties": {"__proto__": {"x": 1}, "constructor": None}},
        {"type": "page", "properties": [1, {"a": []}]},
        {"type": "page", "name": "</script><!--"},
        {},
    ],
)
def test_it_tests_with_any_event(owner, event):
    assert tried(owner, event, **draft())["problems"] == []


def test_it_tests_the_saved_mapping_without_a_draft(viewer):
    mapping = a_mapping()
    run = tried(viewer, {"type": "track", "event": "Bought"}, mapping=mapping.pk)
    assert '"name": "Bought"' in run["tested"]["calls"][0]["text"]


@pytest.mark.parametrize("key", ["", "999", "abc", "1e5"])
def test_it_reports_a_test_of_an_unknown_mapping(owner, key):
    assert tried(owner, PAGE_EVENT, mapping=key)["problems"]


def test_it_tests_only_with_permission_and_saves_nothing(viewer, sign_in):
    tried(viewer, PAGE_EVENT, **draft())
    assert not Mapping.objects.exists()
    assert sign_in("sam").post(TRY, draft()).status_code == 403
    assert viewer.get(TRY).status_code == 405
