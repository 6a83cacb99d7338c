"""Tags, values and filters that an instruction uses. Scripts only include the code of these."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, TypeAlias

from ..template import Instruction

Table: TypeAlias = Literal["liquidTags", "liquidValues", "liquidFilters"]  # of runtime/core/
UsedName: TypeAlias = tuple[Table, str]


def used_names(instruction: Instruction) -> Iterator[UsedName]:
    """Yield the entries of the runtime's tables that a ``["liquid", ...]`` needs, possibly several times."""
    return _block(instruction[1:])


def _block(statements: list[Instruction]) -> Iterator[UsedName]:
    for statement in statements:
        if isinstance(statement, list):
            yield "liquidTags", statement[0]
            yield from _statement(statement)


def _statement(statement: list[Instruction]) -> Iterator[UsedName]:
    match statement:
        case ["echo", value] | ["assign", _, value]:
            yield from _value(value)
        case ["capture", _, body]:
            yield from _block(body)
        case ["if", branches, otherwise]:
            for test, body in branches:
                yield from _value(test)
                yield from _block(body)
            yield from _block(otherwise)
        case ["case", value, branches, otherwise]:
            yield from _value(value)
            for options, body in branches:
                for option in options:
                    yield from _value(option)
                yield from _block(body)
            yield from _block(otherwise)


def _value(value: Instruction) -> Iterator[UsedName]:
    if isinstance(value, list):
        name, *operands = value
        yield "liquidValues", name
        if name == "|":
            operands, filters = operands[:1], operands[1:]
            for used, *arguments in filters:
                yield "liquidFilters", used
                operands += arguments
        for operand in operands:
            yield from _value(operand)
