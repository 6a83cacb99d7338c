"""Static analysis of the values of templates, independent of events.

Templates aren't evaluated here; the runtime does that. Directives are followed only if their result is certain, and can
otherwise be anything. So the results hold for all events, but might be incomplete.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final, TypeAlias

from fullstory_dest import mapping_kit
from fullstory_dest.mapping_kit.limits import check_limits
from fullstory_dest.mapping_kit.validators import is_truthy
from fullstory_dest.problem import describe

Place: TypeAlias = tuple[str | int, ...]

# The same names of JSON types as in `describe`.
TEXT: Final = describe("")
NUMBER: Final = describe(0)
BOOLEAN: Final = describe(True)
NULL: Final = describe(None)
ARRAY: Final = describe([])
OBJECT: Final = describe({})
NOTHING: Final = "nothing"
ANYTHING: Final = "anything"


@dataclass(frozen=True, slots=True)
class StaticValue:
    """A possible value of a template. ``place`` is the path to its source in the fields.

    Text has at least ``least`` characters. ``value`` is set for numbers, booleans, and text that is the same for all
    events. ``parts`` has the items of an array, or the known properties of an object.
    """

    place: Place
    kind: str
    value: str | float | bool | None = None
    least: int = 0
    parts: Mapping[str | int, StaticValues] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class StaticValues:
    """All possible values of the template at a place. Both branches of an ``@if`` have alternatives."""

    place: Place
    alternatives: tuple[StaticValue, ...]


def static_values(template: Any, place: Place = ()) -> StaticValues:
    """Return the possible values of a template without problems, at a place in the fields."""
    name = next((key for key in template if key.startswith("@")), "") if isinstance(template, dict) else ""
    if not name:
        parts = {key: static_values(part, (*place, key)) for key, part in _parts(template)}
        return StaticValues(place, (_written(template, place, parts),))
    follow = _directives.get(name, _follow_nothing)
    return StaticValues(place, tuple(follow(template[name], (*place, name))))


def _certain_data(value: Any, place: Place) -> StaticValues:
    """Return the value of JSON data that isn't a template and whose source is text at one place."""
    parts = {key: _certain_data(part, place) for key, part in _parts(value)}
    return StaticValues(place, (_written(value, place, parts),))


def _parts(value: Any) -> Iterable[tuple[Any, Any]]:
    if isinstance(value, list):
        return enumerate(value)
    return value.items() if isinstance(value, dict) else ()


def _written(value: Any, place: Place, parts: dict[str | int, StaticValues]) -> StaticValue:
    if isinstance(value, list | dict):
        return StaticValue(place, describe(value), parts=parts)
    return StaticValue(place, describe(value), value, least=len(value) if isinstance(value, str) else 0)


def _unknown(place: Place) -> StaticValues:
    return StaticValues(place, (StaticValue(place, ANYTHING),))


# One function per directive, with the value under its key and the path to that.


def _follow_nothing(_: Any, place: Place) -> Iterator[StaticValue]:
    yield StaticValue(place, ANYTHING)


def _follow_literal(template: Any, place: Place) -> Iterator[StaticValue]:
    yield from static_values(template, place).alternatives


def _follow_template(template: Any, place: Place) -> Iterator[StaticValue]:
    for alternative in static_values(template, place).alternatives:
        if isinstance(alternative.value, str):
            yield from (
                replace(each, place=alternative.place) for each in _follow_text(alternative.value, place)
            )
        else:
            yield StaticValue(alternative.place, TEXT)


def _follow_text(template: str, place: Place) -> Iterator[StaticValue]:
    """Yield the text of ``@template`` and ``@liquid``, which compile to text, or to an instruction with text in it."""
    compiled = mapping_kit.compile({place[-1]: template})
    if isinstance(compiled, str):
        yield _written(compiled, place, {})
    else:
        yield StaticValue(place, TEXT, least=sum(len(part) for part in compiled[1:] if isinstance(part, str)))


def _follow_if(options: dict[str, Any], place: Place) -> Iterator[StaticValue]:
    if "then" in options:
        yield from static_values(options["then"], (*place, "then")).alternatives
    else:
        yield StaticValue(place, NOTHING)
    if is_truthy(options.get("else")):
        yield from static_values(options["else"], (*place, "else")).alternatives
    else:
        yield StaticValue(place, NOTHING)


def _follow_case(options: dict[str, Any], place: Place) -> Iterator[StaticValue]:
    if not is_truthy(options.get("value")):
        yield StaticValue(place, NOTHING)
        return
    for alternative in static_values(options["value"], (*place, "value")).alternatives:
        # Changing the case can change the characters, but never reduces their number.
        yield replace(alternative, value=None) if alternative.kind == TEXT else alternative


def _follow_replace(options: dict[str, Any], place: Place) -> Iterator[StaticValue]:
    if not options["value"]:
        yield StaticValue(place, NOTHING)
        return
    patterns = [pattern for key in ("pattern", "pattern2") if (pattern := options.get(key))]
    for alternative in static_values(options["value"], (*place, "value")).alternatives:
        text = alternative.value
        if isinstance(text, str) and not any(each.casefold() in text.casefold() for each in patterns):
            yield alternative
        else:
            yield StaticValue(place, TEXT)


def _follow_flatten(options: dict[str, Any], place: Place) -> Iterator[StaticValue]:
    containers = {OBJECT} if options.get("omitArrays") else {OBJECT, ARRAY}

    def names(above: str, part: StaticValues) -> Iterator[tuple[str, Place]]:
        kinds = {alternative.kind for alternative in part.alternatives}
        if len(part.alternatives) == 1 and kinds <= containers:
            for key, each in part.alternatives[0].parts.items():
                yield from names(f"{above}{options['separator']}{key}" if above else str(key), each)
        elif above and kinds != {NOTHING}:
            # The event can add more names here. They would be as invalid, but the value is unknown.
            yield above, part.place

    found = names("", static_values(options["value"], (*place, "value")))
    yield StaticValue(place, OBJECT, parts={name: _unknown(where) for name, where in found})


def _follow_json(options: dict[str, Any], place: Place) -> Iterator[StaticValue]:
    follow = _encode if options["mode"] == "encode" else _decode
    for alternative in static_values(options["value"], (*place, "value")).alternatives:
        yield from follow(alternative, place)


def _encode(alternative: StaticValue, place: Place) -> Iterator[StaticValue]:
    if alternative.kind != NOTHING:
        yield StaticValue(place, TEXT, least=alternative.least + 2 if alternative.kind == TEXT else 1)
    if alternative.kind in (NOTHING, ANYTHING):
        yield StaticValue(place, NOTHING)


def _decode(alternative: StaticValue, place: Place) -> Iterator[StaticValue]:
    if alternative.kind != TEXT:
        yield alternative
    elif alternative.value is None:
        yield StaticValue(place, ANYTHING)
    else:
        try:
            data = json.loads(str(alternative.value), parse_int=float, parse_constant=_is_no_json)
        except ValueError:
            yield alternative
        except RecursionError:
            yield StaticValue(place, ANYTHING)
        else:
            beyond = any(True for _ in check_limits(data))
            yield from (_unknown(place) if beyond else _certain_data(data, alternative.place)).alternatives


def _is_no_json(constant: str) -> None:
    """Reject ``NaN`` and ``Infinity``, which Python accepts but JavaScript doesn't."""
    raise ValueError(constant)


def _follow_merge(options: dict[str, Any], place: Place) -> Iterator[StaticValue]:
    merged: dict[str | int, StaticValues] = {}
    objects = [
        static_values(each, (*place, "objects", index)) for index, each in enumerate(options["objects"])
    ]
    for each in objects if options["direction"] == "right" else reversed(objects):
        only = each.alternatives[0]
        if len(each.alternatives) == 1 and only.kind == OBJECT:
            merged |= only.parts
        else:
            # The object can have any of the names, with other values.
            merged = {name: _unknown(part.place) for name, part in merged.items()}
    yield StaticValue(place, OBJECT, parts=merged)


def _follow_transform(options: dict[str, Any], place: Place) -> Iterator[StaticValue]:
    yield from static_values(options["mapping"], (*place, "mapping")).alternatives


def _follow_exclude_when_null(template: Any, place: Place) -> Iterator[StaticValue]:
    yield from map(_without_nulls, static_values(template, place).alternatives)


def _without_nulls(alternative: StaticValue) -> StaticValue:
    if alternative.kind == NULL:
        return replace(alternative, kind=NOTHING)
    if alternative.kind != OBJECT:
        return alternative
    return replace(
        alternative,
        parts={
            name: StaticValues(part.place, tuple(map(_without_nulls, part.alternatives)))
            for name, part in alternative.parts.items()
        },
    )


# Nothing is known about the others, `@path` and `@arrayPath`.
_directives: Final[dict[str, Callable[[Any, Place], Iterator[StaticValue]]]] = {
    "@literal": _follow_literal,
    "@template": _follow_template,
    "@liquid": _follow_text,
    "@if": _follow_if,
    "@case": _follow_case,
    "@replace": _follow_replace,
    "@flatten": _follow_flatten,
    "@json": _follow_json,
    "@merge": _follow_merge,
    "@transform": _follow_transform,
    "@excludeWhenNull": _follow_exclude_when_null,
}
