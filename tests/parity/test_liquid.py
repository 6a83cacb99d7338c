"""Liquid templates that Segment's client renders have the same result with us."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fullstory_dest import mapping_kit
from fullstory_dest.mapping_kit.liquid.vocabulary import FILTERS
from fullstory_dest.services.previews.preview import preview_events
from tests.factories import source_spec
from tests.parity.comparison import EVENTS, SUBJECTS, at_scale, compared, fields_config, values_of
from tests.parity.conftest import resolve
from tests.parity.events import events as odd_events

EVENT = {
    "n": 12.5,
    "zero": 0,
    "neg": -3,
    "yes": True,
    "no": False,
    "nothing": None,
    "empty": "",
    "blank_text": "  \n",
    "text": "Hello, wörld  42",
    "num": "42",
    "html": "<p>a &amp; <b>b</b><!-- c --></p><script>x</script>1 < 2",
    "url": "a%20b+c&d",
    "day": "2026-03-05T14:07:09.042Z",
    "emoji": "a😀b",
    "cjk": "你好 world",
    "first": "F",
    "list": [3, "a", None, 1.5, [1, 2]],
    "none": [],
    "people": [
        {"name": "Ann", "age": 30, "address": {"city": "Rome"}},
        {"name": "Bob", "age": None},
        {"age": 5},
    ],
    "obj": {"a": 1, "b": "x"},
    "deep": {"size": 3, "first": {"last": [1]}},
}

#: An odd value of each kind.
VALUES = [
    *EVENT,
    *[
        "absent",
        "nil",
        "empty",
        "blank",
        "true",
        "false",
        "obj.a",
        "list[4]",
        "(1..4)",
        "list.last",
        "emoji[1]",
    ],
    *["'É à ß ñ'", "'  x '", "'a\"b'", "'~!*()x'", "'%'", r"'\ud83d\ude00'", "'aGVsbG8='", "'//4'", "'<'"],
    *["0.5", "-2.5", "1.005", "1234567890", "'1234567890'", "99999999999999999999", "0.0000001", "-0"],
    *["'Mon, 01 Jan 2024 00:00:00 +0200'", "'2026-02-30'", "'2000-12-31'", "'2024-02-29'", "'5'"],
]

#: Arguments for any filter. The first is none.
ARGUMENTS = [
    "",
    ": 2",
    ": -1",
    ": ''",
    ": 'a'",
    ": nothing",
    ": nil",
    ": absent",
    ": list",
    ": 'x', 'y'",
    ": 3, '…'",
]

MORE_ARGUMENTS = {
    "at_least": [": 1, 50, 3"],
    "date": [
        ": '%Y-%m-%dT%H:%M:%S%:z %A %B %y %C %j %U %W %u %w %q %s'",
        ": '%a %b %h %e %k %l %I %p %P %L %N %3N %12N %z %Z %n%t%% %Q %'",
        ": '%-d %_m %05Y %^a %#p %#B %^#A %10H %-10Y %_5S %0e %Ey %Od %:::z'",
        ": '%c|%x|%X'",
        ": '%H:%M %Z %:z', 'America/New_York'",
        ": '%H:%M %Z %z', 'Asia/Kolkata'",
        ": '%H:%M %Z %z', -90",
        ": '%H:%M', 'nowhere'",
        ": '%H:%M %z', nil",
    ],
    "date_to_long_string": [": 'ordinal'", ": 'ordinal', 'US'", ": 'x', 'US'"],
    "date_to_string": [": 'ordinal'", ": 'ordinal', 'US'"],
    "default": [": 1, allow_false: true", ": 1, allow_false: false", ": blank"],
    "divided_by": [": 3", ": 3, true", ": 0", ": 3, 0"],
    "hmac_sha256": [": text", ": html"],
    "join": [": ', '", ": 1"],
    "json": [": 2", ": '--'"],
    "number_of_words": [": 'cjk'", ": 'auto'", ": 'other'"],
    "replace": [": 'l', '$&'", ": '', '-'", ": ' '"],
    "replace_first": [": 'l', '$&'", ": '', '-'"],
    "replace_last": [": 'l', '$&'", ": '', '-'"],
    "round": [": 1", ": -1", ": 400", ": 1.5"],
    "slice": [": 1, 3", ": -3, 2", ": 1, -1", ": '1', 2", ": 0, 99", ": -99, 2"],
    "slugify": [f": '{mode}'" for mode in ["raw", "default", "pretty", "ascii", "latin", "none"]]
    + [": 'ascii', true", ": nil, false"],
    "split": [": ','", ": ' '", ": 'l'"],
    "strip": [": ' aH2'"],
    "lstrip": [": ' aH2'"],
    "rstrip": [": ' aH2'"],
    "sum": [": 'age'", ": 'address.city'", ": 'size'"],
    "truncate": [": 5", ": 5, ''", ": 1, 'abc'", ": '7'", ": 2, '😀'"],
    "truncatewords": [": 1", ": 2, '…'", ": 0"],
    "where": [
        ": 'name'",
        ": 'age', 30",
        ": 'age', nil",
        ": 'address.city', 'Rome'",
        ": 'size', 2",
        ": 'a', blank",
    ],
}


def compare(segment, templates, event, question="mapping"):
    """Check that each template renders the same as in Segment, or fails in both."""
    [result] = preview_events(
        source_spec(), fields_config([{"@liquid": template} for template in templates]), [event]
    )
    asked = [
        {
            "event": event,
            **({"mapping": {"f": {"@liquid": text}}} if question == "mapping" else {question: text}),
        }
        for text in templates
    ]
    for template, ours, theirs in zip(templates, values_of(result), segment.ask(asked), strict=True):
        if "error" in theirs:
            assert isinstance(ours, Exception), (template, theirs)
        else:
            expected = theirs["value"]["f"] if question == "mapping" else theirs["value"]
            assert ours == expected, template
    compared["Liquid"] += len(templates)


def is_accepted(template):
    """Whether our check accepts the template. Other tests cover refused ones."""
    return not mapping_kit.check({"@liquid": template})


@pytest.mark.parametrize("name", sorted(FILTERS.keys() - {"sample"}))
def test_it_applies_each_filter_to_any_value_like_segment(segment, name):
    calls = [f"{value} | {name}{arguments}" for value in VALUES for arguments in ARGUMENTS]
    calls += [
        f"{value} | {name}{arguments}" for value in VALUES for arguments in MORE_ARGUMENTS.get(name, [])
    ]
    # The JSON shows the type of the result, too.
    templates = ["{{ " + call + " }}/{{ " + call + " | json }}" for call in calls]
    templates = [template for template in templates if is_accepted(template)]
    assert len(templates) > len(VALUES)
    compare(segment, templates, EVENT)


def test_it_samples_items_of_the_list(segment):
    for template in [
        "{{ obj.b | sample }}",
        "{{ none | sample }}",
        "{{ nothing | sample | size }}",
        "{{ zero | sample }}",
    ]:
        compare(segment, [template], EVENT)
    compare(segment, ["{{ list | sample: 3 | size }}", "{{ 'aaa' | sample: 2 | join }}"], EVENT)
    given = {resolve({"@liquid": "{{ emoji | sample }}"}, EVENT) for _ in range(100)}
    assert given == {"a", "😀", "b"}


def test_it_reads_now_as_the_current_time(segment):
    before = int(datetime.now(UTC).timestamp())
    for word in ("now", "today"):
        seconds = int(resolve({"@liquid": "{{ '" + word + "' | date: '%s' }}"}, {}))
        assert before <= seconds <= datetime.now(UTC).timestamp()


OPERANDS = [
    *[
        "n",
        "zero",
        "nothing",
        "absent",
        "text",
        "empty",
        "blank_text",
        "list",
        "none",
        "obj",
        "no",
        "yes",
        "num",
    ],
    *[
        "nil",
        "empty",
        "blank",
        "true",
        "false",
        "''",
        "'42'",
        "42",
        "3",
        "12.5",
        "'wör'",
        "'a'",
        "(1..3)",
        "list[4]",
    ],
]


@pytest.mark.parametrize("operator", ["==", "!=", "<", ">", "<=", ">=", "contains", "and", "or"])
def test_it_compares_any_two_values_like_segment(segment, operator):
    pairs = [f"{left} {operator} {right}" for left in OPERANDS for right in OPERANDS]
    compare(segment, ["{{ " + pair + " }}{% if not " + pair + " %}!{% endif %}" for pair in pairs], EVENT)


TEMPLATES = [
    # outputs and text
    "",
    "plain",
    "}} %} { { {",
    "{{ text }} and {{text}}",
    "{{ n }}{{ zero }}{{ yes }}{{ nothing }}{{ absent }}{{ list }}{{ obj }}{{ none }}",
    "{{ 1.50 }} {{ -0 }} {{ 1e3 }} {{ 123456789012345678901234 }} {{ .n }}",
    # paths
    "{{ obj.a }}{{ obj['b'] }}{{ obj[absent] }}{{ ['text'] }}{{ list[0] }}{{ list[-1] }}{{ list[9] }}{{ list['1'] }}",
    "{{ people[0].address.city.size }}{{ people.first.name }}{{ people.last.age }}{{ people.size }}",
    "{{ size }}{{ first }}{{ last }}{{ text.first }}{{ text.size }}{{ text[0] }}{{ text.length }}{{ n.size }}",
    "{{ deep.size }}{{ deep.first.last[0] }}{{ obj.size }}{{ nothing.size }}{{ absent.a.b }}{{ emoji.size }}",
    "{{ constructor }}{{ obj.constructor.name }}{{ __proto__ }}{{ obj.__proto__ }}{{ list.map }}{{ text.trim }}",
    "{{ nil.size }}{{ empty.size }}{{ 'abc'.size }}{{ 'abc'[1] }}{{ (1..5).size }}{{ (1..5)[2] }}{{ true.size }}",
    "{{ (3..1) }}{{ (absent..2) }}{{ ('2'..'4') }}{{ (1.5..4) }}{{ (zero..n) | join: ',' }}",
    # tags
    "{% assign x = text | upcase %}{{ x }}{% assign x = x.size %}{{ x }}",
    "{% assign text = 1 %}{{ text }}{% assign size = 5 %}{{ size }}{% assign y = absent %}[{{ y }}]",
    "{% assign x = nil %}{{ x == nil }}{{ x.size }}{{ x | json }}{% assign y = empty %}{{ y == '' }}{{ none == y }}",
    "{% capture x %}a{{ n }}{% if yes %}b{% endif %}{% endcapture %}{{ x }}{{ x.size }}",
    "{% capture 'x y' %}a{% endcapture %}{{ ['x y'] }}",
    "{% capture x %}{% assign y = 1 %}{% endcapture %}{{ y }}[{{ x }}]",
    "{% if n > 12 %}a{% else %}b{% endif %}{% if zero %}0 is true{% endif %}{% if empty %}e{% endif %}",
    "{% if nothing %}a{% elsif absent %}b{% elsif no %}c{% elsif '' %}d{% else %}e{% endif %}",
    "{% if nil %}a{% endif %}{% if blank %}b{% endif %}{% if none %}c{% endif %}{% if text | size %}d{% endif %}",
    "{% if yes and no or yes %}a{% endif %}{% if no and no or yes %}b{% endif %}{% if not no and yes %}c{% endif %}",
    "{% unless no %}a{% else %}b{% endunless %}{% unless yes %}a{% elsif n %}b{% endunless %}",
    "{% unless yes %}a{% elsif no %}b{% else %}c{% endunless %}",
    "{% if yes %}{% if no %}a{% else %}b{% endif %}c{% endif %}",
    "{% comment %} {{ a }} {% if %} {% nothing %} {% endcomment %}x{% # a comment %}y{% #\n # more\n %}z",
    "{% raw %} {{ a }} {% if %} {% endraw %}x{%- raw -%} y {% endraw -%} z",
    "{% raw %}{% endrawx %}{%- endraw %}{% endraw %}{% raw %}{% endraw %}",
    "{% echo text | upcase %}{% echo %}{% echo n == 12.5 %}",
    "{% increment a %}{% increment a %}{% decrement a %}{{ a }}{% decrement b %}{% decrement b %}{{ b }}",
    "{% increment n %}{{ n }}{% increment text %}{{ text }}{% assign n = 'x' %}{{ n }}{% increment n %}{{ n }}",
    "{% liquid\n assign x = text | size\n if x > 3\n  echo x\n else\n  echo 'short'\n endif\n # done\n%}",
    "{% liquid increment a\n\n  increment a\n capture b\n  echo a\n endcapture\n echo b | append: '!' %}",
    "{%- liquid liquid liquid echo n -%} ",
    # white space
    " a {{- n -}} b {{ n -}} \n c {%- if yes -%} d {%- endif -%} e ",
    "\u00a0\u3000{{- n -}}\u2003 a {{- '' -}} \ufeff b",
    "a\n{%- comment -%} x {%- endcomment -%}\nb {{-text-}} c",
    # strings
    r"""{{ 'a\'b\"c\\d\n\t\x\101\u00e9\ud83d\ude00\7' }}{{ "it's" }}{{ '}}' }}{{ "{%" }}""",
]


def test_it_renders_each_template_like_segment(segment):
    compare(segment, TEMPLATES, EVENT)


@pytest.mark.parametrize(
    "event", [{}, {"size": "big", "first": 1, "a": {"toString": 1}}, {"__proto__": {"a": 1}}]
)
def test_it_renders_templates_on_other_events_like_segment(segment, event):
    compare(segment, [*TEMPLATES, "{{ size }}{{ first }}", "{{ a }}", "{{ a | append: 'x' }}"], event)


@pytest.mark.parametrize("item", [None, 5, "abc", True, [1, 2], {"a": 1}])
def test_it_renders_templates_on_list_items_like_segment(segment, item):
    template = "{{ a }}{{ size }}{{ length }}{{ first }}{{ ['0'] }}{% if a %}x{% endif %}"
    mapping = {"@arrayPath": ["$.items", {"f": {"@liquid": template}}]}
    event = {"items": [item]}
    assert resolve(mapping, event) == segment.resolve(mapping, event)


@pytest.mark.parametrize(
    "template",
    [
        "{% case n %}{% when 12.5 %}a{% when 'x', 12.5 or 3 %}b{% else %}c{% endcase %}",
        "{% case absent %} before {% when nil %}a{% when blank %}b{% endcase %}",
        "{% case none %}{% when empty %}a{% else %}c{% endcase %}{% case text | size %}{% when 16 %}b{% endcase %}",
        "{% case num %}{% when 42 %}a{% else %}{% case n %}{% else %}c{% endcase %}{% endcase %}",
        "{%- case list[0] -%} {%- when (1..3) -%} a {%- when list.first -%} b {%- endcase -%}",
    ],
)
def test_it_renders_case_like_liquidjs(segment, template):
    # Disabled by Segment, and documented as a difference.
    compare(segment, [template], EVENT, "liquid")


# Templates of every kind. Few names, so that they match often.
names = st.sampled_from(
    ["a", "b", "a.b", "a[0]", "b['a']", "a.size", "b.first", "a[b]", "absent", "traits.a", "x", "x.last"]
)
literals = st.sampled_from(
    ["nil", "empty", "blank", "true", "false", "0", "1", "-2.5", "''", "'a'", '"B c"', "'日😀'", "(1..3)"]
)
operands = st.one_of(names, literals)
filters = st.one_of(
    st.sampled_from(sorted(name for name, least in FILTERS.items() if not least and name != "sample")),
    st.builds("{}: {}".format, st.sampled_from(sorted(FILTERS.keys() - {"sample", "where"})), operands),
    st.builds(
        "{}: {}, {}".format,
        st.sampled_from(["slice", "replace", "truncate", "date", "join"]),
        operands,
        operands,
    ),
)
conditions = st.recursive(
    operands,
    lambda inner: st.one_of(
        st.builds("not {}".format, inner),
        st.builds(
            "{} {} {}".format,
            operands,
            st.sampled_from(["==", "!=", "<", ">", "<=", ">=", "contains", "and", "or"]),
            inner,
        ),
    ),
    max_leaves=3,
)
values = st.builds(
    lambda value, filters: " | ".join([value, *filters]), conditions, st.lists(filters, max_size=2)
)
dashes = st.sampled_from(["", "", "-"])
outputs = st.builds("{{{{{} {} {}}}}}".format, dashes, values, dashes)
texts = st.sampled_from(["", " ", " a ", "\n", "é", "{ }"])


def tags(inner):
    body = st.lists(inner, max_size=2).map("".join)
    name = st.sampled_from(["a", "x", "y"])
    return st.one_of(
        st.builds("{{%{} assign {} = {} {}%}}".format, dashes, name, values, dashes),
        st.builds("{{% capture {} %}}{}{{% endcapture {}%}}".format, name, body, dashes),
        st.builds(
            "{{%{} if {} %}}{}{{% else %}}{}{{% endif {}%}}".format, dashes, values, body, body, dashes
        ),
        st.builds("{{% if {} %}}{}{{% elsif {} -%}}{}{{% endif %}}".format, values, body, values, body),
        st.builds("{{% unless {} -%}}{}{{%- else %}}{}{{% endunless %}}".format, values, body, body),
        st.builds("{{% {} {} %}}".format, st.sampled_from(["increment", "decrement"]), name),
        st.builds("{{% comment {}%}}{}{{%- endcomment %}}".format, dashes, body),
        st.builds("{{%{} raw %}}{}{{% endraw {}%}}".format, dashes, texts, dashes),
        st.builds("{{% liquid\n echo {}\n assign x = {} %}}".format, values, values),
        st.builds("{{% echo {} {}%}}".format, values, dashes),
    )


pieces = st.recursive(st.one_of(texts, outputs), tags, max_leaves=4)
templates = st.lists(pieces, min_size=1, max_size=3).map("".join)


@at_scale("Liquid")
@given(
    templates=st.lists(templates.filter(is_accepted), min_size=SUBJECTS, max_size=SUBJECTS),
    events=st.lists(odd_events, min_size=EVENTS, max_size=EVENTS),
)
def test_it_renders_any_template_like_segment(segment, templates, events):
    for event in events:
        compare(segment, templates, event)


class TestItDiffersOnPurpose:
    """docs/liquid.md has the reason for each."""

    def both(self, segment, template, event):
        return resolve({"@liquid": template}, event), segment.resolve({"@liquid": template}, event)

    def test_it_allows_case_as_segment_documents(self, segment):
        ours, theirs = self.both(segment, "{% case a %}{% when 1 %}x{% endcase %}", {"a": 1})
        assert ours == "x"
        assert 'tag "case" is disabled' in str(theirs)

    def test_it_keeps_counters_out_of_the_event(self, segment):
        mapping = {"first": {"@liquid": "{% increment n %}"}, "second": {"@liquid": "{{ n }}"}}
        assert resolve(mapping, {}) == {"first": "0", "second": ""}
        assert segment.resolve(mapping, {}) == {"first": "0", "second": "1"}

    def test_it_splits_a_computed_property_only_at_dots(self, segment):
        event = {"list": [{"a": [7]}], "key": "a[0]"}
        assert self.both(segment, "{{ list | where: key, 7 | size }}", event) == ("0", "1")
        event = {"list": [{"a": {"b": 7}}], "key": "a.b"}
        assert self.both(segment, "{{ list | where: key, 7 | size }}", event) == ("1", "1")

    @pytest.mark.parametrize(
        "template",
        [
            "{{ (1..1000000) | size }}",
            "{{ (1..99999) | join }}",
            "{{ text | date: '%500001Y' }}",
        ],
    )
    def test_it_limits_text_unlike_segment(self, segment, template):
        ours, theirs = self.both(segment, template, {"text": 0})
        assert "too much text" in str(ours)
        assert not isinstance(theirs, Exception)

    @pytest.mark.parametrize(
        ("template", "there"),
        [
            ("{{ a | upcas }}", "A"),
            ("{{ a b }}", "A"),
            ("{{ a, b }}", "A"),
            ("{{ a. }}", "A"),
            ("{{ a | upcase | }}", "A"),
            ("{{ a | plus }}", "NaN"),
            ("{{ a | append: 'b', }}", "Ab"),
            ("{{ 1 | plus: 1, b: 2 }}", "2"),
            ("{{ a == }}", "false"),
            ("{{ a == not b }}", "false"),
            ("{{ a | where: 'b[0]' | size }}", "0"),
            ("{% increment a.b %}", "0"),
            ("{% unless a %}{% else %}b{% else %}c{% endunless %}", "b"),
            ("a{% break %}b", "a"),
            ("{% cycle 'a', 'b' %}{% cycle 'a', 'b' %}", "ab"),
            ("{{ 1" + "0" * 400 + " }}", "Infinity"),
            (r"{{ 'a\u0000' | size }}", "2"),
        ],
    )
    def test_it_refuses_mistakes_that_segment_ignores(self, segment, template, there):
        assert segment.resolve({"@liquid": template}, {"a": "A"}) == there
        assert mapping_kit.check({"@liquid": template})
