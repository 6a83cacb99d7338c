"""Rules for mappings that FullStory would always reject. Saving refuses such mappings.

If it depends on the event, or if FullStory only changes a value (a missing type suffix, a list of objects), the runtime
reports it in previews and debug mode (``runtime/core/rules.js``). ``docs/fullstory-rules.md`` has all rules.
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

#: Properties that the actions for users set themselves, which overwrite traits of the same names.
_set_besides = {"displayName", "email", "segmentAnonymousId", "segmentAnonymousId_str"}


def check_static_values(action: Action, fields: dict[str, Any], *, tidies: bool) -> Iterator[Problem]:
    """Yield the problems of an action's fields that FullStory rejects for all events.

    The fields are a template without other problems. With ``tidies``, the destination renames invalid properties.
    """
    for field in action.fields:
        alternatives = static_values(fields.get(field.key), (field.key,)).alternatives
        if field.key == "name":
            # A branch without a value doesn't send an event.
            yield from _rejected(
                [each for each in alternatives if not _is_blank(each)] or alternatives, _check_event_name
            )
        elif field.key == "userId":
            yield from _rejected(alternatives, _check_uid)
        elif field.type == "object":
            yield from _rejected(alternatives, _PropertyRules(action, tidies).check_field)


def _rejected(alternatives: Iterable[StaticValue], rule: Rule) -> Iterator[Problem]:
    """Yield the problems that a rule finds, if it finds problems in all alternatives."""
    found = [list(rule(alternative)) for alternative in alternatives]
    if all(found):
        for problems in found:
            yield from problems


def _is_blank(alternative: StaticValue) -> bool:
    return alternative.kind in (NULL, NOTHING) or alternative.value == ""


def _check_event_name(name: StaticValue) -> Iterator[Problem]:
    if _is_blank(name):
        yield Problem(name.place, "FullStory rejects events without a name")
    elif name.kind not in (TEXT, ANYTHING):
        yield Problem(name.place, f"FullStory rejects event names that aren't text; this is {name.kind}")
    elif name.least > MAXIMUM_EVENT_NAME:
        rejected = f"FullStory rejects event names of more than {MAXIMUM_EVENT_NAME} characters"
        yield Problem(name.place, f"{rejected}; this has {_length(name)}")


def _check_uid(uid: StaticValue) -> Iterator[Problem]:
    if uid.kind in (ARRAY, OBJECT) or (uid.kind in (NUMBER, BOOLEAN) and uid.value):
        yield Problem(uid.place, f"FullStory rejects user IDs that aren't text; this is {uid.kind}")
    elif uid.least > MAXIMUM_UID:
        rejected = f"FullStory rejects user IDs of more than {MAXIMUM_UID} characters"
        yield Problem(uid.place, f"{rejected}; this has {_length(uid)}")
    elif isinstance(uid.value, str) and uid.value and not uid.value.strip(JAVASCRIPT_SPACE):
        yield Problem(uid.place, "FullStory rejects blank user IDs; this has only spaces")


@dataclass(frozen=True, slots=True)
class _PropertyRules:
    """Rules for the properties that an action sends."""

    action: Action
    tidies: bool

    def check_field(self, value: StaticValue) -> Iterator[Problem]:
        if value.kind == OBJECT:
            yield from self.check_object(value, is_user=self.action.key.startswith("identifyUser"))
        elif value.kind not in (NULL, NOTHING, ANYTHING):
            yield Problem(value.place, f"expected an object, found {value.kind}")

    def check_object(self, value: StaticValue, *, is_user: bool = False) -> Iterator[Problem]:
        # The legacy action converts the names of user properties to camel case, which can make them equal.
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
            rejected = f"FullStory rejects properties that end in {suffix[0]} and aren't {wanted}"
            yield Problem(value.place, f"{rejected}; this is {_describe_value(value)}")
        if value.kind == OBJECT:
            yield from self.check_object(value)


def _wrong_name(name: str) -> str:
    if not name:
        return "FullStory rejects properties without a name; name it or remove it"
    return (
        f"FullStory rejects the property name {_short(name)}; start with a letter and use only A-Z, a-z, 0-9, _ and -, "
        'or turn on "Tidy property names"'
    )


def _may_come_to_one(names: list[str]) -> bool:
    letters = {re.sub("[_-]", "", name).lower() for name in names}
    return len(letters) < len(names) or not all(map(_legal_name.fullmatch, names))


def _fits(value: StaticValue, type: str, plural: str = "") -> bool:
    """Return whether a property's value can have the type of its suffix. Null is accepted for all types."""
    if value.kind in (NULL, NOTHING):
        return True
    if plural and value.kind != ANYTHING:
        items = value.parts.values()
        return value.kind == ARRAY and all(
            any(_is(each, type) for each in item.alternatives) for item in items
        )
    return _is(value, type)


def _is(value: StaticValue, type: str) -> bool:
    """Return whether a value can be text, a number, or a boolean of this type."""
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
