"""The calls of each action, to the last argument."""

import json
from typing import Any

import pytest

SRC = "segment-browser-actions"
TRAITS = {"name": "Ada", "plan_str": "pro", "first name": "A"}

CASES: list[tuple[str, dict[str, Any], list[list[Any]]]] = [
    (
        "identifyUserV2",
        {"userId": "u", "anonymousId": "a", "displayName": "Ada", "email": "a@e.test", "traits": TRAITS},
        [["FS", "setIdentity", {"uid": "u", "properties": {
            **TRAITS, "segmentAnonymousId": "a", "email": "a@e.test", "displayName": "Ada"}}, SRC]],
    ),
    (
        "identifyUserV2",
        {"anonymousId": "a", "traits": {"email": "old", "segmentAnonymousId": "old"}, "email": None},
        [["FS", "setProperties", {
            "type": "user", "properties": {"email": None, "segmentAnonymousId": "a"}}, SRC]],
    ),
    ("identifyUserV2", {"userId": "u"}, [["FS", "setIdentity", {"uid": "u", "properties": {}}, SRC]]),
    (
        "identifyUserV2",
        {"userId": "", "anonymousId": "", "traits": None, "displayName": ""},
        [["FS", "setProperties", {"type": "user", "properties": {"displayName": ""}}, SRC]],
    ),
    ("identifyUserV2", {"userId": 7}, [["FS", "setIdentity", {"uid": 7, "properties": {}}, SRC]]),
    (
        "trackEventV2",
        {"name": "Bought", "properties": {"list": [None, {"a": None}]}},
        [["FS", "trackEvent", {"name": "Bought", "properties": {"list": [None, {"a": None}]}}, SRC]],
    ),
    ("trackEventV2", {"name": "Bought"}, [["FS", "trackEvent", {"name": "Bought", "properties": {}}, SRC]]),
    (
        "trackEventV2",
        {"name": "Bought", "properties": None},
        [["FS", "trackEvent", {"name": "Bought", "properties": {}}, SRC]],
    ),
    ("trackEventV2", {"name": 0}, [["FS", "trackEvent", {"name": 0, "properties": {}}, SRC]]),
    ("trackEventV2", {"properties": {}}, []),
    (
        "viewedPageV2",
        {"pageName": "Home", "properties": {"path": "/"}},
        [["FS", "setProperties", {"type": "page", "properties": {"pageName": "Home", "path": "/"}}, SRC]],
    ),
    (
        "viewedPageV2",
        {"pageName": "Home", "properties": {"pageName": "Mine"}},
        [["FS", "setProperties", {"type": "page", "properties": {"pageName": "Mine"}}, SRC]],
    ),
    ("viewedPageV2", {"pageName": "Home"},
     [["FS", "setProperties", {"type": "page", "properties": {"pageName": "Home"}}, SRC]]),
    ("viewedPageV2", {"pageName": "", "properties": {"path": "/"}},
     [["FS", "setProperties", {"type": "page", "properties": {"path": "/"}}, SRC]]),
    ("viewedPageV2", {"properties": {}}, [["FS", "setProperties", {"type": "page", "properties": {}}, SRC]]),
    ("viewedPageV2", {}, [["FS", "setProperties", {"type": "page", "properties": {}}, SRC]]),
    ("viewedPageV2", {"pageName": "", "properties": None},
     [["FS", "setProperties", {"type": "page", "properties": {}}, SRC]]),
    ("viewedPageV2", {"properties": "ab"},
     [["FS", "setProperties", {"type": "page", "properties": {"0": "a", "1": "b"}}, SRC]]),
    (
        "identifyUser",
        {"userId": "u", "anonymousId": "a", "displayName": "Ada", "email": "a@e.test", "traits": TRAITS},
        [["FS.identify", "u", {"name": "Ada", "plan_str": "pro", "firstName": "A",
                               "segmentAnonymousId_str": "a", "email": "a@e.test",
                               "displayName": "Ada"}, SRC]],
    ),
    (
        "identifyUser",
        {"anonymousId": "a", "traits": {"my_list_strs": [1]}},
        [["FS.setUserVars", {"myList_strs": [1], "segmentAnonymousId_str": "a"}, SRC]],
    ),
    ("identifyUser", {}, [["FS.setUserVars", {}, SRC]]),
    ("identifyUser", {"userId": "u", "traits": None}, [["FS.identify", "u", {}, SRC]]),
    ("trackEvent", {"name": "Bought", "properties": {"a": 1}}, [["FS.event", "Bought", {"a": 1}, SRC]]),
    ("trackEvent", {"name": "Bought"}, [["FS.event", "Bought", {}, SRC]]),
    ("trackEvent", {"name": ""}, []),
    ("viewedPage", {"pageName": "Home", "properties": {"path": "/"}},
     [["FS.setVars", "page", {"pageName": "Home", "path": "/"}, SRC]]),
    ("viewedPage", {"properties": {"path": "/"}}, [["FS.setVars", "page", {"path": "/"}, SRC]]),
    ("viewedPage", {"pageName": None}, []),
]  # fmt: skip


@pytest.mark.parametrize(
    ("action", "payload", "calls"), CASES, ids=[f"{case[0]} {case[1]}"[:60] for case in CASES]
)
def test_it_makes_the_documented_calls(preview, action, payload, calls):
    made = preview.calls(action, payload)
    assert made == calls
    # The order of the properties matters.
    assert [list(call[-2]) for call in made if isinstance(call[-2], dict)] == [
        list(call[-2]) for call in calls if isinstance(call[-2], dict)
    ]


@pytest.mark.parametrize("name", [None, "", ...])
@pytest.mark.parametrize("action", ["trackEventV2", "trackEvent"])
def test_it_reports_an_event_without_a_name(preview, config_of, mapping_of, action, name):
    event = {"payload": {} if name is ... else {"name": name}}
    [result] = preview(config_of(mapping_of(action, fields=["path", "payload"])), [event])
    assert result == {"calls": [], "skipped": [{"mapping": 1, "reason": "error: name is missing"}]}


def test_it_skips_an_empty_page_in_the_legacy_api(preview, config_of, mapping_of):
    [result] = preview(config_of(mapping_of("viewedPage", fields=["path", "payload"])), [{"payload": {}}])
    assert result == {"calls": [], "skipped": [{"mapping": 1, "reason": "empty"}]}


FRAGMENTS = [
    "", "a", "A", "ab", "AB", "Ab", "XMLHttp", "1", "12", "1st", "2ND", "3rd", "4TH", "_", "__", "-", ".",
    " ", "'s", "\u2019", "é", "É", "ß", "ø", "Æ", "ł", "Ł", "ŉ", "\u0131", "İ", "ж", "Ж", "用", "\xd7", "$",
    "[0]", "\u2003", "e\u0301",
]  # fmt: skip
SUFFIXES = ["str", "int", "date", "real", "bool", "strs", "ints", "dates", "reals", "bools"]


def names() -> list[str]:
    """Each pair of fragments, alone and followed by a third letter."""
    pairs = [
        first + second + third
        for first in FRAGMENTS
        for second in FRAGMENTS
        for third in ("", "b", "B", "1", "th")
    ]
    return list(dict.fromkeys(pairs))


def camel_cased(preview: Any, names: list[str]) -> list[str]:
    """How the legacy identify action writes trait names."""
    return preview.eval(
        "names.map(name => Object.keys(preview(config, [{traits: {[name]: 1}}])[0].calls[0].args[0])[0])",
        names=json.dumps(names),
        config=json.dumps(
            {"destinations": [{"id": 1, "settings": {}, "mappings": [{
                "id": 1, "name": "", "action": "identifyUser", "trigger": ["!=", True, False],
                "fields": ["object", {"traits": ["path", "traits"]}]}]}]}
        ),
    )  # fmt: skip


def test_it_camel_cases_names_like_lodash(preview, oracle):
    given = names()
    ours = camel_cased(preview, given)
    theirs = oracle("camelCase", given)
    assert [(a, b, c) for a, b, c in zip(given, ours, theirs, strict=True) if b != c] == []


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_it_keeps_a_type_suffix(preview, suffix):
    given = [f"{stem}_{suffix}" for stem in ("first_name", "FirstName", "", "a-b", f"x_{suffix}")] + [
        suffix,
        f"a-{suffix}",
    ]
    assert camel_cased(preview, given) == [
        f"firstName_{suffix}",
        f"firstName_{suffix}",
        f"_{suffix}",
        f"aB_{suffix}",
        f"x{suffix.capitalize()}_{suffix}",
        suffix,
        f"a{suffix.capitalize()}",
    ]


def test_it_camel_cases_words_that_only_resemble_a_suffix(preview):
    assert camel_cased(preview, ["a_string", "a_STR", "a_strss", "a_str_x"]) == [
        "aString",
        "aStr",
        "aStrss",
        "aStrX",
    ]


def test_it_drops_emoji_from_names(preview):
    """lodash keeps emoji as words. FullStory rejects them either way."""
    assert camel_cased(preview, ["big 😀 smile"]) == ["bigSmile"]
