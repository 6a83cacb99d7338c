"""Guarantees of the runtime for any event, and the code that it includes."""

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fullstory_dest import fql, mapping_kit
from fullstory_dest.compiler.artifacts import build_plugin, build_snippet
from fullstory_dest.compiler.compile import compile_source
from tests.factories import destination_spec, mapping_spec, presets_spec, source_spec
from tests.parity.test_fields import accepted
from tests.parity.test_triggers import expressions
from tests.runtime.conftest import Preview, config_of, mapping_of

ACTIONS = ["identifyUserV2", "trackEventV2", "viewedPageV2", "identifyUser", "trackEvent", "viewedPage"]
PATHS = {
    "name": "event",
    "pageName": "name",
    "userId": "userId",
    "anonymousId": "a",
    "email": "b",
    "traits": "traits",
    "properties": "properties",
}

#: Values of an event, in JavaScript. Reading some of them throws an error, or does worse.
VALUES = [
    "undefined", "null", "NaN", "-0", "Infinity", "''", "'a'", "'\\ud800'", "1n", "Symbol('s')", "() => 1",
    "[]", "[,1]", "{}", "['a', {b: 1}]", "{a: {b: [1]}}", "Object.freeze({a: Object.freeze([1])})",
    "JSON.parse('{\"__proto__\": {\"polluted\": 1}, \"constructor\": {\"prototype\": {\"polluted\": 1}}}')",
    "{['__proto__']: {polluted: 1}, a: 1}", "Object.create(null)", "Object.create({inherited: 1})",
    "new Date(NaN)", "new Map([[1, 2]])", "new Proxy({}, {})", "new (class Trait { get a() { throw this } })",
    "{get a() { throw Error('no') }}", "{get b() { throw null }}", "{get a() { throw Object.create(null) }}",
    "{get toString() { throw Error('no') }, b: 1}", "{toString() { return {} }}", "{toJSON() { throw 1 }}",
    "{[Symbol.toPrimitive]() { throw Error('no') }}", "{get [Symbol.toStringTag]() { throw Error('no') }}",
    "cycle()", "deep()", "revoked()", "hostile({a: 1})", "hostile([1])", "Object.prototype", "globalThis",
]  # fmt: skip

#: Ways of a page to disturb scripts that read its events, and checks for changed events and prototypes.
HARNESS = """
  const cycle = () => { const list = []; const node = {a: list, b: {}}; node.b.a = node; list.push(node); return node };
  const deep = () => { let node = {}; for (let n = 0; n < 50000; n++) node = {a: node}; return node };
  const revoked = () => { const { proxy, revoke } = Proxy.revocable({}, {}); revoke(); return proxy };
  const traps = ['get', 'has', 'ownKeys', 'getOwnPropertyDescriptor', 'getPrototypeOf'];
  const hostile = (target) =>
    new Proxy(target, Object.fromEntries(traps.map((trap) => [trap, () => { throw Error(trap) }])));

  const writes = [];
  const writing = ['set', 'defineProperty', 'deleteProperty', 'setPrototypeOf', 'preventExtensions'];
  const watched = (value) =>
    typeof value == 'object' && value
      ? new Proxy(value, {
          get: (target, key) => {
            const found = Reflect.get(target, key);
            const own = Reflect.getOwnPropertyDescriptor(target, key);
            return own && (own.configurable || own.writable) ? watched(found) : found;
          },
          ...Object.fromEntries(writing.map((trap) => [trap, (_, key) => !!writes.push(trap + String(key))])),
        })
      : value;
  const prototypes = () =>
    [Object, Array, String, Number, Boolean, Function, RegExp, Date, Map, Promise, Symbol, Error].flatMap((type) =>
      [type, type.prototype].map((object) => Reflect.ownKeys(object).map(String).join()));
"""


@pytest.fixture(scope="module")
def checked(preview: Preview):
    """The number of calls of a config for an event, after checks that nothing else happened."""

    def check(config: dict, event: str) -> int:
        outcome = preview.eval(
            f"""{{
              {HARNESS}
              const before = prototypes().join();
              const [{{ calls, skipped }}] = preview(config, [watched({event})]);
              const [bare] = preview(config, [{event}]);
              return {{
                calls: calls.length,
                answers: calls.length + skipped.length,
                bare: bare.calls.length + bare.skipped.length,
                reasons: skipped.map((each) => each.reason),
                writes,
                polluted: before !== prototypes().join() || 'polluted' in {{}},
              }};
            }}""",
            config=json.dumps(config),
        )
        mappings = len(config["destinations"][0]["mappings"])
        assert outcome["writes"] == []
        assert outcome["polluted"] is False
        assert outcome["answers"] == outcome["bare"] == mappings
        assert all(isinstance(reason, str) and reason for reason in outcome["reasons"])
        return outcome["calls"]

    return check


EVERY_ACTION = config_of(
    *(
        mapping_of(
            action, fields=["object", {field: ["path", path] for field, path in PATHS.items()}], id=number
        )
        for number, action in enumerate(ACTIONS)
    )
)


@pytest.mark.parametrize("value", VALUES)
def test_it_changes_no_event_or_prototype_for_any_action(checked, value):
    checked(EVERY_ACTION, value)
    for key in ("type", "event", "name", "userId", "a", "b", "traits", "properties"):
        checked(EVERY_ACTION, f"{{event: 'e', name: 'n', {key}: {value}}}")


values = st.sampled_from(VALUES)
hostile_objects = st.dictionaries(st.sampled_from(["a", "b"]), values, min_size=1).map(
    lambda entries: "{" + ", ".join(f"{key}: {value}" for key, value in entries.items()) + "}"
)
hostile_events = st.dictionaries(
    st.sampled_from(["type", "event", "name", "userId", "a", "b", "properties", "traits", "context"]),
    st.one_of(values, hostile_objects),
    max_size=5,
).map(lambda entries: "{" + ", ".join(f"{key}: {value}" for key, value in entries.items()) + "}")


@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    expression=expressions,
    templates=st.lists(accepted, min_size=1, max_size=3),
    event=hostile_events,
)
def test_it_changes_no_event_or_prototype_for_any_mapping(checked, expression, templates, event):
    fields = [mapping_kit.compile({"name": "n", "properties": {"a": template}}) for template in templates]
    triggered = mapping_of("trackEventV2", fql.compile(fql.parse(expression)), fields[0], id=0)
    others = [mapping_of("trackEventV2", None, each, id=number) for number, each in enumerate(fields, 1)]
    checked(config_of(triggered, *others), event)


def test_it_copies_only_own_properties():
    """Old sites extend Object.prototype. Uses a separate engine, which is unusable afterwards."""
    preview = Preview()
    fields = ["object", {"name": "n", "properties": ["path", "properties"]}]
    [result] = preview.eval(
        """{
          Object.prototype.extra = {a: 1};
          Object.prototype.helper = () => 1;
          const [{ calls }] = preview(config, [{properties: {b: {c: 1}}}]);
          const { properties } = calls[0].args[1];
          const own = [Object.keys(properties), Object.keys(properties.b)];
          delete Object.prototype.extra;
          delete Object.prototype.helper;
          return [own];
        }""",
        config=json.dumps(config_of(mapping_of("trackEventV2", fields=fields))),
    )
    assert result == [["b"], ["c"]]


#: A mapping that needs a part of the runtime, and text that identifies it in the minified script.
ADDITIONS = {
    "@flatten": ({"@flatten": {"separator": "#", "value": {"@path": "$.a"}}}, "flatten:"),
    "@replace": ({"@replace": {"pattern": "a", "replacement": "b", "value": {"@path": "$.a"}}}, "new RegExp"),
    "@json": ({"@json": {"mode": "encode", "value": {"@path": "$.a"}}}, "encode:"),
    "@arrayPath": ({"@arrayPath": ["$.a", {"b": {"@path": "$.c"}}]}, "each:"),
    "@merge": ({"@merge": {"direction": "left", "objects": [{"@path": "$.a"}]}}, ".reverse()"),
    "@case": ({"@case": {"operator": "upper", "value": {"@path": "$.a"}}}, "case:"),
    "@liquid": ({"@liquid": "{{ a | upcase }}"}, "liquid:"),
}
TRIGGERS = {
    "match": ('match(event, "a*c")', '"gsu"'),
    "lowercase": ('lowercase(event) = "a"', "lowercase:"),
    "contains": ('contains(event, "a")', "contains:"),
    "<": ("properties.a < 1", '"<":'),
}


def scripts(spec) -> str:
    config = compile_source(spec)
    return (build_snippet(config).body + build_plugin(config).body).decode()


@pytest.mark.parametrize(("template", "mark"), ADDITIONS.values(), ids=list(ADDITIONS))
def test_it_bundles_a_directive_only_if_used(template, mark):
    fields = {"name": "n", "properties": {"a": template}}
    assert mark in scripts(source_spec(destination_spec(mapping_spec(fields=fields))))
    assert mark not in scripts(presets_spec())


@pytest.mark.parametrize(("trigger", "mark"), TRIGGERS.values(), ids=list(TRIGGERS))
def test_it_bundles_a_condition_only_if_used(trigger, mark):
    assert mark in scripts(source_spec(destination_spec(mapping_spec(trigger=trigger))))
    assert mark not in scripts(presets_spec())


@pytest.mark.parametrize(
    ("action", "field", "mark"),
    [
        ("identifyUser", "userId", '"FS.identify"'),
        ("trackEvent", "name", '"FS.event"'),
        ("viewedPage", "pageName", '"FS.setVars"'),
    ],
)
def test_it_bundles_an_action_only_if_used(action, field, mark):
    spec = source_spec(destination_spec(mapping_spec(action=action, fields={field: "a"})))
    assert mark in scripts(spec)
    assert mark not in scripts(presets_spec())
