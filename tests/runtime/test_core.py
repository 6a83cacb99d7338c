"""Behavior of every mapping, whatever its instructions."""

import json

import pytest

TRACK = ["object", {"name": ["path", "event"], "properties": ["path", "properties"]}]
IS_TRACK = ["=", ["type"], "track"]


def test_it_returns_calls_and_skipped_mappings_of_each_event(preview, config_of, mapping_of):
    config = config_of(
        mapping_of("trackEventV2", IS_TRACK, TRACK, id=7),
        mapping_of("viewedPage", ["=", ["type"], "page"], ["object", {"pageName": ["path", "name"]}], id=8),
    )
    assert preview(config, [{"type": "track", "event": "A"}, {"type": "page"}, {"type": "alias"}]) == [
        {
            "calls": [
                {
                    "mapping": 7,
                    "method": "FS",
                    "args": ["trackEvent", {"name": "A", "properties": {}}, "segment-browser-actions"],
                    "warnings": [],
                }
            ],
            "skipped": [{"mapping": 8, "reason": "trigger"}],
        },
        {"calls": [], "skipped": [{"mapping": 7, "reason": "trigger"}, {"mapping": 8, "reason": "empty"}]},
        {"calls": [], "skipped": [{"mapping": 7, "reason": "trigger"}, {"mapping": 8, "reason": "trigger"}]},
    ]


def test_it_runs_mappings_in_order(preview, config_of, mapping_of):
    config = config_of(
        *(mapping_of("trackEvent", fields=["object", {"name": f"{n}"}], id=n) for n in (3, 1, 2))
    )
    [result] = preview(config, [{}])
    assert [call["mapping"] for call in result["calls"]] == [3, 1, 2]


def test_it_runs_all_destinations_of_a_source(preview, config_of, mapping_of):
    config = config_of(mapping_of(id=1))
    config["destinations"].append({"id": 2, "settings": {}, "mappings": [mapping_of(id=2)]})
    [result] = preview(config, [{"event": "A"}])
    assert [call["mapping"] for call in result["calls"]] == [1, 2]


@pytest.mark.parametrize(
    "broken",
    [
        {"trigger": ["no such instruction"]},
        {"trigger": ["=", {"no such function": [["a"]]}, "b"]},
        {"fields": ["no such instruction"]},
        {"fields": None},
        {"trigger": None},
        {"fields": ["object", {"name": ["replace", [["a", "b"]], "no such flag", "a"]}]},
        {"fields": ["dynamic-path", 1]},
        {"action": "no such action"},
    ],
    ids=str,
)
def test_it_runs_the_other_mappings_after_a_failure(preview, config_of, mapping_of, broken):
    config = config_of(mapping_of(id=1), {**mapping_of(id=2), **broken}, mapping_of(id=3))
    for result in preview(config, [{"event": "A"}, {"event": "B"}]):
        assert [call["mapping"] for call in result["calls"]] == [1, 3]
        [skipped] = result["skipped"]
        assert skipped["mapping"] == 2
        assert skipped["reason"].startswith("error: ")


@pytest.mark.parametrize(
    "event",
    [
        "{get type() { throw Error('no') }}",
        "{type: 'track', event: 'A', get properties() { throw Error('no') }}",
        "{type: 'track', event: 'A', properties: {deep: {get er() { throw Error('no') }}}}",
        "{type: 'track', event: 'A', get properties() { throw 'no' }}",
    ],
)
def test_it_reports_a_getter_that_throws(preview, config_of, mapping_of, event):
    config = config_of(
        mapping_of("trackEventV2", IS_TRACK, TRACK), mapping_of(fields=["object", {"name": "ok"}], id=2)
    )
    [result] = preview.run(config, f"[{event}]")
    assert result["skipped"] == [{"mapping": 1, "reason": "error: no"}]
    assert [call["mapping"] for call in result["calls"]] == [2]


@pytest.mark.parametrize(
    "template",
    [
        ["path", "properties"],
        ["merge", "left", ["path", "properties"]],
        ["flatten", ".", False, ["path", "properties"]],
        ["exclude-null", ["path", "properties"]],
        ["encode", ["path", "properties"]],
        ["transform", ["path", "properties"], ["path"]],
    ],
    ids=str,
)
def test_it_reports_a_circular_value(preview, config_of, mapping_of, template):
    fields = ["object", {"name": "n", "properties": ["object", {"value": template}]}]
    config = config_of(mapping_of(fields=fields), mapping_of(fields=["object", {"name": "ok"}], id=2))
    [result] = preview.run(config, "(() => { const p = {}; p.p = [p]; return [{properties: p}] })()")
    [skipped] = result["skipped"]
    assert skipped["mapping"] == 1
    assert skipped["reason"].startswith("error: ")
    assert [call["mapping"] for call in result["calls"]] == [2]


def test_it_accepts_events_that_are_not_objects(preview, config_of, mapping_of):
    config = config_of(mapping_of("trackEventV2", IS_TRACK, TRACK))
    for result in preview(config, [None, 1, "track", [], True]):
        assert result == {"calls": [], "skipped": [{"mapping": 1, "reason": "trigger"}]}


EVENT = """{
  type: 'identify', event: 'A', userId: 'u', anonymousId: 'a', name: 'n',
  traits: {email: 'e', deep: {list: [{x: 1}, null, undefined]}, gone: undefined},
  properties: {deep: {list: [{x: 1}]}, gone: undefined}
}"""
FIELDS = [
    "object",
    {
        key: ["path", key]
        for key in ("userId", "anonymousId", "name", "traits", "properties")
    } | {"email": ["path", "traits", "email"], "pageName": ["path", "name"], "displayName": ["path", "name"]},
]  # fmt: skip


@pytest.mark.parametrize(
    "action", ["identifyUserV2", "trackEventV2", "viewedPageV2", "identifyUser", "trackEvent", "viewedPage"]
)
def test_it_neither_changes_nor_shares_the_event(preview, config_of, mapping_of, action):
    [before, after, shared, frozen] = preview.eval(
        """{
          const objects = new Set();
          const collect = (node) => {
            if (node && typeof node == 'object' && !objects.has(node)) {
              objects.add(node);
              Object.values(node).forEach(collect);
            }
          };
          const freeze = (node) => {
            if (node && typeof node == 'object') Object.values(Object.freeze(node)).forEach(freeze);
            return node;
          };
          const event = makeEvent();
          const before = JSON.stringify(event);
          collect(event);
          const [{ calls }] = preview(config, [event]);
          const seen = (node) => node && typeof node == 'object' &&
            (objects.has(node) || Object.values(node).some(seen));
          return [before, JSON.stringify(event), calls[0].args.some(seen),
            preview(config, [freeze(makeEvent())])[0].skipped];
        }""",
        config=json.dumps(config_of(mapping_of(action, fields=FIELDS))),
        makeEvent=f"() => ({EVENT})",
    )
    assert after == before
    assert shared is False
    assert frozen == []


def test_it_drops_undefined_from_objects_but_not_arrays(preview, config_of, mapping_of):
    keys = preview.eval(
        """{
          const { properties } = preview(config, [event])[0].calls[0].args[1];
          return [Object.keys(properties), properties.list.length];
        }""",
        config=json.dumps(config_of(mapping_of("trackEventV2", fields=TRACK))),
        event="{event: 'A', properties: {a: null, b: undefined, list: [undefined, 1]}}",
    )
    assert keys == [["a", "list"], 2]


def test_it_passes_dates_by_reference(preview, config_of, mapping_of):
    same = preview.eval(
        """{
          const date = new Date();
          const call = preview(config, [{event: 'A', properties: {date}}])[0].calls[0];
          return call.args[1].properties.date === date;
        }""",
        config=json.dumps(config_of(mapping_of("trackEventV2", fields=TRACK))),
    )
    assert same is True


def test_it_needs_no_browser(preview):
    assert preview.eval("[typeof window, typeof document]") == ["undefined", "undefined"]
