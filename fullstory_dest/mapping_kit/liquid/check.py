"""What is wrong with a template that can be parsed: filters that there are not, and arguments that they do not take."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ...did_you_mean import did_you_mean
from .errors import LiquidError
from .scanner import WORD
from .tree import Filter, Scalar, Template, Value
from .vocabulary import FILTERS, MAXIMUM_ARGUMENTS, NAMED_ARGUMENTS, REFUSED_FILTERS

_property = re.compile(rf"{WORD}+(?:\.{WORD}+)*")


def check_filters(template: Template, source: str) -> Iterator[LiquidError]:
    """A mistake for each filter that cannot be run, in the order of the template."""
    for used in template.filters:
        if message := _mistake(used):
            yield LiquidError(message, source, used.position)


def _mistake(used: Filter) -> str:
    name, count = used.name, len(used.arguments)
    if name in REFUSED_FILTERS:
        return f"should not have the filter {name}: Segment does not allow it"
    if name not in FILTERS:
        return f"should not have the filter {name}: there is no such filter{did_you_mean(name, FILTERS)}"
    least, most = FILTERS[name], MAXIMUM_ARGUMENTS.get(name, count)
    if not least <= count <= most:
        wanted = f"{'at least' if name not in MAXIMUM_ARGUMENTS else 'at most' if not least else 'just'} 1"
        return f"should have {wanted} argument to the filter {name}, but it has {count}"
    for argument, _ in used.named:
        known = NAMED_ARGUMENTS.get(name, ())
        if argument not in known:
            hint = did_you_mean(argument, known)
            return (
                f"should not have {argument} as an argument: the filter {name} knows none of that name{hint}"
            )
        if not count:
            return f"should have a value for the filter {name} before {argument}"
    if name == "where" and not _is_property(used.arguments[0]):
        return "should have names joined by dots as the property for the filter where"
    return ""


def _is_property(value: Value) -> bool:
    """Whether a value can be the property of ``where``; one that only an event gives is taken as it comes."""
    return not isinstance(value, Scalar) or bool(_property.fullmatch(str(value.value)))
