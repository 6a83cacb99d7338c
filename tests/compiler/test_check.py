"""Problems that prevent saving a mapping or publishing a source."""

import pytest

from fullstory_dest.compiler.check import CompileError, check_mapping, check_source, check_trigger
from fullstory_dest.compiler.compile import compile_source
from fullstory_dest.compiler.schema import CheckedMapping
from tests.factories import destination_spec, mapping_spec, presets_spec, source_spec


def check(**values):
    found = check_mapping(mapping_spec(**{"fields": {"name": "x"}, **values}), {})
    return [] if isinstance(found, CheckedMapping) else [(each.pointer, each.message) for each in found]


def problems_of(spec):
    with pytest.raises(CompileError) as refused:
        check_source(spec)
    return refused.value.problems


def test_it_accepts_a_valid_mapping():
    assert check() == []


def test_it_locates_a_syntax_error_in_a_trigger():
    problem = check_trigger('type = "track" and')
    assert problem.position == 18
    assert problem.expected
    assert "^" in problem.message


@pytest.mark.parametrize("trigger", ["", "  ", None, 5, ["type"]])
def test_it_requires_a_trigger(trigger):
    assert check(trigger=trigger) == [("/trigger", 'a trigger is required, such as type = "track"')]


def test_it_suggests_an_action_for_an_unknown_one():
    [(place, message)] = check(action="trackEvnt")
    assert place == "/action"
    assert "did you mean" in message


def test_it_locates_a_broken_directive():
    [(place, _)] = check(fields={"name": "x", "properties": {"price": {"@json": {"mode": "encode"}}}})
    assert place.startswith("/fields/properties/price")


@pytest.mark.parametrize("text", ["a\x00b", "\ud800"])
def test_it_refuses_text_that_a_database_cannot_hold(text):
    assert [place for place, _ in check(fields={"name": text})] == ["/fields/name"]
    assert [place for place, _ in check(trigger=f'event = "{text}"')] == ["/trigger"]


def test_it_refuses_fields_nested_too_deep():
    deep = {}
    for _ in range(200):
        deep = {"a": deep}
    assert check(fields={"name": "x", "properties": deep})


@pytest.mark.parametrize("fields", [None, [], "x", 5])
def test_it_refuses_fields_that_are_not_an_object(fields):
    assert [place for place, _ in check(fields=fields)] == ["/fields"]


def test_it_reports_every_problem_with_its_mapping():
    spec = source_spec(
        destination_spec(
            mapping_spec(name="Good"),
            mapping_spec(name="No trigger", trigger=""),
            mapping_spec(name="Odd fields", fields={"name": "x", "nmae": 1}),
            name="Main",
        ),
        destination_spec(name="Second", settings={}),
    )
    told = [str(problem) for problem in problems_of(spec)]
    assert len(told) == 4
    assert told[0].startswith('/destinations/0/mappings/1/trigger: mapping "No trigger", trigger: ')
    assert told[1].startswith(
        '/destinations/0/mappings/2/fields/nmae: mapping "Odd fields", nmae: unknown field'
    )
    assert told[2] == '/destinations/1/settings/orgId: destination "Second", orgId: FS Org is required'
    assert 'destinations "Main" and "Second" both have the namespace FS' in told[3]


def test_it_refuses_more_than_fifty_mappings():
    spec = source_spec(destination_spec(*(mapping_spec(id=number) for number in range(51))))
    assert "more than 50 mappings" in str(problems_of(spec)[0])


def test_it_lets_disabled_destinations_share_a_namespace():
    check_source(source_spec(destination_spec(), destination_spec(enabled=False)))


def test_it_compiles_the_presets_to_the_documented_config():
    config = compile_source(presets_spec())
    identify, track, page = config["destinations"][0]["mappings"]
    assert identify["trigger"] == ["=", ["type"], "identify"]
    assert track["fields"] == ["object", {"name": ["path", "event"], "properties": ["path", "properties"]}]
    assert page["fields"][1]["pageName"] == [
        "exists",
        ["path", "category"],
        ["path", "category"],
        ["path", "name"],
    ]


def test_it_leaves_out_disabled_mappings_and_destinations():
    spec = source_spec(
        destination_spec(mapping_spec(id=1), mapping_spec(id=2, enabled=False)),
        destination_spec(enabled=False),
    )
    [destination] = compile_source(spec)["destinations"]
    assert [mapping["id"] for mapping in destination["mappings"]] == [1]
