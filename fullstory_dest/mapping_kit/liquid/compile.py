"""Compiler of templates to instructions (docs/compiled-config.md). It leaves out statements without effect."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ..template import Instruction
from .tree import (
    Assign,
    Block,
    Capture,
    Case,
    Constant,
    Count,
    Echo,
    Filter,
    Filtered,
    If,
    Operation,
    Path,
    Range,
    Scalar,
    Statement,
    Template,
    Text,
    Value,
)

#: Filters that are aliases of others, with their first arguments.
ALIASES: dict[str, list[Instruction]] = {
    "jsonify": ["json"],
    "xml_escape": ["escape"],
    "date_to_xmlschema": ["date", "%Y-%m-%dT%H:%M:%S%:z"],
}


def compile_liquid(template: Template) -> Instruction:
    """Return ``["liquid", statement, ...]``, or a string if the template is only text."""
    statements = _block(template.statements)
    if all(isinstance(statement, str) for statement in statements):
        return "".join(statements)
    return ["liquid", *statements]


def _block(block: Block) -> list[Instruction]:
    compiled: list[Instruction] = []
    for statement in block:
        instruction = _statement(statement)
        if isinstance(instruction, str) and compiled and isinstance(compiled[-1], str):
            compiled[-1] += instruction
        elif instruction != "":
            compiled.append(instruction)
    return compiled


def _statement(statement: Statement) -> Instruction:
    match statement:
        case Text(text):
            return text
        case Echo(Scalar(str(text))):
            return text
        case Echo(value):
            return ["echo", _value(value)]
        case Assign(name, value):
            return ["assign", name, _value(value)]
        case Capture(name, body):
            return ["capture", name, _block(body)]
        case If(branches, otherwise):
            tests = [[_value(test), _block(body)] for test, body in branches]
            return ["if", tests, _block(otherwise)]
        case Case(value, options, otherwise):
            cases = [[[_value(each) for each in values], _block(body)] for values, body in options]
            return ["case", _value(value), cases, _block(otherwise)]
        case Count(tag, name):
            return [tag, name]


def _value(value: Value) -> Instruction:
    match value:
        case Scalar(literal):
            return literal
        case Constant(name):
            return [name]
        case Path(keys, root):
            start: list[Instruction] = ["path"] if root is None else ["of", _value(root)]
            return [*start, *map(_value, keys)]
        case Range(low, high):
            return ["range", _value(low), _value(high)]
        case Operation(operator, operands):
            return [operator, *map(_value, operands)]
        case Filtered(inner, filters):
            steps = [step for each in filters for step in _filter(each)]
            return ["|", _value(inner), *steps] if steps else _value(inner)


def _filter(used: Filter) -> Iterator[list[Any]]:
    if used.name != "raw":  # only has an effect in engines that escape their output
        name, *first = ALIASES.get(used.name, [used.name])
        named = [_value(value) for _, value in used.named[-1:]]
        arguments = [] if first else [_value(argument) for argument in used.arguments]
        yield [name, *first, *arguments, *named]
