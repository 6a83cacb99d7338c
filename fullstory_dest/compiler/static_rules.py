"""What a mapping says for certain, and FullStory can never accept: refused when a mapping is saved.

What depends on the event, and what FullStory only changes (a missing type suffix, a list of objects), is for the
runtime to tell in preview and debug mode: ``runtime/core/rules.js``. ``docs/fullstory-rules.md`` has every rule.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any, Final, TypeAlias

from fullstory_dest.catalog import Action
from fullstory_dest.compiler.static_values import (
    ANYTHING,
    ARRAY,
    BOOLEAN,
    NOTHING,
    NULL,
    NUMBER,
    OBJECT,
    TEXT,
    StaticValue,
    static_values,
)
from fullstory_dest.mapping_kit.paths import JAVASCRIPT_SPACE
from fullstory_dest.problem import Problem

MAXIMUM_EVENT_NAME: Final = 250
MAXIMUM_UID: Final = 256

Rule: TypeAlias = Callable[[StaticValue], Iterable[Problem]]

_legal_name = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,511}")
_type_suffix = re.compile(r"_(str|int|real|bool|date)(s?)\Z")
_iso_date = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]+)?)?(Z|[+-][0-9]{2}:?[0-9]{2})?)?"
)
_types = {
    "str": "text",
    "int": "a whole number",
    "real": "a number",
    "bool": "true or false",
    "date": "a date in ISO 8601",
}

#: What the actions for users set themselves, over traits of these names.
_set_besides = {"displayName", "email", "segmentAnonymousId", "segmentAnonymousId_str"}


def check_static_values(action: Action, fields: dict[str, Any], *, tidies: bool) -> Iterator[Problem]:
    """What FullStory rejects of an action's fields, whatever the event.

    The fields are a template without other problems. With ``tidies``, the destination makes property names legal.
    """
    for field in action.fields:
        alternatives = static_values(fields.get(field.key), (field.key,)).alternatives
        if field.key == "name":
            # Where nothing comes of a branch, no event is sent.
            yield from _rejected(
                [each for each in alternatives if not _is_blank(each)] or alternatives, _check_event_name
            )
        elif field.key == "userId":
            yield from _rejected(alternatives, _check_uid)
        elif field.type == "object":
            yield from _rejected(alternatives, _PropertyRules(action, tidies).check_field)


def _rejected(alternatives: Iterable[StaticValue], rule: Rule) -> Iterator[Problem]:
    """What a rule says against alternatives, if it says something against each of them."""
    found = [list(rule(alternative)) for alternative in alternatives]
    if all(found):
        for problems in found:
            yield from problems


def _is_blank(alternative: StaticValue) -> bool:
    return alternative.kind in (NULL, NOTHING) or alternative.value == ""


def _check_event_name(name: StaticValue) -> Iterator[Problem]:
    if _is_blank(name):
        yield Problem(name.place, "FullStory rejects events without a name: this one is empty")
    elif name.kind not in (TEXT, ANYTHING):
        yield Problem(name.place, f"FullStory rejects events whose name is not text: this one is {name.kind}")
    elif name.least > MAXIMUM_EVENT_NAME:
        rejected = f"FullStory rejects event names of more than {MAXIMUM_EVENT_NAME} characters"
        yield Problem(name.place, f"{rejected}: this one has {_length(name)}")


def _check_uid(uid: StaticValue) -> Iterator[Problem]:
    if uid.kind in (ARRAY, OBJECT) or (uid.kind in (NUMBER, BOOLEAN) and uid.value):
        yield Problem(uid.place, f"FullStory rejects user ids that are not text: this one is {uid.kind}")
    elif uid.least > MAXIMUM_UID:
        rejected = f"FullStory rejects user ids of more than {MAXIMUM_UID} characters"
        yield Problem(uid.place, f"{rejected}: this one has {_length(uid)}")
    elif isinstance(uid.value, str) and uid.value and not uid.value.strip(JAVASCRIPT_SPACE):
        yield Problem(uid.place, "FullStory rejects blank user ids: this one has nothing but spaces")


@dataclass(frozen=True, slots=True)
class _PropertyRules:
    """What FullStory rejects of the properties that an action sends."""

    action: Action
    tidies: bool

    def check_field(self, value: StaticValue) -> Iterator[Problem]:
        if value.kind == OBJECT:
            yield from self.check_object(value, is_user=self.action.key.startswith("identifyUser"))
        elif value.kind not in (NULL, NOTHING, ANYTHING):
            yield Problem(value.place, f"expected an object, but this gives {value.kind}")

    def check_object(self, value: StaticValue, *, is_user: bool = False) -> Iterator[Problem]:
        # The legacy action camel-cases the names of a user's properties, and several may come to one.
        renames = is_user and self.action.api == 1
        names = [str(name) for name in value.parts]
        typed = self.action.api == 1 and not (renames and _may_come_to_one(names))
        for name, part in zip(names, value.parts.values(), strict=True):
            if (is_user and name in _set_besides) or all(each.kind == NOTHING for each in part.alternatives):
                continue
            if not (renames or self.tidies or _legal_name.fullmatch(name)):
                yield Problem(part.place, _wrong_name(name), of_key=True)
            suffix = _type_suffix.search(name) if typed else None
            yield from _rejected(part.alternatives, partial(self.check_property, suffix))

    def check_property(self, suffix: re.Match[str] | None, value: StaticValue) -> Iterator[Problem]:
        if suffix and not _fits(value, *suffix.groups()):
            wanted = f"a list, each item {_types[suffix[1]]}" if suffix[2] else _types[suffix[1]]
            rejected = f"FullStory rejects a property that ends in {suffix[0]} and is not {wanted}"
            yield Problem(value.place, f"{rejected}: this one is {_describe_value(value)}")
        if value.kind == OBJECT:
            yield from self.check_object(value)


def _wrong_name(name: str) -> str:
    if not name:
        return "FullStory rejects a property without a name: name it or remove it"
    return (
        f"FullStory rejects a property of this name, {_short(name)}: it takes letters from A to Z, digits, _ and -, a "
        "letter first and 512 characters at most. Choose another one, or turn on "
        '"Tidy property names" in the destination'
    )


def _may_come_to_one(names: list[str]) -> bool:
    letters = {re.sub("[_-]", "", name).lower() for name in names}
    return len(letters) < len(names) or not all(map(_legal_name.fullmatch, names))


def _fits(value: StaticValue, type: str, plural: str = "") -> bool:
    """Whether a property's value may be of the type that its name says. Null has none, and is not rejected for it."""
    if value.kind in (NULL, NOTHING):
        return True
    if plural and value.kind != ANYTHING:
        items = value.parts.values()
        return value.kind == ARRAY and all(
            any(_is(each, type) for each in item.alternatives) for item in items
        )
    return _is(value, type)


def _is(value: StaticValue, type: str) -> bool:
    """The same of text, a number, or true or false."""
    if value.kind == ANYTHING:
        return True
    match type:
        case "str":
            return value.kind == TEXT
        case "bool":
            return value.kind == BOOLEAN
        case "date":
            return value.kind == TEXT and (value.value is None or bool(_iso_date.fullmatch(str(value.value))))
    return value.kind == NUMBER and (type == "real" or float(value.value or 0).is_integer())


def _length(text: StaticValue) -> str:
    return f"{'at least ' if text.value is None else ''}{text.least}"


def _describe_value(value: StaticValue) -> str:
    return value.kind if value.value is None else _short(value.value)


def _short(value: str | float | bool) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 42 else f"{text[:40]}..."
