"""Every example in docs/fields.md gives what the page says."""

import json

import pytest

from fullstory_dest import mapping_kit
from fullstory_dest.mapping_kit.template import directives
from tests.docs.examples import DOCS, rows
from tests.parity.conftest import ABSENT, resolve

PAGE = "fields.md"
EXAMPLES = rows(PAGE, "Template", "Gives")


def value(cell):
    """What a cell says: JSON, or `nothing`."""
    return ABSENT if cell == "nothing" else json.loads(cell)


@pytest.mark.parametrize("row", EXAMPLES, ids=lambda row: row.cells[0])
def test_an_example_gives_what_the_page_says(row):
    template, result = row.cells
    if result == "fails":
        assert isinstance(resolve(json.loads(template), row.event), Exception)
        return
    # As text: to Python, 1 and true are equal.
    assert json.dumps(resolve(json.loads(template), row.event)) == json.dumps(value(result))


@pytest.mark.parametrize(
    "row", rows(PAGE, "Not a template", "Where", "Message"), ids=lambda row: row.cells[0]
)
def test_a_mistake_has_the_place_and_the_message_that_the_page_says(row):
    template, place, message = row.cells
    [problem] = mapping_kit.check(json.loads(template))
    assert problem.pointer == ("" if place == "the whole" else place)
    assert problem.message == message


@pytest.mark.parametrize(
    "row", rows(PAGE, "Template", "Event", "Here", "There"), ids=lambda row: row.cells[0]
)
def test_a_difference_gives_here_what_the_page_says(row):
    template, event, ours, _, _ = row.cells
    assert resolve(json.loads(template), json.loads(event)) == value(ours)


def test_the_page_has_an_example_of_every_directive():
    examples = "\n".join(row.cells[0] for row in EXAMPLES)
    text = (DOCS / PAGE).read_text("utf-8")
    for directive in directives:
        assert f"\n## {directive}\n" in text
        assert directive == "@liquid" or f'"{directive}"' in examples
    assert len(EXAMPLES) > 60
