"""Every example in docs/liquid.md returns what the page documents."""

import json
import re

import pytest

from fullstory_dest import mapping_kit
from fullstory_dest.mapping_kit.liquid.vocabulary import FILTERS, REFUSED_FILTERS, REFUSED_TAGS, TAGS
from tests.docs.examples import DOCS, rows
from tests.parity.conftest import resolve
from tests.requirements import needs

PAGE = "liquid.md"
TEXT = (DOCS / PAGE).read_text("utf-8")


def examples(*header):
    """The rows of the tables with this header. Tables escape bars."""
    for row in rows(PAGE, *header):
        yield row._replace(cells=[cell.replace("\\|", "|") for cell in row.cells])


EXAMPLES = list(examples("Rule", "Template", "Gives"))
MISTAKES = list(examples("Invalid template", "At", "Message"))
DIFFERENCES = list(examples("Template", "Event", "Here", "Segment"))


def assert_gives(template, event, result):
    given = resolve({"@liquid": template}, event)
    if result == "*fails*":
        assert isinstance(given, Exception)
    else:
        # Some engines print a narrow space where others print a space.
        assert given.replace("\u202f", " ") == ("" if result == "*empty*" else result)


@pytest.mark.parametrize("row", EXAMPLES, ids=lambda row: row.cells[1])
def test_it_gives_the_result_of_an_example(row):
    _, template, result = row.cells
    if "date" in template:
        zone = resolve({"@liquid": "{{ 0 | date: '%c %Z' }}"}, {}).replace("\u202f", " ")
        needs(zone == "1/1/1970, 12:00:00 AM UTC", "UTC and English, for the examples with dates")
    assert_gives(template, row.event, result)


@pytest.mark.parametrize("row", MISTAKES, ids=lambda row: row.cells[0])
def test_it_refuses_a_template_with_position_and_message(row):
    template, position, message, _ = row.cells
    [problem] = mapping_kit.check({"@liquid": template})
    assert problem.position == int(position)
    assert problem.message.splitlines()[0] == message


@pytest.mark.parametrize("row", MISTAKES, ids=lambda row: row.cells[0])
def test_it_names_the_result_of_liquidjs_for_an_error(segment, row):
    template, _, _, there = row.cells
    theirs = segment.resolve({"@liquid": template}, row.event)
    assert there == ("*fails*" if isinstance(theirs, Exception) else theirs or "*empty*")


@pytest.mark.parametrize("row", DIFFERENCES, ids=lambda row: row.cells[0])
def test_it_differs_from_segment_as_documented(segment, row):
    template, event, here, there, _ = row.cells
    assert_gives(template, json.loads(event), here)
    theirs = segment.resolve({"@liquid": template}, json.loads(event))
    assert there == ("*fails*" if isinstance(theirs, Exception) else theirs)


def test_it_returns_the_same_in_segment_otherwise(segment):
    for row in EXAMPLES:
        _, template, result = row.cells
        if "case" in template:
            continue
        theirs = segment.resolve({"@liquid": template}, row.event)
        assert isinstance(theirs, Exception) == (result == "*fails*"), template
        if result != "*fails*":
            assert theirs == resolve({"@liquid": template}, row.event), template


def test_it_lists_every_tag_and_filter():
    _, supported, _rest = re.split("^## .*$", TEXT, maxsplit=2, flags=re.MULTILINE)
    table, *refused = re.split("^Refused ", supported, flags=re.MULTILINE)
    assert set(re.findall("`([^`]+)`", table)) == {*TAGS, *FILTERS}
    assert set(re.findall("`([^`]+)`", "".join(refused))) == {*REFUSED_TAGS, *REFUSED_FILTERS}
    assert len(EXAMPLES) > 20, "the examples are found"
