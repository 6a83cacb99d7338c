"""Every directive: what it gives, what it takes, and the instruction that it becomes.

They do what ``resolve`` in mapping-kit/index.js of @segment/actions-core does, odd corners included.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ..problem import Problem
from . import liquid
from .paths import directive_path_keys, has_nested_placeholders, split_placeholders
from .template import UNDEFINED, Instruction, compile_template, directive
from .validators import (
    Optional,
    all_of,
    any_template,
    array_of,
    boolean,
    is_truthy,
    object_or_directive,
    one_of,
    options,
    or_null,
    text,
    text_of_length,
    text_or_directive,
    truthy_template,
)


@directive("@path", text_or_directive)
def compile_path(path: Any) -> Instruction:
    """The value at a path, ``$.properties.products[0]['unit price']``, or at one that a directive gives."""
    compiled = compile_template(path)
    return (
        ["path", *directive_path_keys(compiled)] if isinstance(compiled, str) else ["dynamic-path", compiled]
    )


def check_placeholders(template: Any) -> Iterator[Problem]:
    if any(map(has_nested_placeholders, _written_texts(compile_template(template)))):
        yield Problem((), "should not have one placeholder inside another")


def _written_texts(instruction: Instruction) -> Iterator[str]:
    """The texts of which ``_placeholders`` makes instructions."""
    match instruction:
        case str():
            yield instruction
        case ["exists" | "blank", _, *branches]:
            for branch in branches:
                yield from _written_texts(branch)


@directive("@template", all_of(text_or_directive, check_placeholders))
def compile_placeholders(template: Any) -> Instruction:
    """Text with placeholders: ``{{traits.name}}`` or ``{{{traits.name}}}``, which are the same.

    A directive may give the text. mapping-kit reads what came out of ``{{{...}}}`` as a template again; here no value
    of a placeholder is one.
    """
    return _placeholders(compile_template(template))


def _placeholders(instruction: Instruction) -> Instruction:
    match instruction:
        case str():
            parts = split_placeholders(instruction)
            if all(isinstance(part, str) for part in parts):
                return instruction
            return ["template", *(part if isinstance(part, str) else ["path", *part] for part in parts)]
        case ["exists" | "blank" as kind, condition, then, otherwise]:
            return [kind, condition, _placeholders(then), _placeholders(otherwise)]
    # Known only with the event. What is no text fails then.
    return ["dynamic-template", instruction]


@directive("@literal", any_template)
def compile_literal(value: Any) -> Instruction:
    """The value. A directive in it is still resolved."""
    return compile_template(value)


def check_condition(opts: dict[str, Any]) -> Iterator[Problem]:
    # As index.js asks it: a condition such as "exists": false is none.
    if not is_truthy(opts.get("exists")) and not is_truthy(opts.get("blank")):
        yield Problem((), 'should have a condition, "exists" or "blank"')


@directive(
    "@if",
    all_of(
        options(
            exists=Optional(any_template),
            blank=Optional(any_template),
            then=Optional(any_template),
            **{"else": Optional(any_template)},
        ),
        check_condition,
    ),
)
def compile_if(opts: dict[str, Any]) -> Instruction:
    """``then`` if a value is there (``exists``) or is there and not blank (``blank``), otherwise ``else``.

    With both conditions, ``exists`` decides. ``then`` may be null or false; an ``else`` that JavaScript
    takes for false is as good as none.
    """
    kind = "exists" if "exists" in opts else "blank"
    condition = compile_template(opts[kind])
    then = compile_template(opts["then"]) if "then" in opts else UNDEFINED
    otherwise = compile_template(opts["else"]) if is_truthy(opts.get("else")) else UNDEFINED
    if condition == UNDEFINED:
        return otherwise
    if not isinstance(condition, list):
        # A scalar is not blank, `value != ''`, exactly when JavaScript takes it for true.
        holds = condition is not None if kind == "exists" else is_truthy(condition)
        return then if holds else otherwise
    return [kind, condition, then, otherwise]


@directive("@case", options(operator=one_of("lower", "upper"), value=Optional(text_or_directive)))
def compile_case(opts: dict[str, Any]) -> Instruction:
    """A string in lower or upper case; anything else as it is."""
    value = opts.get("value")
    return ["case", opts["operator"], compile_template(value)] if is_truthy(value) else UNDEFINED


@directive(
    "@replace",
    options(
        pattern=text_of_length(1, 10),
        replacement=Optional(text_of_length(0, 10)),
        pattern2=Optional(or_null(text_of_length(0, 10))),
        replacement2=Optional(or_null(text_of_length(0, 10))),
        ignorecase=Optional(boolean),
        # "global" is a word of Python's own
        **{"global": Optional(boolean)},
        value=text_or_directive,
    ),
)
def compile_replace(opts: dict[str, Any]) -> Instruction:
    """A string with a pattern, and then a second one, replaced.

    Patterns are literal text. Replacements go as they are to JavaScript's ``String.replace``, which reads
    ``$&``, ``$$`` and the like in them; that is left to the runtime. Numbers and booleans become strings
    first, and whatever is then no string gives ``""``.
    """
    if not opts["value"]:
        return UNDEFINED
    replacements = [[opts["pattern"], opts.get("replacement", "")]]
    if opts.get("pattern2"):
        replacements.append([opts["pattern2"], opts.get("replacement2") or ""])
    flags = ("g" if opts.get("global", True) else "") + ("i" if opts.get("ignorecase", False) else "")
    return ["replace", replacements, flags, compile_template(opts["value"])]


def check_array_path(value: Any) -> Iterator[Problem]:
    if not 1 <= len(value) <= 2:
        found = f"{len(value)} items"
        yield Problem((), f"should have a path and perhaps the shape of an item, but it has {found}")
        return
    yield from (problem.below(0) for problem in text_or_directive(value[0]))
    if len(value) == 2:
        yield from (problem.below(1) for problem in or_null(object_or_directive)(value[1]))


@directive("@arrayPath", all_of(array_of(lambda _: iter(())), check_array_path))
def compile_array_path(value: list[Any]) -> Instruction:
    """An array, each item in a new shape whose paths begin at the item; without a shape, as it is."""
    root = (
        ["path", *directive_path_keys(value[0])] if isinstance(value[0], str) else compile_template(value[0])
    )
    shape = value[1] if len(value) == 2 else None
    return ["each", root, compile_template(shape)] if shape else root


@directive(
    "@flatten", options(value=any_template, separator=text_of_length(1, 100), omitArrays=Optional(boolean))
)
def compile_flatten(opts: dict[str, Any]) -> Instruction:
    """An object of one level, its keys joined by the separator; with ``omitArrays``, arrays stay arrays."""
    return ["flatten", opts["separator"], opts.get("omitArrays", False), compile_template(opts["value"])]


@directive("@json", options(mode=one_of("encode", "decode"), value=truthy_template))
def compile_json(opts: dict[str, Any]) -> Instruction:
    """A value as JSON text, or the value of JSON text; what is not JSON decodes to itself."""
    return [opts["mode"], compile_template(opts["value"])]


@directive("@merge", options(objects=array_of(object_or_directive), direction=one_of("left", "right")))
def compile_merge(opts: dict[str, Any]) -> Instruction:
    """One object of several. With ``right`` the later win, with ``left`` the earlier."""
    return ["merge", opts["direction"], *map(compile_template, opts["objects"])]


@directive("@transform", options(apply=object_or_directive, mapping=object_or_directive))
def compile_transform(opts: dict[str, Any]) -> Instruction:
    """A template whose paths begin at what another template gives."""
    return ["transform", compile_template(opts["apply"]), compile_template(opts["mapping"])]


@directive("@excludeWhenNull", any_template)
def compile_exclude_when_null(value: Any) -> Instruction:
    """The value without nulls: null is nothing, and objects lose theirs, however deep, but not in arrays."""
    return ["exclude-null", compile_template(value)]


@directive("@liquid", all_of(text, liquid.check))
def compile_liquid(template: str) -> Instruction:
    """Text with Liquid in it: ``{{ traits.name | upcase }}``, ``{% if traits.email %}...{% endif %}``."""
    return liquid.compile(template)
