"""A mapping described in words, for users who can't change it."""

from html import unescape

import pytest
from django.utils.html import strip_tags

from fullstory_dest import fql
from fullstory_dest.admin.mappings.editor_labels import EDITOR_WORDS
from fullstory_dest.admin.mappings.summary import fields_in_words, trigger_in_words, value_in_words
from fullstory_dest.catalog import PRESETS
from fullstory_dest.models import Mapping
from tests.admin.pages import text, url
from tests.factories import a_mapping


def read(html: str) -> str:
    """The text as a screen reader reads it."""
    return " ".join(unescape(strip_tags(html.replace("<li>", " - ").replace("</ul>", " . "))).split())


@pytest.mark.parametrize(
    ("trigger", "told"),
    [
        ('type = "track"', 'Event type is "track"'),
        ('!(event in ["a", "b"])', 'Not Event name is one of "a", "b"'),
        (
            'type = "track" and (properties.price > 100 or !!match(traits["a.b"], "x*"))',
            'All of these match - Event type is "track" - Any of these match '
            '- Property price is greater than 100 - Not Trait ["a.b"] does not start with "x" . .',
        ),
        ('!!(lowercase(event) = "a")', 'Not ×2 lowercase(event) = "a"'),  # noqa: RUF001
        ("userId != null", "Any field userId exists"),
        ("context.page.path = null", "Context page.path does not exist"),
        ('lowercase(event) = "<b>"', 'lowercase(event) = "<b>"'),
    ],
)
def test_it_describes_a_trigger(trigger, told):
    assert read(trigger_in_words(fql.builder_rows(fql.parse(trigger)), EDITOR_WORDS)) == told


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ({"@path": "$.event"}, "Event variable $.event"),
        ("<i>", "Text <i>"),
        (None, "Null"),
        (False, "True or false false"),
        (1.5, "Number 1.5"),
        ({"a": [1]}, "Object - a List - item 1 Number 1 . ."),
        (
            {"@if": {"exists": {"@path": "$.a"}, "then": {"@path": "$.a"}, "else": "x"}},
            "First that exists - item 1 Event variable $.a - item 2 Text x .",
        ),
        (
            {"@if": {"blank": {"@path": "$.a"}, "then": 1}},
            "Conditional - is not blank Event variable $.a - then Number 1 .",
        ),
        (
            {"@case": {"operator": "upper", "value": {"@path": "$.a"}}},
            "Upper or lower case - to UPPER CASE - of Event variable $.a .",
        ),
        (
            {"@arrayPath": ["$.products", {"id": {"@path": "$.sku"}}]},
            "List of objects $.products - each item Object - id Event variable $.sku . .",
        ),
        ({"@liquid": 5}, 'JSON {"@liquid": 5}'),
        ({"@new": {}}, 'JSON {"@new": {}}'),
        ({"@path": "$.a", "_metadata": {}}, 'JSON {"@path": "$.a", "_metadata": {}}'),
    ],
)
def test_it_describes_a_value(value, told):
    assert read(value_in_words(value, EDITOR_WORDS)) == told


@pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.action.key)
def test_it_lists_every_field_of_an_action(preset):
    told = fields_in_words(preset.action, {**preset.fields, "more": 1}, EDITOR_WORDS)
    assert [field.key for field in told] == [*(field.key for field in preset.action.fields), "more"]
    assert not any("JSON" in field.value for field in told)


@pytest.mark.django_db
def test_it_shows_unreadable_parts_as_text(viewer):
    mapping = a_mapping()
    deep = "(" * 2000
    fields = {"name": 1}
    for _level in range(31):
        fields = {"properties": fields}
    Mapping.objects.filter(pk=mapping.pk).update(trigger=deep, fields=fields)
    page = text(viewer.get(url("mapping", "change", mapping.pk)))
    assert "This trigger is invalid." in page
    assert deep in page
    assert page.count("Object") >= 30


def test_it_describes_a_deep_trigger():
    trigger = 'type = "a"'
    for level in range(90):
        trigger = f'({trigger} {"or" if level % 2 else "and"} event = "b")'
    assert "type" in trigger_in_words(fql.builder_rows(fql.parse(trigger)), EDITOR_WORDS)
