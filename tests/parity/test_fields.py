"""Templates that mapping-kit resolves have the same value with us."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fullstory_dest import mapping_kit
from fullstory_dest.mapping_kit.paths import has_nested_placeholders
from tests.parity.comparison import EVENTS, SUBJECTS, at_scale, compare_fields
from tests.parity.conftest import resolve
from tests.parity.events import PROTOTYPE_NAMES, events, keys, values

EVENT = {
    "type": "track",
    "event": "Order Completed",
    "userId": "u1",
    "properties": {
        "price": 12.5,
        "zero": 0,
        "no": False,
        "empty": "",
        "nothing": None,
        "text": "Some. Text (here)",
        "greeting": "{{ event }} at {{{properties.price}}}{{properties.absent}} {{$.event}}",
        "json": '{"a": [1, null]}',
        "products": [{"sku": "a", "n": 1}, {"sku": "b"}],
        "one": {"sku": "c", "deep": {"x": None, "y": [1, {"z": 2}]}},
        "a b": {"c.d": 1},
    },
}

PRICE = {"@path": "$.properties.price"}
TEXT = {"@path": "$.properties.text"}
ONE = {"@path": "$.properties.one"}
NOTHING = {"@path": "$.properties.nothing"}
ABSENT = {"@path": "$.properties.absent"}

TEMPLATES = [
    "text",
    5,
    None,
    True,
    [],
    {},
    ["a", PRICE, {"b": TEXT}],
    {"a": {"b": PRICE, "c": ABSENT}},
    {"@path": "properties.price"},
    {"@path": "$.properties.products[1].sku"},
    {"@path": "$.properties.products.0.n"},
    {"@path": "$.properties['a b']"},
    {"@path": '$.properties["one"].sku'},
    {"@path": "$.properties.zero.deeper"},
    {"@path": "$.properties.empty.length"},
    {"@path": "$"},
    {"@path": "$."},
    {"@path": ""},
    {"@path": "$.properties.text.length"},
    {"@path": {"@template": "$.properties.{{properties.absent}}price"}},
    {"@template": "{{event}} at {{properties.price}}"},
    {"@template": "{{ event }}/{{{event}}}/{{properties.absent}}/{{properties.nothing}}"},
    {"@template": "{{properties.one}} {{properties.products}} {{properties.zero}}"},
    {"@template": "{{$.event}} plain"},
    {"@template": {"@if": {"exists": PRICE, "then": "Hi {{event}}", "else": "Bye {{event}}"}}},
    {
        "@template": {
            "@if": {"exists": ABSENT, "then": "Hi {{event}}", "else": {"@literal": "Bye {{{event}}}"}}
        }
    },
    {"@template": {"@case": {"operator": "lower", "value": "HI {{event}} {{{properties.price}}}"}}},
    {"@template": {"@template": "{{properties.greeting}}"}},
    {"@template": {"@path": "$.properties.greeting"}},
    {"@template": {"@liquid": "{% raw %}{{event}}{% endraw %}"}},
    {"@literal": {"a": PRICE}},
    {"@literal": "x"},
    {"@if": {"exists": PRICE, "then": "yes", "else": "no"}},
    {"@if": {"exists": NOTHING, "then": "yes", "else": "no"}},
    {"@if": {"exists": ABSENT, "then": "yes"}},
    {"@if": {"exists": ABSENT, "then": "yes", "else": 0}},
    {"@if": {"exists": PRICE, "else": "no"}},
    {"@if": {"blank": {"@path": "$.properties.empty"}, "then": "full", "else": "blank"}},
    {"@if": {"blank": {"@path": "$.properties.zero"}, "then": "full", "else": "blank"}},
    {"@if": {"blank": {"@path": "$.properties.products"}, "then": "full", "else": "blank"}},
    {"@case": {"operator": "upper", "value": TEXT}},
    {"@case": {"operator": "lower", "value": PRICE}},
    {"@replace": {"pattern": ".", "replacement": "-", "value": TEXT}},
    {"@replace": {"pattern": "e", "replacement": "[$&]", "value": TEXT}},
    {"@replace": {"pattern": "E", "replacement": "_", "ignorecase": True, "global": False, "value": TEXT}},
    {"@replace": {"pattern": "(", "value": TEXT, "pattern2": "e", "replacement2": "3"}},
    {"@replace": {"pattern": "1", "replacement": "9", "value": PRICE}},
    {"@replace": {"pattern": "1", "replacement": "9", "value": NOTHING}},
    {"@arrayPath": ["$.properties.products", {"id": {"@path": "$.sku"}, "n": {"@path": "n"}}]},
    {"@arrayPath": ["$.properties.one", {"id": {"@path": "$.sku"}}]},
    {"@arrayPath": ["$.properties.price", {"id": {"@path": "$.sku"}}]},
    {"@arrayPath": ["$.properties.products"]},
    {"@arrayPath": [{"@path": "$.properties.products"}, {"n": {"@path": "$.n"}}]},
    {"@flatten": {"separator": "_", "value": ONE}},
    {"@flatten": {"separator": ".", "omitArrays": True, "value": ONE}},
    {"@flatten": {"separator": ".", "value": {"@path": "$.properties.products"}}},
    {"@flatten": {"separator": ".", "value": PRICE}},
    {"@json": {"mode": "encode", "value": ONE}},
    {"@json": {"mode": "encode", "value": ABSENT}},
    {"@json": {"mode": "decode", "value": {"@path": "$.properties.json"}}},
    {"@json": {"mode": "decode", "value": TEXT}},
    {"@json": {"mode": "decode", "value": PRICE}},
    {"@merge": {"objects": [ONE, {"sku": "z", "more": 1}], "direction": "right"}},
    {"@merge": {"objects": [ONE, {"sku": "z", "more": 1}], "direction": "left"}},
    {"@merge": {"objects": [ONE, ABSENT, NOTHING], "direction": "right"}},
    {
        "@transform": {
            "apply": {"p": PRICE, "q": ABSENT},
            "mapping": {"out": {"@path": "$.p"}, "q": {"@path": "$.q"}},
        }
    },
    {"@excludeWhenNull": NOTHING},
    {"@excludeWhenNull": ONE},
    {"@excludeWhenNull": {"a": None, "b": {"c": None, "d": [None]}}},
    {"@path": "$.event", "_metadata": {"label": "x"}},
]


@pytest.mark.parametrize("template", TEMPLATES, ids=repr)
def test_it_resolves_each_template_like_segment(segment, template):
    theirs = segment.resolve(template, EVENT)
    assert not isinstance(theirs, Exception)
    assert resolve(template, EVENT) == theirs


paths = st.sampled_from(["$.a", "$.b", "a.b", "$.a.b.a", "$.a[0]", "$.b[0].a", "$.absent", "$", "$.a['b']"])
paths = st.one_of(
    paths, st.sampled_from(["$.properties", "$.traits.a", "$.é", "$.0", "$.a.length", "$.event"])
)
paths = st.one_of(paths, st.sampled_from([f"$.{name}" for name in PROTOTYPE_NAMES]))
directive_paths = st.builds(lambda path: {"@path": path}, paths)
placeholders = st.sampled_from(
    ["{{a}}", "{{ $.a.b }}", "{{{b}}}", "{{b[0].a}}", "{{absent}}", "{{ event }}", "a", " B."]
)
text_templates = st.lists(placeholders, max_size=3).map(lambda parts: {"@template": "".join(parts)})
dynamic_paths = st.one_of(directive_paths, text_templates).map(lambda text: {"@path": text})
scalars = st.sampled_from([None, True, False, 0, 1, -2.5, "", "a", "B c", "12"])


def grow(inner):
    text = st.one_of(
        directive_paths, inner.filter(lambda value: isinstance(value, dict) and is_directive(value))
    )
    text = st.one_of(text, st.sampled_from(["a", "B c"]))
    return st.one_of(
        st.lists(inner, max_size=2),
        st.dictionaries(st.sampled_from(["a", "b"]), inner, max_size=2),
        st.builds(lambda value: {"@literal": value}, inner),
        st.builds(lambda value: {"@template": value}, text),
        st.builds(
            lambda kind, cond, then, other: {"@if": {kind: cond, "then": then, "else": other}},
            st.sampled_from(["exists", "blank"]),
            directive_paths,
            inner,
            inner,
        ),
        st.builds(
            lambda operator, value: {"@case": {"operator": operator, "value": value}},
            st.sampled_from(["lower", "upper"]),
            text,
        ),
        st.builds(
            lambda pattern, flags, value: {
                "@replace": {"pattern": pattern, "replacement": "x", **flags, "value": value}
            },
            st.sampled_from(["a", ".", "B", "1"]),
            st.sampled_from([{}, {"ignorecase": True}, {"global": False}]),
            text,
        ),
        st.builds(
            lambda path, shape: {"@arrayPath": [path, {"x": shape}]}, st.one_of(paths, directive_paths), inner
        ),
        st.builds(
            lambda omit, value: {"@flatten": {"separator": "/", "omitArrays": omit, "value": value}},
            st.booleans(),
            inner,
        ),
        st.builds(
            lambda mode, value: {"@json": {"mode": mode, "value": value}},
            st.sampled_from(["encode", "decode"]),
            directive_paths,
        ),
        st.builds(
            lambda direction, objects: {"@merge": {"direction": direction, "objects": objects}},
            st.sampled_from(["left", "right"]),
            st.lists(st.one_of(directive_paths, st.fixed_dictionaries({"a": inner})), max_size=3),
        ),
        st.builds(
            lambda apply, mapping: {"@transform": {"apply": {"a": apply}, "mapping": {"b": mapping}}},
            inner,
            inner,
        ),
        st.builds(lambda value: {"@excludeWhenNull": value}, inner),
    )


def is_directive(value):
    return any(key.startswith("@") for key in value)


leaves = st.one_of(scalars, directive_paths, directive_paths, text_templates, dynamic_paths)
templates = st.recursive(leaves, grow, max_leaves=5)


def is_comparable(template):
    """Whether we accept the template, and it reads no prototype outside the event.

    Other tests check refused templates. Segment follows paths to prototypes.
    """
    text = str(template)
    elsewhere = "@arrayPath" in text or "@transform" in text
    if elsewhere and any(name in text for name in PROTOTYPE_NAMES):
        return False
    return not mapping_kit.check({"field": template})


accepted = templates.filter(is_comparable)
flat_events = st.dictionaries(st.one_of(st.sampled_from(["a", "b"]), keys), values, max_size=3)


@at_scale("mapping")
@given(
    templates=st.lists(accepted, min_size=SUBJECTS, max_size=SUBJECTS),
    events=st.lists(st.one_of(flat_events, events), min_size=EVENTS, max_size=EVENTS),
)
def test_it_resolves_any_template_like_segment(segment, templates, events):
    compare_fields(segment, templates, events)


# Braces in every order, but without nested placeholders, whose meaning is unclear.
pieces = st.sampled_from(["{{", "{{{", "}}", "}}}", "{", "}", " ", "a", "{{a}}", "{{{b}}}", "{{ b.a }}", "x"])
brace_texts = st.lists(pieces, max_size=8).map("".join).filter(lambda text: not has_nested_placeholders(text))
plain_values = st.one_of(
    st.sampled_from(["", "v", "5"]), st.sampled_from([None, 0, False, 2.5, {"a": "w"}, [1, "u"]])
)
greeting = {"@path": "$.greeting"}
text_directives = st.one_of(
    st.just(greeting),
    st.builds(lambda text: {"@literal": text}, brace_texts),
    st.builds(
        lambda text: {"@replace": {"pattern": "x", "value": text}}, st.one_of(brace_texts, st.just(greeting))
    ),
    st.builds(
        lambda then, other: {"@if": {"exists": {"@path": "$.a"}, "then": then, "else": other}},
        st.one_of(brace_texts, st.just(greeting), plain_values),
        st.one_of(brace_texts, st.just(greeting), plain_values),
    ),
    st.just({"@template": "{{greeting}}"}),
)


@at_scale("mapping")
@given(
    templates=st.lists(
        text_directives.map(lambda text: {"@template": text}), min_size=SUBJECTS, max_size=SUBJECTS
    ),
    events=st.lists(
        st.fixed_dictionaries(
            {},
            optional={"a": plain_values, "b": plain_values, "greeting": st.one_of(brace_texts, plain_values)},
        ),
        min_size=EVENTS,
        max_size=EVENTS,
    ),
)
def test_it_expands_a_template_returned_by_a_directive(segment, templates, events):
    compare_fields(segment, templates, events)


def test_it_does_not_read_a_value_as_a_template(segment):
    template = {"@template": {"@path": "$.t"}}
    event = {"t": "{{{a}}}", "a": "{{b}}", "b": "inner"}
    assert segment.resolve(template, event) == "inner"
    assert resolve(template, event) == "{{b}}"


def test_it_stops_a_path_at_prototypes_unlike_segment(segment):
    template = {"@path": "$.a.constructor.name"}
    assert segment.resolve(template, {"a": {}}) == "Object"
    assert resolve(template, {"a": {}}) == "(absent)"


def test_it_drops_prototypes_in_a_merge(segment):
    merged = {"@merge": {"direction": "left", "objects": [{"@path": "$.a"}]}}
    template = {"@flatten": {"separator": "/", "value": merged}}
    event = {"a": {"b": 1, "__proto__": {"c": 2}}}
    assert segment.resolve(template, event) == resolve(template, event) == {"b": 1}
