"""What a mapping says word for word, and FullStory can never accept: refused when a mapping is saved.

What depends on the event, and what FullStory only changes (a missing type suffix, a list of objects), is for the
runtime to tell in preview and debug mode: ``runtime/core/rules.js``. ``docs/fullstory-rules.md`` has every rule.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final, TypeAlias

from fullstory_dest.catalog import Action
from fullstory_dest.problem import Problem, describe

MAXIMUM_EVENT_NAME: Final = 250

_legal_name = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,511}")
_wrong_name = (
    "FullStory rejects a property of this name: it takes letters from A to Z, digits, _ and -, a letter first and 512 "
    'characters at most. Choose another one, or turn on "Tidy property names" in the destination'
)

_Place: TypeAlias = tuple[str | int, ...]


def check_literals(action: Action, fields: dict[str, Any], *, tidies: bool) -> Iterator[Problem]:
    """The event names and property names in an action's fields that FullStory rejects whatever the event.

    The fields are a template without other problems. With ``tidies``, the destination makes property names legal.
    """
    for field in action.fields:
        if field.key == "name":
            yield from _check_event_name(fields.get("name"))
        elif field.type == "object" and not tidies:
            # This action camel-cases the names of traits.
            below = action.key == "identifyUser"
            yield from _check_property_names(fields.get(field.key), (field.key,), only_below=below)


def _check_event_name(template: Any) -> Iterator[Problem]:
    for path, name, sometimes in _outcomes(template, ("name",)):
        if isinstance(name, str) and len(name) > MAXIMUM_EVENT_NAME:
            found = f"this one has {len(name)}"
            yield Problem(
                path, f"FullStory rejects event names of more than {MAXIMUM_EVENT_NAME} characters: {found}"
            )
        elif sometimes and not name:
            # A branch that gives nothing: the mapping says nothing then.
            continue
        elif not isinstance(name, str):
            yield Problem(
                path, f"FullStory rejects events whose name is not text: this one is {describe(name)}"
            )
        elif not name:
            yield Problem(path, "FullStory rejects events without a name: this one is empty")


def _check_property_names(template: Any, path: _Place, *, only_below: bool = False) -> Iterator[Problem]:
    for place, value, _ in _outcomes(template, path):
        if not isinstance(value, dict):
            continue
        for name, part in value.items():
            if not only_below and not _legal_name.fullmatch(name):
                yield Problem((*place, name), _wrong_name)
            # Lists may hold objects, but FullStory does not look at those.
            yield from _check_property_names(part, (*place, name))


def _outcomes(template: Any, path: _Place, sometimes: bool = False) -> Iterator[tuple[_Place, Any, bool]]:
    """What a template gives that is written in it: where it stands, what, and whether that depends on a condition."""
    directive = (
        next((key for key in template if key.startswith("@")), "") if isinstance(template, dict) else ""
    )
    if not directive:
        yield path, template, sometimes
        return
    inside, path = template[directive], (*path, directive)
    match directive:
        case "@literal" | "@excludeWhenNull":
            yield from _outcomes(inside, path, sometimes)
        case "@case":
            yield from _part(inside, "value", path, sometimes)
        case "@template" if "{{" not in inside:
            yield path, inside, sometimes
        case "@if":
            yield from _part(inside, "then", path, True)
            yield from _part(inside, "else", path, True)
        case "@transform":
            yield from _part(inside, "mapping", path, sometimes)
        case "@merge":
            for index, part in enumerate(inside["objects"]):
                yield from _outcomes(part, (*path, "objects", index), sometimes)


def _part(
    options: dict[str, Any], key: str, path: _Place, sometimes: bool
) -> Iterator[tuple[_Place, Any, bool]]:
    if key in options:
        yield from _outcomes(options[key], (*path, key), sometimes)
