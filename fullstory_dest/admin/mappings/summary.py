"""Readable HTML of triggers and fields, with the labels of the editor."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from fullstory_dest import fql
from fullstory_dest.admin.base.labels import field_label
from fullstory_dest.catalog import Action
from fullstory_dest.compiler.check import differs_in_segment
from fullstory_dest.fql.builder_rows import Node
from fullstory_dest.models import Mapping

INACTIVE_REASON_LABELS: Final[dict[str, str | Promise]] = {
    "disabled": gettext_lazy("Disabled"),
    "destination": gettext_lazy("Its destination is disabled"),
    "trigger": gettext_lazy("The trigger is invalid"),
    "contradiction": gettext_lazy("Never runs: its conditions contradict each other"),
    "type": gettext_lazy("Never runs: this event type doesn't exist"),
}

#: The fields of an event that the builder names alone, and those that it names together with a key.
ALONE: Final = ("type", "event")
WITH_NAME: Final = ("properties", "traits", "context")

Words = dict[str, Any]


@dataclass(frozen=True, slots=True)
class FieldInWords:
    """A field of an action, and its readable value."""

    key: str
    label: str
    value: SafeString


def trigger_text_in_words(text: str, words: Words) -> SafeString | None:
    """Readable markup of a trigger, or None if it can't be parsed."""
    try:
        return trigger_in_words(fql.builder_rows(fql.parse(text)), words)
    except fql.FQLError:
        return None


def trigger_in_words(node: Node, words: Words) -> SafeString:
    """Readable markup of a trigger's tree (``fql.builder_rows``), as nested lists."""
    if node["kind"] in ("all", "any"):
        items = format_html_join(
            "", "<li>{}</li>", ((trigger_in_words(item, words),) for item in node["items"])
        )
        return format_html(
            '{}<b>{}</b> {}<ul class="fsd-nested">{}</ul>',
            _negation(node, words),
            words["groups"][node["kind"]],
            words["are_true"],
            items,
        )
    if node["kind"] == "raw":
        return format_html("{}<code>{}</code>", _negation(node, words), node["text"])
    return format_html("{}{}", _negation(node, words), _condition(node, words))


def described_trigger(trigger: str, words: Words) -> SafeString:
    """Readable markup of a trigger, or its text if it can't be parsed."""
    return trigger_text_in_words(trigger, words) or format_html("<code>{}</code>", trigger)


def clipped_trigger(mapping: Mapping) -> SafeString:
    """The start of a trigger, with a badge if Segment's client evaluates it differently."""
    clipped = format_html(
        '<code class="fsd-clip" title="{}">{}</code>', mapping.trigger, Truncator(mapping.trigger).chars(80)
    )
    found = differs_in_segment(mapping.trigger)
    if not found:
        return clipped
    badge = format_html(
        '<span class="fsd-badge" title="{}">{}</span>', " ".join(found), _("different in Segment's client")
    )
    return format_html("{} {}", clipped, badge)


def _negation(node: Node, words: Words) -> SafeString | str:
    times = node.get("not", 0)
    if not times:
        return ""
    return format_html("<b>{}</b> ", words["not"] if times == 1 else f"{words['not']} ×{times}")  # noqa: RUF001


def _condition(node: Node, words: Words) -> SafeString:
    keys, operator = node["path"], node["operator"]
    kind, name = "other", keys
    if len(keys) == 1 and keys[0] in ALONE:
        kind, name = keys[0], []
    elif len(keys) > 1 and keys[0] in WITH_NAME:
        kind, name = keys[0], keys[1:]
    values = [] if operator in ("exists", "does_not_exist") else node["value"]
    return format_html(
        "{} {}{} {}",
        words["kinds"][kind],
        format_html("<code>{}</code> ", _path(name)) if name else "",
        words["operators"][operator],
        _codes(values if isinstance(values, list) else [values]),
    )


def _path(keys: list[str]) -> str:
    """The keys joined by dots, with keys that contain dots or brackets in brackets."""
    text = ""
    for key in keys:
        if key == "" or re.search(r"[.\[\]]", key):
            text += f"[{json.dumps(key, ensure_ascii=False)}]"
        else:
            text += f".{key}" if text else key
    return text


def _codes(values: Iterable[Any]) -> SafeString:
    """Values separated by commas, with text in quotes."""
    texts = (f'"{each}"' if isinstance(each, str) else json.dumps(each) for each in values)
    return format_html_join(", ", "<code>{}</code>", ((text,) for text in texts))


def fields_in_words(action: Action | None, fields: dict[str, Any], words: Words) -> list[FieldInWords]:
    """The fields of an action in its order, followed by fields that it doesn't have."""
    known = {field.key: _(field.label) for field in action.fields} if action else {}
    labels = {**known, **{key: key for key in fields if key not in known}}
    absent = format_html('<span class="fsd-muted">{}</span>', words["values"]["absent"])
    return [
        FieldInWords(key, label, value_in_words(fields[key], words) if key in fields else absent)
        for key, label in labels.items()
    ]


def field_rows(fields: dict[str, Any], words: Words) -> Iterator[tuple[str, str]]:
    """The label and readable value of each field, as rows of a ``definition_list``."""
    for key, value in fields.items():
        label = format_html('{} <code class="fsd-muted">{}</code>', field_label(key), key)
        yield label, value_in_words(value, words)


def definition_list(rows: Iterable[tuple[str, str]]) -> SafeString:
    """A definition list of labels and values."""
    items = format_html_join("", '<dt class="fsd-field-label">{}</dt><dd>{}</dd>', rows)
    return format_html('<dl class="fsd-field-list">{}</dl>', items)


def value_in_words(value: Any, words: Words) -> SafeString:
    """Readable markup of a field's value: its kind and content, as nested lists."""
    match value:
        case None:
            return _kind("null", words)
        case bool():
            return _kind("boolean", words, value)
        case int() | float():
            return _kind("number", words, value)
        case str():
            return _kind("text", words, value)
        case list():
            parts = [(words["item"] % {"number": number}, each) for number, each in enumerate(value, 1)]
            return _kind("list", words, parts=parts)
        case dict() if not any(key.startswith("@") for key in value):
            return _kind("object", words, parts=list(value.items()))
        case dict() if len(value) == 1:
            [(key, inner)] = value.items()
            return _directive(key[1:], inner, words) or _kind("fragment", words, value)
    return _kind("fragment", words, value)


def _directive(name: str, inner: Any, words: Words) -> SafeString | None:
    """Readable markup of a directive, or None if the form can't show it."""
    match name, inner:
        case (("path" | "template" | "liquid"), str()):
            return _kind(name, words, inner)
        case "literal", _any:
            return _kind(name, words, inner)
        case "excludeWhenNull", _any:
            return _kind(name, words, parts=[("", inner)])
        case "arrayPath", [str(path), dict(shape)]:
            return _kind(name, words, path, [(words["options"]["shape"], shape)])
        case "if", dict():
            if coalesced := _coalesced(inner):
                parts = [
                    (words["item"] % {"number": number}, each) for number, each in enumerate(coalesced, 1)
                ]
                return _kind("coalesce", words, parts=parts)
            return _kind(name, words, parts=_options(inner, {**words["options"], **words["conditions"]}))
        case _, dict() if name in words["values"]:
            return _kind(name, words, parts=_options(inner, words["options"]), choices=words["choices"])
    return None


def _options(values: dict[str, Any], labels: dict[str, str]) -> list[tuple[str, Any]]:
    return [(labels.get(key, key), value) for key, value in values.items()]


def _coalesced(condition: dict[str, Any]) -> list[Any]:
    """The values of "First that exists": nested conditions that each return the value they test."""
    if list(condition) != ["exists", "then", "else"] or condition["exists"] != condition["then"]:
        return []
    match condition["else"]:
        case {"@if": dict(further)} if rest := _coalesced(further):
            return [condition["then"], *rest]
    return [condition["then"], condition["else"]]


def _kind(
    kind: str,
    words: Words,
    held: Any = None,
    parts: Iterable[tuple[str, Any]] = (),
    choices: dict[str, str] | None = None,
) -> SafeString:
    """The label of a kind of value with its content: text, or labeled values. ``choices`` label texts."""
    shown = "" if held is None else held if isinstance(held, str) else json.dumps(held, ensure_ascii=False)
    items = [
        (
            format_html('<span class="fsd-muted">{}</span> ', label) if label else "",
            choices[part]
            if choices and isinstance(part, str) and part in choices
            else value_in_words(part, words),
        )
        for label, part in parts
    ]
    return format_html(
        '<span class="fsd-value-kind">{}</span>{}{}',
        words["values"][kind],
        format_html(" <code>{}</code>", shown) if held is not None else "",
        format_html('<ul class="fsd-nested">{}</ul>', format_html_join("", "<li>{}{}</li>", items))
        if items
        else "",
    )
