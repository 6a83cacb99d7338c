"""The documented differences from Segment's packages exist, and there are no others."""

import json

import pytest

from tests.docs.examples import rows
from tests.parity.conftest import ABSENT

TRIGGERS = rows("triggers.md", "Trigger", "Event", "Here", "Segment")
FIELDS = rows("fields.md", "Template", "Event", "Here", "Segment")


def value(cell):
    return ABSENT if cell == "nothing" else json.loads(cell)


@pytest.mark.parametrize("row", TRIGGERS, ids=lambda row: row.cells[0])
def test_it_documents_how_segment_reads_a_trigger(segment, row):
    trigger, event, ours, theirs, _ = row.cells
    text = trigger.removeprefix("`").removesuffix("` †")
    assert ours != theirs
    held = segment.subscribed(text, json.loads(event))
    assert held is {"yes": True, "no": False, "fails": None}[theirs]


@pytest.mark.parametrize("row", FIELDS, ids=lambda row: row.cells[0])
def test_it_documents_segments_result_of_a_template(segment, row):
    template, event, ours, theirs, _ = row.cells
    assert ours != theirs
    assert segment.resolve(json.loads(template), json.loads(event)) == value(theirs)


@pytest.mark.parametrize("row", rows("fields.md", "Template", "Gives"), ids=lambda row: row.cells[0])
def test_it_returns_the_same_in_segment_for_other_examples(segment, row):
    template, result = row.cells
    theirs = segment.resolve(json.loads(template), row.event)
    if result == "fails":
        assert isinstance(theirs, Exception)
    else:
        assert json.dumps(theirs, sort_keys=True) == json.dumps(value(result), sort_keys=True)
