"""The catalog defines FullStory Device Mode (Actions)."""

import pytest

from fullstory_dest import fql, mapping_kit
from fullstory_dest.catalog import (
    ACTIONS,
    ACTIONS_BY_KEY,
    PRESETS,
    SETTINGS,
    check_field_keys,
    check_settings,
    find_action,
    tidy_settings,
)
from fullstory_dest.problem import Problem


def test_it_has_six_actions_with_a_preset_each():
    assert [action.key for action in ACTIONS] == [
        "identifyUserV2",
        "trackEventV2",
        "viewedPageV2",
        "identifyUser",
        "trackEvent",
        "viewedPage",
    ]
    assert [preset.action for preset in PRESETS] == list(ACTIONS)
    assert [preset.name for preset in PRESETS if preset.recommended] == [
        "Identify User V2",
        "Track Custom Event V2",
        "Viewed Page V2",
    ]


@pytest.mark.parametrize(
    ("key", "fields"),
    [
        (
            "identifyUserV2",
            {
                "userId": {"@path": "$.userId"},
                "anonymousId": {"@path": "$.anonymousId"},
                "displayName": {"@path": "$.traits.name"},
                "email": {"@path": "$.traits.email"},
                "traits": {"@path": "$.traits"},
            },
        ),
        ("trackEventV2", {"name": {"@path": "$.event"}, "properties": {"@path": "$.properties"}}),
        (
            "viewedPageV2",
            {
                "pageName": {
                    "@if": {
                        "exists": {"@path": "$.category"},
                        "then": {"@path": "$.category"},
                        "else": {"@path": "$.name"},
                    }
                },
                "properties": {"@path": "$.properties"},
            },
        ),
    ],
)
def test_it_gives_legacy_actions_the_fields_and_trigger_of_v2(key, fields):
    legacy = ACTIONS_BY_KEY[key.removesuffix("V2")]
    assert ACTIONS_BY_KEY[key].default_fields == legacy.default_fields == fields
    assert ACTIONS_BY_KEY[key].default_trigger == legacy.default_trigger


def test_it_calls_the_first_api_in_legacy_actions():
    assert [action.api for action in ACTIONS] == [2, 2, 2, 1, 1, 1]


def test_it_sends_objects_in_one_field_of_each_action():
    objects = [[field.key for field in action.fields if field.type == "object"] for action in ACTIONS]
    assert objects == [["traits"], ["properties"], ["properties"]] * 2


def test_it_lists_the_six_main_settings_first():
    assert [(setting.key, setting.label) for setting in SETTINGS[:6]] == [
        ("orgId", "FS Org"),
        ("debug", "Debug mode"),
        ("recordOnlyThisIFrame", "Capture only this iFrame"),
        ("host", "Host"),
        ("appHost", "App Host"),
        ("script", "Custom Script URL"),
    ]
    assert not any(setting.advanced for setting in SETTINGS[:6])
    assert {setting.key for setting in SETTINGS if setting.advanced} == {
        "namespace",
        "cookieDomain",
        "recordCrossDomainIFrames",
        "startCaptureManually",
        "devMode",
        "assetMapId",
        "anonymizeOnReset",
        "tidyPropertyNames",
        "dropRepeatedCalls",
        "resendPageProperties",
    }


def test_it_requires_one_setting_and_has_defaults_for_others():
    text = {
        "orgId": "",
        "host": "fullstory.com",
        "appHost": "",
        "script": "edge.fullstory.com/s/fs.js",
        "namespace": "FS",
        "cookieDomain": "",
        "assetMapId": "",
    }
    assert {setting.key: setting.default for setting in SETTINGS if setting.type == "string"} == text
    others = [setting for setting in SETTINGS if setting.key not in text]
    assert all((setting.type, setting.default) == ("boolean", False) for setting in others)
    assert [setting.key for setting in SETTINGS if setting.required] == ["orgId"]


@pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.name)
def test_it_has_valid_presets(preset):
    fql.parse(preset.trigger)
    assert mapping_kit.check(preset.fields) == []
    assert check_field_keys(preset.action, preset.fields) == []


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda setting: setting.key)
def test_it_has_valid_defaults_and_placeholders(setting):
    for value in (setting.default, setting.placeholder):
        assert check_settings({"orgId": "o-1-na1", setting.key: value or "o-1-na1"}) == [] or not value


def test_it_suggests_a_setting_for_a_misspelled_one():
    assert check_settings({"orgId": "o-1-na1", "orgID": "x"}) == [
        Problem(("orgID",), "unknown setting 'orgID'; did you mean 'orgId'?")
    ]


@pytest.mark.parametrize(
    ("settings", "place", "message"),
    [
        ({}, "orgId", "FS Org is required"),
        ({"orgId": 5}, "orgId", "expected a string, found a number"),
        ({"orgId": "o 1"}, "orgId", "expected letters, digits and dashes, such as o-1ABCD-na1"),
        ({"orgId": "o-1", "debug": "yes"}, "debug", "expected true or false, found a string"),
        ({"orgId": "o-1", "host": "https://x.com"}, "host", "expected a host name without https://"),
        ({"orgId": "o-1", "script": "javascript:alert(1)"}, "script", "expected a URL"),
        ({"orgId": "o-1", "namespace": "a-b"}, "namespace", "expected a JavaScript name"),
        ({"orgId": "o-1", "namespace": "fetch"}, "namespace", "expected a JavaScript name"),
        ({"orgId": "o-1", "namespace": "__proto__"}, "namespace", "expected a JavaScript name"),
        ({"orgId": "o-1", "script": "x.com/" + "a" * 500}, "script", "expected at most 500 characters"),
    ],
)
def test_it_locates_a_wrong_setting(settings, place, message):
    [problem] = check_settings(settings)
    assert problem.path == (place,)
    assert problem.message.startswith(message)


def test_it_refuses_settings_that_are_not_an_object():
    assert check_settings([1]) == [Problem((), "expected an object, found an array")]


def test_it_leaves_out_settings_that_equal_the_default():
    settings = {"debug": False, "host": "fullstory.com", "appHost": "", "script": None, "orgId": "o-1"}
    assert tidy_settings(settings) == {"orgId": "o-1"}


def test_it_suggests_an_action_for_an_unknown_one():
    found = find_action("trackEventv2")
    assert isinstance(found, Problem)
    assert "did you mean 'trackEventV2'?" in found.message
    assert isinstance(find_action(["trackEventV2"]), Problem)


def test_it_refuses_unknown_and_missing_fields():
    problems = check_field_keys(ACTIONS_BY_KEY["trackEventV2"], {"propertys": {}})
    assert [(problem.path, problem.message) for problem in problems] == [
        (("propertys",), "unknown field 'propertys'; did you mean 'properties'?"),
        (("name",), "Name is required"),
    ]


@pytest.mark.parametrize(
    ("fields", "place"),
    [
        ({"name": 5}, ("name",)),
        ({"name": True}, ("name",)),
        ({"name": {"@literal": {"a": 1}}}, ("name", "@literal")),
        ({"name": "x", "properties": {"@literal": "b"}}, ("properties", "@literal")),
    ],
)
def test_it_locates_a_literal_of_the_wrong_type(fields, place):
    [problem] = check_field_keys(ACTIONS_BY_KEY["trackEventV2"], fields)
    assert problem.path == place


def test_it_refuses_a_field_of_the_wrong_type():
    problems = check_field_keys(ACTIONS_BY_KEY["trackEventV2"], {"name": ["a"], "properties": "b"})
    assert [(problem.path, problem.message) for problem in problems] == [
        (("name",), "expected text or a directive, found an array"),
        (("properties",), "expected an object or a directive, found a string"),
    ]


@pytest.mark.parametrize(
    "name",
    [
        *["eval", "setTimeout", "class", "window", "document", "onclick", "_fs_namespace", "analytics"],
        *[
            "gtag-1",
            "$",
            "jQuery",
            "_",
            "gtag",
            "dataLayer",
            "AnalyticsNext",
            "OneTrust",
            "webpackChunk",
            "global",
        ],
    ],
)
def test_it_refuses_a_namespace_that_breaks_pages(name):
    assert [problem.path for problem in check_settings({"orgId": "o-1", "namespace": name})] == [
        ("namespace",)
    ]


@pytest.mark.parametrize("name", ["FS", "FS2", "_fs", "_fsShop", "_fs_shop", "fullstory", "$fs", "async"])
def test_it_accepts_a_free_namespace(name):
    assert check_settings({"orgId": "o-1", "namespace": name}) == []


BAD_HOSTS = [
    "a.example:99999",
    "a.example:0",
    "a.example:",
    "a..example",
    ".example",
    "a.example.",
    "-a.example",
    "a b.example",
    "a.example/b c",
    "user@a.example",
    "user:pw@a.example",
    "a.example/%zz",
    "a.example/x#y",
    "999.1.1.1",
    "1.2.3",
    "a" * 64 + ".example",
    "a.example\\b",
    "a.example\n",
    "a.example/x/../v1",
    "a.example/%2e%2E/v1",
    "a.example/.",
]
GOOD_HOSTS = [
    "a.example",
    "a.example:65535",
    "a.example:1/v1",
    "localhost:8000",
    "127.0.0.1:8000/x",
    "xn--a.example/%20",
    "a.example/.well-known/...",
]


@pytest.mark.parametrize("key", ["host", "appHost", "script"])
def test_it_checks_whole_hosts(key):
    def refused(value):
        return bool(check_settings({"orgId": "o-1", key: value}))

    assert [host for host in BAD_HOSTS if not refused(host)] == []
    assert [host for host in GOOD_HOSTS if refused(host)] == []
