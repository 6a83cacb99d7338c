"""Bytes that Liquid adds to a snippet: none if unused, and otherwise only the used parts."""

import brotli
import pytest

from fullstory_dest.compiler.bundle import bundle
from fullstory_dest.compiler.compile import compile_source
from fullstory_dest.compiler.used_instructions import used_instructions
from fullstory_dest.mapping_kit.liquid.vocabulary import FILTERS
from tests.factories import mapping_spec, presets_spec

EVERY_TAG = (
    "{% assign a = 1 %}{% capture b %}{% endcapture %}{% if c == d or e != f and g < h %}{% endif %}"
    "{% case i %}{% when nil %}{% endcase %}{% increment j %}{% decrement k %}"
)
GROUPS = {
    "text": "append replace truncate upcase strip split number_of_words",
    "numbers": "plus minus times divided_by round at_least",
    "arrays": "join first last size where sum push slice json default",
    "dates": "date date_to_string date_to_rfc822",
    "HTML and addresses": "escape strip_html url_encode url_decode slugify",
    "base64": "base64_encode base64_decode",
    "SHA-256": "sha256 hmac_sha256",
}


def script_of(*templates):
    """The code of a snippet with the presets and these Liquid templates."""
    spec = presets_spec()
    if templates:
        fields = {"properties": {f"p{number}": {"@liquid": text} for number, text in enumerate(templates)}}
        spec["destinations"][0]["mappings"].append(mapping_spec(fields={"name": "x", **fields}))
    return bundle("snippet.js", "install(0)", used_instructions(compile_source(spec)))


def uses_of(names):
    """A template for each filter."""
    return ["{{ a | " + name + (": 'b'" if FILTERS[name] else "") + " }}" for name in names]


def compressed(script):
    return len(brotli.compress(script.encode()))


def test_it_adds_nothing_to_a_snippet_without_liquid():
    used = used_instructions(compile_source(presets_spec()))
    assert not used.liquidTags | used.liquidValues | used.liquidFilters
    script = script_of()
    for trace in ("liquid", "too much text", "getTimezoneOffset", "codePointAt", "ABCDEFGHIJ", "&amp;"):
        assert trace not in script


def test_it_adds_only_the_filters_that_a_snippet_uses():
    script = script_of("{{ a | upcase | date: '%Y' }}{% if a %}{% endif %}")
    for used in ("getTimezoneOffset", "toUpperCase", "too much text"):
        assert used in script
    for unused in ("ABCDEFGHIJ", "&amp;", "[Circular]", "strip", "increment", "contains"):
        assert unused not in script


@pytest.mark.parametrize("name", sorted(FILTERS))
def test_it_adds_less_than_2500_bytes_for_a_filter(name):
    assert compressed(script_of(*uses_of([name]))) - compressed(script_of()) < 2_500


def test_it_adds_few_bytes_for_each_feature(capsys):
    nothing, base = compressed(script_of()), compressed(script_of("{{ a.b | size }}"))
    everything = script_of(EVERY_TAG, "{{ (1..2) | join }}{{ a contains b }}", *uses_of(FILTERS))
    sizes = {
        "{{ a.b }}": compressed(script_of("{{ a.b }}")) - nothing,
        "{{ a.b | size }}": base - nothing,
        "every tag": compressed(script_of(EVERY_TAG)) - nothing,
        "everything": compressed(everything) - nothing,
    }
    groups = {
        group: compressed(script_of("{{ a.b | size }}", *uses_of(names.split()))) - base
        for group, names in GROUPS.items()
    }
    with capsys.disabled():
        print(
            "\nLiquid adds to a snippet, in bytes (brotli):", as_list(sizes), "| filters of", as_list(groups)
        )
    assert sizes["{{ a.b }}"] < 700
    assert sizes["everything"] < 6_500


def as_list(sizes):
    return ", ".join(f"{name} {size:,}" for name, size in sizes.items())
