"""Generated events, both usual and odd ones, for every comparison."""

from hypothesis import strategies as st

#: Keys that lead to a prototype if more than own properties are read.
PROTOTYPE_NAMES = ["__proto__", "constructor", "toString", "hasOwnProperty"]

#: Few, so that expressions and events often use the same one.
words = st.sampled_from(["a", "b", "Order", "x y", "5", "true", "", "ünï", "/a", "-"])
odd_texts = st.sampled_from(
    [
        "null",
        "false",
        "0",
        "NaN",
        "日本語",
        "😀",
        "\u0000",
        "\ud800",
        "İ",
        "__proto__",
        "a" * 3000,
        " a ",
        '"a"',
    ]
)
numbers = st.sampled_from([0, 1, -1, 5, 2.5, 1000000])
odd_numbers = st.sampled_from([-0.0, -5, 1e-7, 5e-324, 1e21, -1.7976931348623157e308, 2**53 + 1, -(2**63)])

scalars = st.one_of(words, numbers, st.booleans(), st.none(), odd_texts, odd_numbers)
keys = st.one_of(st.sampled_from(["a", "b"]), st.sampled_from(["0", "é", *PROTOTYPE_NAMES]))
values = st.recursive(
    scalars,
    lambda inner: st.one_of(st.lists(inner, max_size=2), st.dictionaries(keys, inner, max_size=2)),
    max_leaves=5,
)
objects = st.dictionaries(keys, values, max_size=3)

#: Every key of an event can be absent, null or of the wrong type. Containers are always objects.
events = st.fixed_dictionaries(
    {},
    optional={
        "type": words,
        "event": values,
        "name": values,
        "userId": values,
        "properties": objects,
        "traits": objects,
        "context": st.dictionaries(st.one_of(st.just("a"), keys), st.one_of(objects, values), max_size=2),
    },
)
