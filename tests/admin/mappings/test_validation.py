"""Requests that the mapping editor makes while the user types."""

import json

import pytest

from fullstory_dest.admin.base.error_locations import line_and_column, place_of
from tests.admin.pages import url
from tests.factories import a_destination, a_mapping


def asked(client, view, question):
    body = question if isinstance(question, str) else json.dumps(question)
    return client.post(url("mapping", view), body, content_type="application/json")


def told(client, view, question):
    response = asked(client, view, question)
    assert response.status_code == 200
    return response.json()


def test_it_converts_a_trigger_between_text_and_rows(owner):
    text = 'type = "track" and (event = "a" or !(lowercase(event) = "b"))'
    answer = told(owner, "trigger", {"text": text})
    assert answer["tree"]["kind"] == "all"
    assert answer["problems"] == []
    assert told(owner, "trigger", {"tree": answer["tree"]})["text"] == text


def test_it_locates_a_mistake_in_text(owner):
    (problem,) = told(owner, "trigger", {"text": 'type = "a" and\n event == "b"'})["problems"]
    assert (problem["field"], problem["position"], problem["line"], problem["column"]) == (
        "trigger",
        22,
        2,
        8,
    )
    assert problem["excerpt"].endswith("^")


def test_it_locates_a_mistake_in_a_row(owner):
    row = {"kind": "row", "path": ["properties", "n"], "operator": "greater", "value": None}
    answer = told(
        owner, "trigger", {"tree": {"kind": "all", "items": [{"kind": "raw", "text": "event = 1"}, row]}}
    )
    (problem,) = answer["problems"]
    assert (answer["text"], problem["path"], problem["message"]) == (None, [1, "value"], "Enter a number")


def test_it_reports_triggers_that_segment_reads_differently(owner):
    answer = told(owner, "check", {"trigger": 'type = "a" and event = "b" or event = "c"'})
    assert "mixes" in answer["differences"][0]
    assert told(owner, "check", {"trigger": 'type = "a"'})["differences"] == []


@pytest.mark.parametrize(
    ("trigger", "why"),
    [
        ('type = "trak"', "Never runs: this event type doesn't exist"),
        ('type = "track" and type = "page"', "Never runs: its conditions contradict each other"),
        ('type = "track"', ""),
        ("type =", ""),
    ],
)
def test_it_reports_a_trigger_that_never_matches(owner, trigger, why):
    assert told(owner, "check", {"trigger": trigger})["inactive_reason"] == why
    assert told(owner, "trigger", {"text": trigger})["inactive_reason"] == why


@pytest.mark.parametrize(
    ("fields", "path", "line"),
    [
        (
            '{\n  "name": {"@path": "$.event"},\n  "properties": {\n    "a": {"@paht": 1}}}',
            ["properties", "a", "@paht"],
            4,
        ),
        ('{"name": "a",\n "nope": 1}', ["nope"], 2),
        ('{\n"properties": {}}', ["name"], 1),
        ('{\n"name": x}', [], 2),
        ("[]", [], 1),
    ],
)
def test_it_locates_a_mistake_in_fields(owner, fields, path, line):
    problem = told(owner, "check", {"action": "trackEventV2", "fields": fields})["problems"][0]
    assert (problem["field"], problem["path"], problem["line"]) == ("fields", path, line)


@pytest.mark.parametrize(
    ("fields", "told_so"),
    [
        (
            '{\n"name": "a",\n"properties": {"a": {"@paht": 1}}}',
            "Line 3, “Properties > a > @paht”: unknown directive",
        ),
        (
            '{\n"name": "a",\n"properties": {"a": [1, {"@path": 5}]}}',
            "Line 3, “Properties > a > item 2 > @path”: ",
        ),
        ('{\n"name": ""}', "Line 2: Name is required"),
        ('{\n"properties": {}}', "Name is required"),
        ('{"name": 5}', "“Name”: expected text or a directive"),
        ('{"name": "%s", "nope": 1}' % ("x" * 120), "Line 1, column 142, “nope”: unknown field"),
        ('{\n"name": {"@liquid": "{{ a"}}', "Line 2, “Name > @liquid”: "),
        ('{\n"name": x}', "Invalid JSON: expecting value in line 2"),
        ("5", "Expected an object"),
        ('{\n"a": {"name": 1},\n"name": "\\"}{", "n\\u0061me": 2}', "Line 3: Duplicate key “name”"),
        ('{\n"a": ["NaN", true, 1e3, -2],\n"b": -Infinity}', "Line 3: JSON doesn't allow -Infinity."),
        ('{\n"a": -1e999}', "Line 2: The number -1e999 is too large."),
        ('{"a": NaN}', "JSON doesn't allow NaN."),
    ],
)
def test_it_names_the_place_of_a_mistake_in_fields_in_words(owner, fields, told_so):
    problem = told(owner, "check", {"action": "trackEventV2", "fields": fields})["problems"][0]
    assert problem["located_message"].replace("\u203a", ">").startswith(told_so)


def test_it_names_the_line_of_a_mistake_in_a_long_trigger(owner):
    several = told(owner, "check", {"trigger": 'type = "a"\nand event == "b"'})["problems"][0]
    assert several["located_message"] == f"Line 2: {several['message'][:1].lower()}{several['message'][1:]}"
    alone = told(owner, "check", {"trigger": "type =="})["problems"][0]
    assert alone["located_message"] == alone["message"]


def test_it_checks_fields_with_settings_of_the_destination(owner):
    destination = a_destination(settings={"orgId": "o-1", "tidyPropertyNames": True})
    fields = json.dumps({"name": "x", "properties": {"a b": 1}})
    plain = told(owner, "check", {"action": "trackEventV2", "fields": fields})["problems"]
    assert plain
    for chosen in ({"destination": destination.pk}, {"mapping": a_mapping(destination).pk}):
        assert told(owner, "check", {"action": "trackEventV2", "fields": fields, **chosen})["problems"] == []


@pytest.mark.parametrize(
    "question",
    ["", "[]", "{", '{"a": NaN}', "\ud800".encode("utf-8", "surrogatepass").decode("latin-1"), "9" * 600_000],
)
def test_it_refuses_a_request_that_is_not_valid_json(owner, question):
    assert asked(owner, "check", question).status_code == 400


@pytest.mark.parametrize(
    "question",
    [
        {},
        {"trigger": 5, "fields": 5, "action": []},
        {"text": 5, "tree": 5},
        {"trigger": "\x00", "fields": '{"name": "\\u0000"}'},
        {"destination": {"a": 1}, "mapping": ["x"], "fields": "{}"},
        {"destination": "9" * 40, "mapping": "9" * 40, "fields": "{}"},
        {"tree": {"kind": "row", "path": ["event"], "operator": "is", "value": "\ud800"}},
        {"text": "(" * 5000},
        {"fields": '{"a":' * 300 + "1" + "}" * 300, "action": "trackEventV2"},
    ],
)
def test_it_answers_any_json(owner, question):
    for view in ("check", "trigger"):
        assert asked(owner, view, question).status_code == 200


def test_it_requires_permission(sign_in, viewer):
    stranger = sign_in("sam")
    for view in ("check", "trigger"):
        assert asked(viewer, view, {"text": "x"}).status_code == 200
        assert viewer.get(url("mapping", view)).status_code == 405
        assert asked(stranger, view, {}).status_code == 403


def test_it_finds_places_in_json():
    text = '{"a" : [1, {"b\\"": [ ] , "c": "x"}], "d": {}}'
    assert text[place_of(text, ["a", 1, "c"])] == '"'
    assert text[place_of(text, ["a", 1, 'b"'])] == "["
    assert place_of(text, ["a", 7]) == place_of(text, ["a"])
    assert line_and_column("a\nbc", 3) == (2, 2)
