"""Every example in docs/fields.md returns what the page documents."""

import json

import pytest

from fullstory_dest import mapping_kit
from fullstory_dest.mapping_kit.template import directives
from tests.docs.examples import DOCS, rows
from tests.parity.conftest import ABSENT, resolve

PAGE = "fields.md"
EXAMPLES = rows(PAGE, "Template", "Gives")


def value(cell):
    """The value of a cell: JSON, or `nothing`."""
    return ABSENT if cell == "nothing" else json.loads(cell)


@pytest.mark.parametrize("row", EXAMPLES, ids=lambda row: row.cells[0])
def test_it_gives_the_result_of_an_example(row):
    template, result = row.cells
    if result == "fails":
        assert isinstance(resolve(json.loads(template), row.event), Exception)
        return
    # Compared as text, because 1 == True in Python.
    assert json.dumps(resolve(json.loads(template), row.event)) == json.dumps(value(result))


@pytest.mark.parametrize(
    "row", rows(PAGE, "Invalid template", "Where", "Message"), ids=lambda row: row.cells[0]
)
def test_it_refuses_fields_with_place_and_message(row):
    template, place, message = row.cells
    [problem] = mapping_kit.check(json.loads(template))
    assert problem.pointer == ("" if place == "the whole" else place)
    assert problem.message == message


@pytest.mark.parametrize(
    "row", rows(PAGE, "Template", "Event", "Here", "Segment"), ids=lambda row: row.cells[0]
)
def test_it_differs_from_segment_as_documented(row):
    template, event, ours, _, _ = row.cells
    assert resolve(json.loads(template), json.loads(event)) == value(ours)


def test_it_has_an_example_of_every_directive():
    examples = "\n".join(row.cells[0] for row in EXAMPLES)
    text = (DOCS / PAGE).read_text("utf-8")
    for directive in directives:
        assert f"\n## {directive}\n" in text
        assert directive == "@liquid" or f'"{directive}"' in examples
    assert len(EXAMPLES) > 60
