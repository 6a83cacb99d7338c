"""Only what FullStory's rules reject for every event is refused."""

from collections import Counter

from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st

from fullstory_dest import fql, mapping_kit
from fullstory_dest.catalog import ACTIONS_BY_KEY
from fullstory_dest.compiler.compile import compile_mapping
from fullstory_dest.compiler.schema import CheckedMapping
from fullstory_dest.compiler.static_rules import check_static_values
from fullstory_dest.services.previews.preview import preview_events
from tests.factories import mapping_spec, source_spec
from tests.parity.comparison import run_seed

TYPED = ["a_str", "a_int", "a_real", "a_bool", "a_date", "a_ints", "a_dates", "b_strs"]
LEGAL = st.sampled_from(["a", "b", "email", *TYPED])
ANY_NAME = LEGAL | st.sampled_from(["a b", "9", "é", "a b_int", "x" * 513])

texts = st.sampled_from(
    ["", " ", "x", "2026-03-05", "7", "NaN", "null", "[1, true]", "ß" * 251, "İ" * 257, "x" * 130, "@path"]
)
json_texts = st.sampled_from(
    ['{"a b": 1}', '{"a_int": 2}', '{"a_int": "x", "a": {"9": null}}', '{"__proto__": 1, "@path": "$.x"}']
)
scalars = texts | st.sampled_from([0, 1, 1.5, -0.0, 1e300, True, False])

#: A name that FullStory rejects is refused even if an event has no value for it. So values under such names
#: use `x` and `y`, which every event has, and other values use `z`, too.
held = (
    scalars
    | st.dictionaries(LEGAL, scalars, min_size=1, max_size=2)
    | st.lists(scalars, min_size=1, max_size=2)
)
events = st.fixed_dictionaries(
    {"type": st.just("track"), "x": held, "y": held}, optional={"z": held | st.none() | st.just({})}
)
there = st.sampled_from([{"@path": "$.x"}, {"@path": "$.y"}])
perhaps = there | st.just({"@path": "$.z"})


def is_truthy(value):
    # Not bool itself: Hypothesis 6.170 turns it into the minimum size of a list, and fails.
    return bool(value)


def either(then, otherwise):
    return st.builds(
        lambda one, other, condition: {"@if": {condition: {"@path": "$.z"}, "then": one, "else": other}},
        then,
        otherwise,
        st.sampled_from(["exists", "blank"]),
    )


def values_of(inner, paths):
    """Directives that return a value if these templates do."""
    to_change = texts.filter(is_truthy) | paths
    written = st.sampled_from(["{{x}}", "{{z}}", "{{ 'x' }}", ""])
    tags = st.sampled_from(["{{ x | upcase }}", "{% if z %}a{% endif %}", "{% raw %}{{x}}{% endraw %}"])
    to_change |= st.builds(lambda each: {"@literal": each}, inner)
    return st.one_of(
        paths,
        st.builds(lambda a, b, c: {"@template": a + b + c}, texts, written, texts),
        st.builds(lambda text: {"@template": text}, to_change.filter(lambda text: not isinstance(text, str))),
        st.builds(lambda a, b, c: {"@liquid": a + b + c}, texts, written | tags, texts),
        either(inner, inner.filter(is_truthy)),
        st.builds(
            lambda value, operator: {"@case": {"operator": operator, "value": value}},
            to_change,
            st.sampled_from(["lower", "upper"]),
        ),
        st.builds(
            lambda value, pattern, replacement, pattern2, ignores: {
                "@replace": {
                    "pattern": pattern,
                    "replacement": replacement,
                    "pattern2": pattern2,
                    "ignorecase": ignores,
                    "value": value,
                }
            },
            to_change,
            st.sampled_from(["x", "X", "q", " ", "SS"]),
            st.sampled_from(["", "yy", "$&$&"]),
            st.sampled_from(["", None, "7", "y"]),
            st.booleans(),
        ),
        st.builds(
            lambda value, mode: {"@json": {"mode": mode, "value": value}},
            inner.filter(is_truthy) | json_texts,
            st.sampled_from(["encode", "decode"]),
        ),
    )


def objects_of(inner, paths):
    """Directives that return an object if these templates do."""
    return st.one_of(
        either(inner, inner),
        st.builds(
            lambda objects, direction: {"@merge": {"objects": objects, "direction": direction}},
            st.lists(inner | paths, min_size=1, max_size=3),
            st.sampled_from(["left", "right"]),
        ),
        st.builds(
            lambda value, separator, omits: {
                "@flatten": {"separator": separator, "omitArrays": omits, "value": value}
            },
            inner | paths,
            st.sampled_from(["_", " "]),
            st.booleans(),
        ),
        st.builds(
            lambda each: {
                "@transform": {"apply": {"x": {"@path": "$.x"}, "y": {"@path": "$.y"}}, "mapping": each}
            },
            inner,
        ),
        st.builds(lambda each: {"@excludeWhenNull": each}, inner),
        st.builds(lambda each: {"@literal": each}, inner),
        st.builds(lambda each: {"@json": {"mode": "decode", "value": each}}, json_texts),
        st.builds(lambda name, each: {name: each}, LEGAL, inner),
    )


certain_values = st.recursive(scalars, lambda inner: values_of(inner, there), max_leaves=3)
certain_values |= st.lists(certain_values, min_size=1, max_size=2)
objects_of_any_name = st.recursive(
    st.dictionaries(ANY_NAME, certain_values, min_size=1, max_size=2),
    lambda inner: objects_of(inner, there),
    max_leaves=4,
)
values = st.recursive(
    scalars | st.none(),
    lambda inner: (
        values_of(inner, perhaps)
        | st.builds(lambda each: {"@if": {"exists": {"@path": "$.z"}, "then": each}}, inner)
        | st.lists(inner, max_size=2)
    ),
    max_leaves=3,
)
objects_of_legal_names = st.recursive(
    st.dictionaries(LEGAL, values, max_size=2), lambda inner: objects_of(inner, perhaps), max_leaves=4
)
objects = objects_of_any_name | objects_of_legal_names
mappings = st.one_of(
    st.tuples(
        st.sampled_from(["trackEvent", "trackEventV2"]),
        st.fixed_dictionaries({"name": values | objects, "properties": st.just({})}),
    ),
    st.tuples(
        st.sampled_from(["trackEvent", "trackEventV2"]),
        st.fixed_dictionaries({"name": st.just("x"), "properties": objects | values}),
    ),
    st.tuples(
        st.sampled_from(["identifyUser", "identifyUserV2"]),
        st.fixed_dictionaries({"userId": values | objects}),
    ),
    st.tuples(
        st.sampled_from(["identifyUser", "identifyUserV2"]), st.fixed_dictionaries({"traits": objects})
    ),
    st.tuples(
        st.sampled_from(["viewedPage", "viewedPageV2"]),
        st.fixed_dictionaries({"pageName": st.just("Home"), "properties": objects}),
    ),
)

MAXIMUM_FINDINGS = 100  # rules.js

refused: Counter[str] = Counter()


def rejects(warning):
    """Whether this is about values that FullStory rejects, not only changes."""
    return warning["rule"] in ("uid", "payload") or "rejects the" in warning["message"]


@seed(run_seed())
@settings(max_examples=1_000, suppress_health_check=list(HealthCheck))
@given(mappings, st.booleans(), st.lists(events, min_size=4, max_size=8))
def check_that_what_is_refused_is_rejected_whatever_the_event(mapping, tidies, events):
    action, fields = mapping
    if mapping_kit.check(fields):
        return
    problems = list(check_static_values(ACTIONS_BY_KEY[action], fields, tidies=tidies))
    # Requiring an object is not FullStory's rule: these actions would convert any value.
    if "track" not in action and any("expected an object" in problem.message for problem in problems):
        return
    if not problems:
        return
    refused[" ".join(problems[0].message.split()[:7])] += 1
    spec = mapping_spec(action=action, trigger='type = "track"', fields=fields)
    destination = {
        "id": 1,
        "settings": {"tidyPropertyNames": True} if tidies else {},
        "mappings": [compile_mapping(CheckedMapping(spec, fql.parse(spec["trigger"])))],
    }
    config = {"writeKey": "", "apiHost": "", "destinations": [destination]}
    for result in preview_events(source_spec(), config, events):
        for call in result["calls"]:
            # A call can have more problems than were reported.
            said = call["warnings"]
            assert len(said) >= MAXIMUM_FINDINGS or any(map(rejects, said)), (problems, call)


def test_it_refuses_only_values_rejected_for_any_event():
    check_that_what_is_refused_is_rejected_whatever_the_event()
    assert sum(refused.values()) > 100, refused
    assert len(refused) > 5, refused
