"""Every example in docs/triggers.md behaves as documented."""

import json

import pytest

from fullstory_dest import fql
from fullstory_dest.compiler.check import differs_in_segment
from fullstory_dest.fql.segment.differences import AGREED
from fullstory_dest.fql.vocabulary import CONDITIONS, FUNCTIONS
from tests.docs.examples import DOCS, rows
from tests.parity.conftest import subscribed

PAGE = "triggers.md"
EXAMPLES = rows(PAGE, "Trigger", "Matches")
NORMAL = rows(PAGE, "Written", "Saved")
DIFFERENCES = rows(PAGE, "Trigger", "Event", "Here", "Segment")


@pytest.mark.parametrize("row", EXAMPLES, ids=lambda row: row.cells[0])
def test_it_matches_as_documented(row):
    trigger, result, _ = row.cells
    assert result in ("yes", "no")
    assert subscribed(trigger, row.event) is (result == "yes")


@pytest.mark.parametrize("row", rows(PAGE, "Invalid trigger", "Message"), ids=lambda row: row.cells[0])
def test_it_refuses_a_trigger_with_the_message(row):
    text, message = row.cells
    with pytest.raises(fql.FQLError) as caught:
        fql.parse(text)
    assert caught.value.message == message


@pytest.mark.parametrize("row", NORMAL, ids=lambda row: row.cells[0])
def test_it_saves_the_normal_form(row):
    written, saved = row.cells
    assert fql.normalize(written, fql.parse(written)) == saved


@pytest.mark.parametrize("row", DIFFERENCES, ids=lambda row: row.cells[0])
def test_it_marks_a_difference_from_segment(row):
    trigger, event, ours, _, _ = row.cells
    for_good = trigger.endswith("` †")
    text = trigger.removeprefix("`").removesuffix("` †")
    found = differs_in_segment(text)
    assert found
    assert (found[-1] != AGREED) is for_good
    assert subscribed(text, json.loads(event)) is (ours == "yes")


def test_it_has_an_example_of_everything():
    text = (DOCS / PAGE).read_text("utf-8")
    examples = "\n".join(row.cells[0] for row in EXAMPLES)
    for function in (*CONDITIONS, *FUNCTIONS):
        assert f"{function}(" in examples, function
        assert f"[`{function}`" in text or f"`{function}`" in text, function
    for operator in ("=", "!=", "<", "<=", ">", ">=", "in", "and", "or"):
        assert f" {operator} " in examples, operator
    assert len(EXAMPLES) > 80
    assert len(DIFFERENCES) > 20
