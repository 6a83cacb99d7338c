"""Invalid Liquid templates are refused with the position and what was expected."""

import time

import pytest

from fullstory_dest.mapping_kit import check
from fullstory_dest.mapping_kit.liquid.vocabulary import FILTERS, REFUSED_FILTERS, REFUSED_TAGS


def problems_of(template):
    return check({"name": {"@liquid": template}})


@pytest.mark.parametrize(
    ("template", "words"),
    [
        # The caret marks the mistake.
        ("a ^{{ b", "has an output that is not closed"),
        ("^{{ 'b }}", "has an output with a string that is not closed"),
        ("^{% if b", "has a tag that is not closed"),
        ("{% ^%}", "should have the name of a tag here, but it has nothing"),
        ("^{% asign x = 1 %}", "should not have the tag asign: there is no such tag; did you mean assign?"),
        ("^{% for a in b %}", "should not have the tag for: loops are not allowed"),
        ("^{% include 'a' %}", "should not have the tag include: a template cannot take in another"),
        ("a^{% endif %}", "should not have endif here: it belongs to if"),
        ("{% if a %}^{% endunless %}", "should not have endunless inside if: it belongs to unless"),
        ("{% if a %}^{% when 1 %}", "should not have when inside if: it belongs to case"),
        ("a ^{% if b %}c", "has a tag if that is not closed"),
        ("^{% capture a %}", "has a tag capture that is not closed"),
        ("^{% comment %}", "has a tag comment that is not closed"),
        ("^{% raw %}{%- endraw %}", "has a raw tag that is not closed"),
        ("^{% case a %}{% when 1 %}", "has a tag case that is not closed"),
        ("{% liquid ^if a\n echo b %}", "has a tag if that is not closed"),
        ("{% if a %}{% else %}^{% else %}{% endif %}", "should not have else after else"),
        ("{% unless a %}{% else %}^{% elsif b %}{% endunless %}", "should not have elsif after else"),
        ("{% case a %}{% else %}^{% when b %}{% endcase %}", "should not have when after else"),
        ("{% if a %}{% else ^b %}{% endif %}", 'should have the end here, but it has "b"'),
        ("{% if ^%}{% endif %}", "should have a value here, but it has nothing"),
        ("{% assign ^= 5 %}", 'should have the name of a variable here, but it has "="'),
        ("{% assign a ^5 %}", 'should have "=" here, but it has "5"'),
        ("{% increment a^.b %}", 'should have the end here, but it has "."'),
        ("{% case a %}{% when 1 ^2 %}{% endcase %}", 'should have "," or or or the end here'),
        ("^{% # a\n b %}", 'should have a "#" before every line of this comment'),
        ("{{ ^}}", "should have a value here, but it has nothing"),
        ("{{ a ^b }}", 'should have an operator or "|" or the end here, but it has "b"'),
        ("{{ a ^= b }}", 'should have "==" to compare, but it has "="'),
        ("{{ a == ^}}", "should have a value here, but it has nothing"),
        ("{{ a == ^not b }}", 'should have a value here, but it has "not"'),
        ("{{ ^and }}", 'should have a value here, but it has "and"'),
        ("{{ ^$.event }}", 'should have a value here, but it has "$"'),
        ("{{ a.^ }}", "should have a name here, but it has nothing"),
        ("{{ a[0^ }}", 'should have "]" here, but it has nothing'),
        ("{{ a[^] }}", 'should have a value here, but it has "]"'),
        ("{{ (1^) }}", 'should have ".." here, but it has ")"'),
        ("{{ (1..2^ }}", 'should have ")" here, but it has nothing'),
        ("{% echo ^'a %}", "has a string that is not closed"),
        ("{{ a | ^}}", "should have the name of a filter here, but it has nothing"),
        (
            "{{ a | ^upcas }}",
            "should not have the filter upcas: there is no such filter; did you mean upcase?",
        ),
        ("{{ a | ^trunc: 5 }}", "there is no such filter; did you mean truncate?"),
        ("{{ a | size | ^map: 'b' }}", "should not have the filter map: Segment does not allow it"),
        ("{{ a | append^ 'b' }}", 'should have ":" or "|" or the end here'),
        ("{{ a | append: 'b'^ 'c' }}", 'should have "," or "|" or the end here'),
        ("{{ a | ^append }}", "should have just 1 argument to the filter append, but it has 0"),
        ("{{ a | ^prepend: 'b', 'c' }}", "should have just 1 argument to the filter prepend, but it has 2"),
        ("{{ a | ^plus }}", "should have at least 1 argument to the filter plus, but it has 0"),
        ("{{ a | ^default: 1, 2 }}", "should have at most 1 argument to the filter default, but it has 2"),
        ("{{ a | ^default: 1, alow_false: true }}", "did you mean allow_false?"),
        (
            "{{ a | ^default: allow_false: true }}",
            "should have a value for the filter default before allow_false",
        ),
        ("{{ a | ^plus: 1, b: 2 }}", "should not have b as an argument"),
        ("{{ a | ^where: 'b[0]' }}", "should have names joined by dots as the property"),
        ("{{ a | plus: ^ }}", "should have a value here, but it has nothing"),
        ("{{ ^'\\u0000' }}", "should not have the character U+0000 in a string"),
        ("{{ ^'\\ud800' }}", "should not have the character U+D800 in a string"),
        ("{{ ^" + "9" * 400 + " }}", "should be a number that JavaScript can hold"),
        ("x" * 1000 + "^x", "should have at most 1,000 characters, but it has 1,001"),
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
    assert problem.message.splitlines()[0].endswith("there is no such filter")


def test_it_lists_what_it_expected():
    assert problems_of("{% if a %}")[0].expected == ("endif",)
    assert problems_of("{{ a b }}")[0].expected == ("an operator", '"|"', "the end")


def test_it_reports_every_unknown_filter():
    problems = problems_of("{{ a | one | upcase | two }}{% if b | three %}{% endif %}")
    assert [problem.position for problem in problems] == [7, 22, 38]


@pytest.mark.parametrize("name", sorted(REFUSED_FILTERS))
def test_it_refuses_filters_that_segment_disables(name):
    [problem] = problems_of("{{ a | " + name + ": 'b' }}")
    assert problem.message.startswith(f"should not have the filter {name}: Segment does not allow it")


@pytest.mark.parametrize("name", sorted(REFUSED_TAGS))
def test_it_refuses_unsupported_tags_by_name(name):
    [problem] = problems_of("{% " + name + " a %}")
    assert problem.message.startswith(f"should not have the tag {name}: ")


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
    assert f"should not have {what} more than 20 levels deep" in problem.message


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
