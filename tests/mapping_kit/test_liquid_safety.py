"""No template and no event of a page, whatever is in it, does harm: in the runtime as it is served."""

import json
from datetime import UTC, datetime

import pytest
from py_mini_racer import MiniRacer

from fullstory_dest.compiler.assemble import assemble
from tests.meaning.comparison import fields_config, values_of


@pytest.fixture(scope="module")
def run():
    engine = MiniRacer()
    engine.eval(assemble("preview.js", "definePreview()"))

    def run(template, event):
        config = json.dumps(fields_config([{"@liquid": template}]))
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


def test_a_function_of_the_page_is_never_called(run):
    event = "{a: () => { throw 'called' }, b: {c() { throw 'called' }}}"
    assert run("{{ a }}{{ b.c }}{{ b.c.name }}|", event) == "|"


def test_no_name_leads_to_a_prototype_nor_writes_to_one(run):
    names = "{% assign __proto__ = 5 %}{% capture toString %}a{% endcapture %}{{ __proto__ }}"
    assert (
        run(
            names + "{% increment constructor %}{{ toString }}{{ b.__proto__ }}{{ b.constructor }}", "{b: {}}"
        )
        == "50a"
    )
    # To LiquidJS this is a mode, as every object has such a property.
    assert run("{{ '-A' | slugify: 'constructor' }}", "{}") == "-a"


def test_dates_and_what_is_not_json_have_a_text(run):
    event = "{a: new Date(5000), b: NaN, c: Infinity}"
    assert run("{{ a | date: '%s' }}{{ b | json }}{{ c }}", event) == "5nullInfinity"


def test_what_contains_itself_is_an_error_or_is_shown(run):
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
def test_no_template_takes_long_or_much(run, template):
    started = datetime.now(UTC)
    assert isinstance(run(template, "{}"), Exception | str)
    assert (datetime.now(UTC) - started).total_seconds() < 2
