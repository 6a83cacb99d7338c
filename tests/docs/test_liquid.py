"""Every example in docs/liquid.md gives what the page says."""

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

#: In a table a bar is escaped, and no cell has two lines.
WRITTEN = {"\\|": "|", "⏎": "\n", "⇥": "\t"}


def examples(*header):
    """The rows of such tables, as they are meant."""
    for row in rows(PAGE, *header):
        cells = [re.sub(r"\\\||[⏎⇥]", lambda found: WRITTEN[found[0]], cell) for cell in row.cells]
        yield row._replace(cells=cells)


TABLES = {
    kind: list(examples(kind, what, "Template", "Gives"))
    for kind, what in [
        ("Value", "Does"),
        ("Operator", "Does"),
        ("Rule", "Does"),
        ("Tag", "Does"),
        ("Mark", "Does"),
        ("Filter", "Does"),
        ("Code", "Is"),
    ]
}
EXAMPLES = [row for table in TABLES.values() for row in table]
MISTAKES = list(examples("Not a template", "At", "Message"))
DIFFERENCES = list(examples("Template", "Event", "Here", "There"))


def assert_gives(template, event, result):
    given = resolve({"@liquid": template}, event)
    if result == "*fails*":
        assert isinstance(given, Exception)
    else:
        # Some engines have a narrow space where others have a space.
        assert given.replace("\u202f", " ") == ("" if result == "*empty*" else result)


@pytest.mark.parametrize("row", EXAMPLES, ids=lambda row: row.cells[2])
def test_an_example_gives_what_the_page_says(row):
    _, _, template, result = row.cells
    if "date" in template:
        zone = resolve({"@liquid": "{{ 0 | date: '%c %Z' }}"}, {}).replace("\u202f", " ")
        needs(zone == "1/1/1970, 12:00:00 AM UTC", "UTC and English, for the examples with dates")
    assert_gives(template, row.event, result)


def test_a_template_of_many_lines_gives_what_the_page_says():
    found = re.findall(r"```liquid\n(.*?)\n```\n\ngives\n\n```text\n(.*?)\n```", TEXT, re.DOTALL)
    assert found
    for template, result in found:
        assert_gives(template, EXAMPLES[0].event, result)


@pytest.mark.parametrize("row", MISTAKES, ids=lambda row: row.cells[0])
def test_a_mistake_has_the_position_and_the_message_that_the_page_says(row):
    template, position, message, _ = row.cells
    [problem] = mapping_kit.check({"@liquid": template})
    assert problem.position == int(position)
    assert problem.message.splitlines()[0] == message


@pytest.mark.parametrize("row", MISTAKES, ids=lambda row: row.cells[0])
def test_a_mistake_gives_there_what_the_page_says(segment, row):
    template, _, _, there = row.cells
    theirs = segment.resolve({"@liquid": template}, row.event)
    assert there == ("*fails*" if isinstance(theirs, Exception) else theirs or "*empty*")


@pytest.mark.parametrize("row", DIFFERENCES, ids=lambda row: row.cells[0])
def test_a_difference_is_what_the_page_says(segment, row):
    template, event, here, there, _ = row.cells
    assert_gives(template, json.loads(event), here)
    theirs = segment.resolve({"@liquid": template}, json.loads(event))
    assert there == ("*fails*" if isinstance(theirs, Exception) else theirs)


def test_every_other_example_gives_the_same_there(segment):
    for row in EXAMPLES:
        template, result = row.cells[2:]
        if "case" in template or "sample" in template:
            continue
        theirs = segment.resolve({"@liquid": template}, row.event)
        assert isinstance(theirs, Exception) == (result == "*fails*"), template
        if result != "*fails*":
            assert theirs == resolve({"@liquid": template}, row.event), template


def test_the_page_has_a_sentence_and_an_example_of_every_tag_and_filter():
    for kind, names in (("Tag", TAGS), ("Filter", FILTERS)):
        told = {row.cells[0]: row for row in TABLES[kind] if row.cells[0]}
        assert told.keys() == set(names)
        for name, row in told.items():
            assert row.cells[1].endswith("."), name
            assert name in row.cells[2], name
    assert len(EXAMPLES) > 150


def test_the_page_names_what_is_refused():
    for name in REFUSED_FILTERS | REFUSED_TAGS.keys():
        assert f"`{name}`" in TEXT, name
