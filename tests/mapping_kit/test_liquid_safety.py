"""No template and no event does harm in the served runtime."""

import hashlib
import json
import time

import pytest
from py_mini_racer import MiniRacer

from fullstory_dest.compiler.bundle import bundle
from tests.parity.comparison import fields_config, values_of


@pytest.fixture(scope="module")
def run_fields():
    engine = MiniRacer()
    engine.eval(bundle("preview.js", "definePreview()"))

    def run(template, event):
        config = json.dumps(fields_config([template]))
        script = f"""(() => {{
            const event = {event};
            const before = JSON.stringify(event);
            const [result] = preview({config}, [event]);
            if (JSON.stringify(event) != before) throw 'changed';
            return JSON.stringify(result);
        }})()"""
        [value] = values_of(json.loads(engine.eval(script)))
        return value

    return run


@pytest.fixture(scope="module")
def run(run_fields):
    return lambda template, event: run_fields({"@liquid": template}, event)


def test_it_never_calls_functions_of_the_page(run):
    event = "{a: () => { throw 'called' }, b: {c() { throw 'called' }}}"
    assert run("{{ a }}{{ b.c }}{{ b.c.name }}|", event) == "|"


def test_it_neither_reads_nor_writes_prototypes(run):
    names = "{% assign __proto__ = 5 %}{% capture toString %}a{% endcapture %}{{ __proto__ }}"
    assert (
        run(
            names + "{% increment constructor %}{{ toString }}{{ b.__proto__ }}{{ b.constructor }}", "{b: {}}"
        )
        == "50a"
    )
    # LiquidJS accepts this as a mode, because every object has such a property.
    assert run("{{ '-A' | slugify: 'constructor' }}", "{}") == "-a"


def test_it_prints_dates_and_values_that_are_not_json(run):
    event = "{a: new Date(5000), b: NaN, c: Infinity}"
    assert run("{{ a | date: '%s' }}{{ b | json }}{{ c }}", event) == "5nullInfinity"


def test_it_handles_circular_values(run):
    event = "(() => { const a = {b: [1]}; a.b.push(a); return {get a() { return a }, toJSON() {}} })()"
    assert run("{{ a | inspect }}", event) == '{"b":[1,"[Circular]"]}'
    assert isinstance(run("{{ a | json }}", event), Exception)


@pytest.mark.parametrize(
    "template",
    [
        "{% assign x = 'ab' %}" + "{%assign x=x|append:x%}" * 40 + "{{x}}",
        "{% assign x = 'ab' | split: '' %}" + "{%assign x=x|push:x%}" * 38 + "{{x}}{{x|join}}{{x|json}}",
        "{% assign x = 'ab' | split: '' %}" + "{%assign x=x|unshift:x%}" * 36 + "{{x|plus:x}}{{ x == x }}",
        "{{ (1..100000000000) | size }}",
        "{{ '\"' " + "| json " * 130 + " }}",
        "{% assign x = (1..80000) | join %}{{ x | replace: '', x }}",
        "{% assign x = (1..80000) | join %}{{ x | join: x }}{{ x | split: '' | join: x }}",
        "{{ 0 | date: '" + "%99999Y" * 100 + "' }}",
        "{% capture x %}{{ (1..80000) | join }}{% endcapture %}{{ x }}{{ x }}{{ x }}",
        "{% assign x = (1..60000) | join: '%000000' %}{{ 0 | date: x | size }}{{ x | strip_html | squish | size }}",
    ],
    ids=lambda template: template[:40],
)
def test_it_limits_the_time_of_a_template(run, template):
    started = time.process_time()
    assert isinstance(run(template, "{}"), Exception | str)
    assert time.process_time() - started < 2


DOUBLED = "{% assign f = f | append: f %}"
LONG_TEXT = "{a: '\u4e16'.repeat(490000)}"
LONG_LIST = "{a: Array.from({length: 100000}, () => ({})), k: 'a.'.repeat(10000)}"
REPETITIVE = "{a: 'a'.repeat(400000), b: 'a'.repeat(100000) + 'b' + 'a'.repeat(100000)}"
MANY_KEYS = "{a: Object.fromEntries(Array.from({length: 200000}, (_, key) => ['k' + key, key]))}"
DEEP = "(() => { let a = {}; for (let index = 0; index < 2000; index++) a = {a, b: 1}; return {a} })()"


def repeated(piece, before=""):
    """Repeat a piece until the template is full."""
    return before + piece * ((1000 - len(before)) // len(piece))


@pytest.mark.parametrize(
    ("template", "event"),
    [
        ("{% assign f = '%A%a%B%b' %}" + DOUBLED * 15 + "{{ 'now' | date: f }}", "{}"),
        ("{% assign f = '%c%x%X%Z' %}" + DOUBLED * 15 + "{{ 'now' | date: f }}", "{}"),
        ("{% assign f = '%H' %}" + DOUBLED * 13 + "{{0|date:f,'Asia/Tokyo'}}" * 20, "{}"),
        (
            "{% assign a = '' | split: '' | push: o %}"
            + "{% assign a = a | push: a %}" * 17
            + "{{ a | json }}",
            "{o: {s: 'x'.repeat(90000)}}",
        ),
        ("{{ a" + "|slugify:'latin'" * 55 + " }}", LONG_TEXT),
        (repeated("{{a|sha256}}"), LONG_TEXT),
        (repeated("{{a|base64_encode|size}}"), LONG_TEXT),
        (repeated("{{(1..500000)|sample:2|size}}"), "{}"),
        (repeated("{{a|where:'x','y'|size}}", "{% assign a = (1..90000) %}"), "{}"),
        (repeated("{{a|where:k|size}}"), LONG_LIST),
        (repeated("{{a|sum:k}}"), LONG_LIST),
        (repeated("{{a|sha256}}"), LONG_LIST),
        (repeated("{{a contains b}}"), REPETITIVE),
        (repeated("{{a|split:b|size}}"), REPETITIVE),
        (repeated("{{a|replace_last:b}}"), REPETITIVE),
        (repeated("{{a.size}}"), MANY_KEYS),
        (repeated("{{a==empty}}"), MANY_KEYS),
        (repeated("{{b[a]}}", "{% assign a = (1..90000) %}"), "{b: {}}"),
        (repeated("{{a<a}}", "{% assign a = (1..90000) %}"), "{}"),
        (repeated("{%assign b=a|json:10%}"), DEEP),
        (repeated("{%assign b=a|inspect:10%}"), DEEP),
        # Adding 1 to a number this large does not change it.
        ("{{ (9007199254740992..9007199254740999) | size }}", "{}"),
        ("{{ a" + "|escape" * 100 + " }}", "{a: '&'.repeat(9000)}"),
        (repeated("{{a|slice:a}}"), "{a: '12'.repeat(50000)}"),
    ],
    ids=lambda value: value[:40],
)
def test_it_limits_text_and_items_on_any_event(run, template, event):
    run("{{ a | size }}", event)  # excludes the time to create the event
    started = time.process_time()
    assert "too much text, or too many items" in str(run(template, event))
    assert time.process_time() - started < 4


def test_it_accepts_long_pages_and_lists(run):
    text = "{a: 'Some words. '.repeat(2000)}"
    template = "{{ a | strip_html | squish | replace: '.', '!' | upcase | truncate: 10000 | size }}"
    assert run(template, text) == "10000"
    products = "{a: Array.from({length: 500}, (_, id) => ({sku: 'A-' + id, price: id, tags: ['x', 'y']}))}"
    assert run(
        "{% assign b = a | where: 'sku', 'A-7' %}{{ b[0].price }}{{ a | sum: 'price' }}", products
    ) == ("7124750")
    assert run("{{ a | json | size }}{{ a | size }}", products) == "22281500"


def test_it_resets_the_limit_for_each_template(run):
    """A failed template leaves the whole limit to the next one."""
    for _ in range(3):
        assert isinstance(
            run("{{ (1..60000) | join | size }}{{ (1..60000) | join | size }}", "{}"), Exception
        )
        assert run("{{ (1..20000) | join | size }}", "{}") == "108893"


def test_it_shares_the_limit_among_items_of_a_list(run_fields):
    shape = {"v": {"@liquid": "{{ (1..5000) | size }}"}}
    assert run_fields({"@arrayPath": ["$.few", shape]}, "{few: [{}, {}]}") == [{"v": "5000"}] * 2
    many = run_fields({"@arrayPath": ["$.many", shape]}, "{many: Array(1000).fill({})}")
    assert "too much text, or too many items" in str(many)


def test_it_creates_date_formatters_once():
    """They are slow to create, and the engine's memory limit does not count them."""
    engine = MiniRacer()
    engine.eval(
        """globalThis.made = 0;
        const { DateTimeFormat } = Intl;
        Intl.DateTimeFormat = function (...args) { made++; return DateTimeFormat(...args); };"""
    )
    engine.eval(bundle("preview.js", "definePreview()"))
    template = "{{ 0 | date: '%A %B %Z %A %B %Z' }}{{ 0 | date: '%H', 'Asia/Tokyo' }}{{ 0 | date: '%H', 'asia/TOKYO' }}"
    config = json.dumps(fields_config([{"@liquid": template}]))
    engine.eval(f"preview({config}, [{{}}, {{}}, {{}}])")
    assert engine.eval("made") == 5  # a day, a month, the zone; Tokyo and UTC


@pytest.mark.parametrize("text", ["", "a", "ann@example.com", "é" * 100, "x" * 1000])
def test_it_hashes_the_same_text_to_the_same_value(run, text):
    given = hashlib.sha256(text.encode()).hexdigest()
    for _ in range(2):
        assert run("{{ a | sha256 }}{{ a | sha256 }}", json.dumps({"a": text})) == given * 2


def test_it_samples_items_in_every_order(run):
    drawn = {run("{{ (1..3) | sample: 2 | join }}", "{}") for _ in range(200)}
    assert drawn == {"1 2", "1 3", "2 1", "2 3", "3 1", "3 2"}
