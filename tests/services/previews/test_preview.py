"""Previews run the browser's runtime, so they show what browsers do."""

import resource
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from fullstory_dest.compiler.compile import compile_source
from fullstory_dest.services.previews import engine
from fullstory_dest.services.previews.engine import PreviewError
from fullstory_dest.services.previews.preview import preview_events
from tests.factories import destination_spec, mapping_spec, presets_spec, source_spec
from tests.requirements import needs

SOURCE = "segment-browser-actions"


@pytest.fixture(autouse=True)
def _patience(monkeypatch):
    """No time limit, because a busy machine can be slow. Tests of time limits set one."""
    monkeypatch.setattr(engine, "TIMEOUT_SECONDS", 120.0)
    monkeypatch.setattr(engine, "WAIT_SECONDS", 120.0)


USER = {"type": "identify", "userId": "u1", "anonymousId": "a1", "traits": {"name": "Ann", "email": "a@x.io"}}


def preview_spec(spec, events):
    return preview_events(spec, compile_source(spec), events)


def one(spec, event):
    [result] = preview_spec(spec, [event])
    return result


def test_it_makes_the_documented_calls_of_the_presets():
    identify, track, page = preview_spec(
        presets_spec(),
        [
            USER,
            {"type": "track", "event": "Paid", "properties": {"price": 5}},
            {"type": "page", "name": "Home", "category": "Docs", "properties": {"path": "/"}},
        ],
    )
    properties = {"name": "Ann", "email": "a@x.io", "segmentAnonymousId": "a1", "displayName": "Ann"}
    assert identify["calls"] == [
        {
            "mapping": 1,
            "method": "FS",
            "args": ["setIdentity", {"uid": "u1", "properties": properties}, SOURCE],
            "warnings": [],
        }
    ]
    assert track["calls"] == [
        {
            "mapping": 2,
            "method": "FS",
            "args": ["trackEvent", {"name": "Paid", "properties": {"price": 5}}, SOURCE],
            "warnings": [],
        }
    ]
    assert page["calls"][0]["args"] == [
        "setProperties",
        {"type": "page", "properties": {"pageName": "Docs", "path": "/"}},
        SOURCE,
    ]
    assert identify["skipped"] == [{"mapping": 2, "reason": "trigger"}, {"mapping": 3, "reason": "trigger"}]


def test_it_reports_disabled_mappings():
    spec = source_spec(
        destination_spec(mapping_spec(id=1, enabled=False)),
        destination_spec(mapping_spec(id=2), id=2, enabled=False),
    )
    assert one(spec, {"type": "track", "event": "x"}) == {
        "calls": [],
        "skipped": [{"mapping": 1, "reason": "disabled"}, {"mapping": 2, "reason": "disabled"}],
    }


def test_it_reports_a_failed_mapping_and_runs_the_others():
    spec = source_spec(
        destination_spec(
            mapping_spec(id=1, fields={"name": {"@path": "$.absent"}}),
            mapping_spec(id=2),
        )
    )
    result = one(spec, {"type": "track", "event": "Paid"})
    assert [call["mapping"] for call in result["calls"]] == [2]
    assert result["skipped"][0]["mapping"] == 1
    assert result["skipped"][0]["reason"].startswith("error: ")


@pytest.mark.parametrize(
    "event", [{}, {"type": None}, {"__proto__": {"type": "track"}}, {"type": {"type": "track"}}]
)
def test_it_runs_nothing_for_an_odd_event(event):
    assert one(presets_spec(), event)["calls"] == []


def test_it_treats_prototype_names_as_ordinary_keys():
    event = {"type": "track", "event": "x", "properties": {"constructor": 1, "toString": "y"}}
    assert one(presets_spec(), event)["calls"][0]["args"][1]["properties"] == event["properties"]


def test_it_warns_of_values_that_fullstory_rejects_or_changes():
    event = {"type": "track", "event": "x" * 251, "properties": {"order id": 1, "items": [{}]}}
    [call] = one(presets_spec(), event)["calls"]
    assert [(warning["path"], warning["rule"]) for warning in call["warnings"]] == [
        (["name"], "event-name"),
        (["properties", "order id"], "property-name"),
        (["properties", "items"], "array-of-objects"),
    ]
    assert call["warnings"][0]["message"].startswith("is longer than 250 characters")


def with_settings(**settings):
    spec = presets_spec()
    spec["destinations"][0]["settings"].update(settings)
    return spec


def test_it_tidies_names_like_browsers():
    event = {"type": "track", "event": "Paid", "properties": {"order id": 1, "in": [{"é$": 2}]}}
    [call] = one(with_settings(tidyPropertyNames=True), event)["calls"]
    assert call["args"][1]["properties"] == {"order_id": 1, "in": [{"e": 2}]}
    assert [warning["rule"] for warning in call["warnings"]] == ["array-of-objects"]


def test_it_drops_repeated_calls_only_within_one_preview():
    """Repeated calls are dropped within a preview if the destination drops them, and never across previews."""
    for _ in range(2):
        first, second = preview_spec(with_settings(dropRepeatedCalls=True), [USER, USER])
        assert len(first["calls"]) == 1
        assert second["calls"] == []
        assert second["skipped"][0] == {"mapping": 1, "reason": "repeated"}
    assert len(preview_spec(presets_spec(), [USER, USER])[1]["calls"]) == 1


def test_it_replaces_an_engine_that_runs_out_of_memory(monkeypatch):
    monkeypatch.setattr(engine, "MEMORY_BYTES", 10_000_000)
    heavy = {"type": "track", "event": "x", "properties": {"list": ["x" * 1000] * 1000}}
    with pytest.raises(PreviewError, match="memory"):
        preview_spec(presets_spec(), [heavy] * 40)
    monkeypatch.setattr(engine, "MEMORY_BYTES", 128_000_000)
    monkeypatch.setattr(engine, "TIMEOUT_SECONDS", 120.0)
    assert one(presets_spec(), USER)["calls"]


def test_it_refuses_events_that_take_too_long_and_recovers(monkeypatch):
    monkeypatch.setattr(engine, "TIMEOUT_SECONDS", 0.001)
    heavy = {"type": "track", "event": "x", "properties": {str(key): [key] * 20 for key in range(50_000)}}
    with pytest.raises(PreviewError):
        preview_spec(presets_spec(), [heavy] * 5)
    monkeypatch.setattr(engine, "MEMORY_BYTES", 128_000_000)
    monkeypatch.setattr(engine, "TIMEOUT_SECONDS", 120.0)
    assert one(presets_spec(), USER)["calls"]


def test_it_frees_memory_after_a_timeout(monkeypatch):
    """This includes memory that no engine limit counts, such as date formatters."""
    preview_spec(presets_spec(), [USER])
    before = resident_megabytes()
    monkeypatch.setattr(engine, "TIMEOUT_SECONDS", 1.0)
    with pytest.raises(PreviewError, match="longer than 1 seconds"):
        engine.PREVIEW_ENGINE._eval("const kept = []; for (;;) kept.push(new Intl.DateTimeFormat())")
    monkeypatch.setattr(engine, "TIMEOUT_SECONDS", 120.0)
    assert one(presets_spec(), USER)["calls"]
    assert resident_megabytes() < before + 60


def resident_megabytes() -> int:
    statistics = Path("/proc/self/statm")
    needs(statistics.exists(), "Linux, to see how much memory a process has")
    return int(statistics.read_text().split()[1]) * resource.getpagesize() // 1_000_000


def test_it_answers_or_refuses_concurrent_previews(monkeypatch):
    """Some run out of memory while others wait for the same engine."""
    monkeypatch.setattr(engine, "MEMORY_BYTES", 20_000_000)
    heavy = {"type": "track", "event": "x", "properties": {"list": ["x" * 1000] * 1000}}

    def run(number: int) -> str:
        try:
            preview_spec(presets_spec(), [heavy] * (40 if number % 2 else 1))
        except PreviewError:
            return "refused"
        return "answered"

    with ThreadPoolExecutor(8) as pool:
        outcomes = list(pool.map(run, range(8)))
    assert set(outcomes) <= {"answered", "refused"}
    monkeypatch.setattr(engine, "MEMORY_BYTES", 128_000_000)
    monkeypatch.setattr(engine, "TIMEOUT_SECONDS", 120.0)
    assert one(presets_spec(), USER)["calls"]
