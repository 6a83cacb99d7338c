"""Invalid Liquid templates are refused with the position and the expected token."""

import time

import pytest

from fullstory_dest.mapping_kit import check
from fullstory_dest.mapping_kit.liquid.vocabulary import FILTERS, REFUSED_FILTERS


def problems_of(template):
    return check({"name": {"@liquid": template}})


@pytest.mark.parametrize(
    ("template", "words"),
    [
        # The mark is where the mistake is.
        ("a ^{{ b", "this output isn't closed"),
        ("^{{ 'b }}", "a string in this output isn't closed"),
        ("^{% if b", "this tag isn't closed"),
        ("{% ^%}", "expected the name of a tag, found nothing"),
        ("^{% asign x = 1 %}", "unknown tag asign; did you mean assign?"),
        ("^{% for a in b %}", "the tag for isn't allowed: loops aren't supported"),
        ("^{% include 'a' %}", "the tag include isn't allowed: templates can't include others"),
        ("a^{% endif %}", "unexpected endif; it belongs to if"),
        ("{% if a %}^{% endunless %}", "unexpected endunless inside if; it belongs to unless"),
        ("{% if a %}^{% when 1 %}", "unexpected when inside if; it belongs to case"),
        ("a ^{% if b %}c", "the tag if isn't closed"),
        ("^{% capture a %}", "the tag capture isn't closed"),
        ("^{% comment %}", "the tag comment isn't closed"),
        ("^{% raw %}{%- endraw %}", "the tag raw isn't closed"),
        ("^{% case a %}{% when 1 %}", "the tag case isn't closed"),
        ("{% liquid ^if a\n echo b %}", "the tag if isn't closed"),
        ("{% if a %}{% else %}^{% else %}{% endif %}", "unexpected else after else"),
        ("{% unless a %}{% else %}^{% elsif b %}{% endunless %}", "unexpected elsif after else"),
        ("{% case a %}{% else %}^{% when b %}{% endcase %}", "unexpected when after else"),
        ("{% if a %}{% else ^b %}{% endif %}", 'expected the end, found "b"'),
        ("{% if ^%}{% endif %}", "expected a value, found nothing"),
        ("{% assign ^= 5 %}", 'expected the name of a variable, found "="'),
        ("{% assign a ^5 %}", 'expected "=", found "5"'),
        ("{% increment a^.b %}", 'expected the end, found "."'),
        ("{% case a %}{% when 1 ^2 %}{% endcase %}", 'expected "," or or or the end'),
        ("^{% # a\n b %}", 'expected "#" before each line of this comment'),
        ("{{ ^}}", "expected a value, found nothing"),
        ("{{ a ^b }}", 'expected an operator or "|" or the end, found "b"'),
        ("{{ a ^= b }}", 'expected "==", found "="'),
        ("{{ a == ^}}", "expected a value, found nothing"),
        ("{{ a == ^not b }}", 'expected a value, found "not"'),
        ("{{ ^and }}", 'expected a value, found "and"'),
        ("{{ ^$.event }}", 'expected a value, found "$"'),
        ("{{ a.^ }}", "expected a name, found nothing"),
        ("{{ a[0^ }}", 'expected "]", found nothing'),
        ("{{ a[^] }}", 'expected a value, found "]"'),
        ("{{ (1^) }}", 'expected "..", found ")"'),
        ("{{ (1..2^ }}", 'expected ")", found nothing'),
        ("{% echo ^'a %}", "this string isn't closed"),
        ("{{ a | ^}}", "expected the name of a filter, found nothing"),
        (
            "{{ a | ^upcas }}",
            "unknown filter upcas; did you mean upcase?",
        ),
        ("{{ a | ^trunc: 5 }}", "unknown filter trunc; did you mean truncate?"),
        ("{{ a | size | ^map: 'b' }}", "the filter map isn't allowed by Segment"),
        ("{{ a | append^ 'b' }}", 'expected ":" or "|" or the end'),
        ("{{ a | append: 'b'^ 'c' }}", 'expected "," or "|" or the end'),
        ("{{ a | ^append }}", "expected exactly 1 argument for the filter append, found 0"),
        ("{{ a | ^prepend: 'b', 'c' }}", "expected exactly 1 argument for the filter prepend, found 2"),
        ("{{ a | ^plus }}", "expected at least 1 argument for the filter plus, found 0"),
        ("{{ a | ^default: 1, 2 }}", "expected at most 1 argument for the filter default, found 2"),
        ("{{ a | ^default: 1, alow_false: true }}", "did you mean allow_false?"),
        (
            "{{ a | ^default: allow_false: true }}",
            "expected a value for the filter default before allow_false",
        ),
        ("{{ a | ^plus: 1, b: 2 }}", "unknown argument b"),
        ("{{ a | ^where: 'b[0]' }}", "expected names joined by dots as the property"),
        ("{{ a | plus: ^ }}", "expected a value, found nothing"),
        ("{{ ^'\\u0000' }}", "the character U+0000 isn't allowed in strings"),
        ("{{ ^'\\ud800' }}", "the character U+D800 isn't allowed in strings"),
        ("{{ ^" + "9" * 400 + " }}", "expected a number that JavaScript can represent"),
        ("x" * 1000 + "^x", "expected at most 1,000 characters, found 1,001"),
    ],
    ids=lambda value: value[:40],
)
def test_it_locates_mistakes(template, words):
    position = template.index("^")
    [problem] = problems_of(template.replace("^", "", 1))
    assert problem.pointer == "/name/@liquid"
    assert words in problem.message
    # Where something is missing, any position in the white space is right.
    found = template.replace("^", "", 1)[: problem.position].rstrip()
    assert found == template[:position].rstrip()


def test_it_shows_the_line_with_a_caret():
    [problem] = problems_of("a\n\t{{ b | upcas }}\nc")
    assert problem.message.splitlines()[1:] == ["    \t{{ b | upcas }}", "    \t       ^"]


def test_it_suggests_only_similar_names():
    [problem] = problems_of("{{ a | foo }}")
    assert problem.message.splitlines()[0].endswith("unknown filter foo")


def test_it_lists_the_expected_tokens():
    assert problems_of("{% if a %}")[0].expected == ("endif",)
    assert problems_of("{{ a b }}")[0].expected == ("an operator", '"|"', "the end")


def test_it_reports_every_unknown_filter():
    problems = problems_of("{{ a | one | upcase | two }}{% if b | three %}{% endif %}")
    assert [problem.position for problem in problems] == [7, 22, 38]


@pytest.mark.parametrize("name", sorted(REFUSED_FILTERS))
def test_it_refuses_filters_that_segment_disables(name):
    [problem] = problems_of("{{ a | " + name + ": 'b' }}")
    assert problem.message.startswith(f"the filter {name} isn't allowed by Segment")


@pytest.mark.parametrize(
    "name",
    ["for", "tablerow", "break", "continue", "cycle", "include", "render", "layout", "block"],
)
def test_it_refuses_unsupported_tags_by_name(name):
    [problem] = problems_of("{% " + name + " a %}")
    assert problem.message.startswith(f"the tag {name} isn't allowed: ")


def test_it_refuses_the_filters_that_segments_source_disables(segment_source):
    turned_off = segment_source.partition("disabledFilters = [")[2].partition("]")[0]
    assert {word.strip(" \n'") for word in turned_off.split(",")} == REFUSED_FILTERS
    assert not REFUSED_FILTERS & FILTERS.keys()


@pytest.fixture
def segment_source():
    from tests.parity.conftest import ORACLE
    from tests.requirements import needs

    path = ORACLE / "node_modules/@segment/actions-core/dist/cjs/mapping-kit/liquid-directive.js"
    needs(path.is_file(), "the npm packages in tests/oracle, to compare with them")
    return path.read_text("utf-8")


def nested(count, opening, inside, closing):
    return opening * count + inside + closing * count


@pytest.mark.parametrize(
    ("template", "what"),
    [
        (nested(21, "{%if a%}", "", "{%endif%}"), "tags"),
        ("{%liquid " + "liquid " * 130 + "%}", "tags"),
        ("{{ " + nested(21, "a[", "b", "]") + " }}", "values"),
        ("{{ " + nested(21, "(1..", "2", ")") + " }}", "values"),
        ("{{ " + "not " * 240 + "a }}", "values"),
        ("{{ " + "a==" * 300 + "a }}", "values"),
    ],
)
def test_it_limits_nesting(template, what):
    [problem] = problems_of(template)
    assert f"expected at most 20 nested {what}" in problem.message


def test_it_accepts_twenty_levels():
    assert problems_of(nested(20, "{%if a%}", "b", "{%endif%}")) == []
    assert problems_of("{{ " + nested(19, "a[", "b", "]") + " }}") == []


@pytest.mark.parametrize(
    "piece",
    [
        "{{",
        "{%",
        "{{'",
        "{%raw%}{%",
        "{%raw%}{%endraw",
        "a|",
        "{{a|",
        "\\'",
        "{{ a[",
        "{%comment%}",
        "{%case",
    ],
)
def test_it_is_fast_on_any_template(piece):
    started = time.process_time()
    for filling in (piece, piece + " ", piece + "}"):
        problems_of("{{ '" + (filling * 1000)[:990])
        problems_of((filling * 1000)[:1000])
    assert time.process_time() - started < 0.5
