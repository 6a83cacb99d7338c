"""Checks of the filters in a parsed template, and of their arguments."""

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
    """Yield an error for each invalid filter, in the order of the template."""
    for each in template.filters:
        if message := _filter_error(each):
            yield LiquidError(message, source, each.position)


def _filter_error(each: Filter) -> str:
    name, count = each.name, len(each.arguments)
    if name in REFUSED_FILTERS:
        return f"the filter {name} isn't allowed by Segment"
    if name not in FILTERS:
        return f"unknown filter {name}{did_you_mean(name, FILTERS)}"
    least, most = FILTERS[name], MAXIMUM_ARGUMENTS.get(name, count)
    if not least <= count <= most:
        wanted = f"{'at least' if name not in MAXIMUM_ARGUMENTS else 'at most' if not least else 'exactly'} 1"
        return f"expected {wanted} argument for the filter {name}, found {count}"
    for argument, _ in each.named:
        known = NAMED_ARGUMENTS.get(name, ())
        if argument not in known:
            hint = did_you_mean(argument, known)
            return f"unknown argument {argument} of the filter {name}{hint}"
        if not count:
            return f"expected a value for the filter {name} before {argument}"
    if name == "where" and not _is_property(each.arguments[0]):
        return "expected names joined by dots as the property of the filter where"
    return ""


def _is_property(value: Value) -> bool:
    """Return whether a value can be the property of ``where``. Values that depend on the event are accepted."""
    return not isinstance(value, Scalar) or bool(_property.fullmatch(str(value.value)))
