"""The directives, with their checks and compilers.

They behave like ``resolve`` in mapping-kit/index.js of @segment/actions-core, including its quirks.
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
    """Compile a path such as ``$.properties.products[0]['unit price']``, or a directive that returns one."""
    compiled = compile_template(path)
    return (
        ["path", *directive_path_keys(compiled)] if isinstance(compiled, str) else ["dynamic-path", compiled]
    )


def check_placeholders(template: Any) -> Iterator[Problem]:
    if any(map(has_nested_placeholders, _written_texts(compile_template(template)))):
        yield Problem((), "placeholders can't be nested")


def _written_texts(instruction: Instruction) -> Iterator[str]:
    """Yield the texts that ``_placeholders`` compiles."""
    match instruction:
        case str():
            yield instruction
        case ["exists" | "blank", _, *branches]:
            for branch in branches:
                yield from _written_texts(branch)


@directive("@template", all_of(text_or_directive, check_placeholders))
def compile_placeholders(template: Any) -> Instruction:
    """Compile text with placeholders, ``{{traits.name}}`` or ``{{{traits.name}}}``, or a directive that returns it.

    mapping-kit reads the values of ``{{{...}}}`` as templates again. Here, values are never templates.
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
    # The text depends on the event. Other values than text fail at that time.
    return ["dynamic-template", instruction]


@directive("@literal", any_template)
def compile_literal(value: Any) -> Instruction:
    """Compile a literal value. Directives in it are still resolved."""
    return compile_template(value)


def check_condition(opts: dict[str, Any]) -> Iterator[Problem]:
    # As in index.js, a falsy condition such as "exists": false doesn't count.
    if not is_truthy(opts.get("exists")) and not is_truthy(opts.get("blank")):
        yield Problem((), 'expected a condition: "exists" or "blank"')


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
    """Compile a condition: ``then`` if a value exists (``exists``) or isn't blank (``blank``), otherwise ``else``.

    ``exists`` takes precedence over ``blank``. ``then`` can be null or false; a falsy ``else`` is ignored.
    """
    kind = "exists" if "exists" in opts else "blank"
    condition = compile_template(opts[kind])
    then = compile_template(opts["then"]) if "then" in opts else UNDEFINED
    otherwise = compile_template(opts["else"]) if is_truthy(opts.get("else")) else UNDEFINED
    if condition == UNDEFINED:
        return otherwise
    if not isinstance(condition, list):
        # A scalar isn't blank (`value != ''`) if and only if it's truthy in JavaScript.
        holds = condition is not None if kind == "exists" else is_truthy(condition)
        return then if holds else otherwise
    return [kind, condition, then, otherwise]


@directive("@case", options(operator=one_of("lower", "upper"), value=Optional(text_or_directive)))
def compile_case(opts: dict[str, Any]) -> Instruction:
    """Compile a conversion of strings to lowercase or uppercase. Other values don't change."""
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
        # "global" is a keyword in Python
        **{"global": Optional(boolean)},
        value=text_or_directive,
    ),
)
def compile_replace(opts: dict[str, Any]) -> Instruction:
    """Compile the replacement of one or two patterns in a string.

    Patterns are literal text. Replacements are passed to JavaScript's ``String.replace``, which supports ``$&``, ``$$``
    and others. Numbers and booleans are converted to strings, and other values return ``""``.
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
        yield Problem((), f"expected a path and, optionally, the shape of an item, found {found}")
        return
    yield from (problem.below(0) for problem in text_or_directive(value[0]))
    if len(value) == 2:
        yield from (problem.below(1) for problem in or_null(object_or_directive)(value[1]))


@directive("@arrayPath", all_of(array_of(lambda _: iter(())), check_array_path))
def compile_array_path(value: list[Any]) -> Instruction:
    """Compile an array, optionally with a shape for its items. Paths in the shape begin at the item."""
    root = (
        ["path", *directive_path_keys(value[0])] if isinstance(value[0], str) else compile_template(value[0])
    )
    shape = value[1] if len(value) == 2 else None
    return ["each", root, compile_template(shape)] if shape else root


@directive(
    "@flatten", options(value=any_template, separator=text_of_length(1, 100), omitArrays=Optional(boolean))
)
def compile_flatten(opts: dict[str, Any]) -> Instruction:
    """Compile the flattening of an object, whose keys are joined by the separator. ``omitArrays`` keeps arrays."""
    return ["flatten", opts["separator"], opts.get("omitArrays", False), compile_template(opts["value"])]


@directive("@json", options(mode=one_of("encode", "decode"), value=truthy_template))
def compile_json(opts: dict[str, Any]) -> Instruction:
    """Compile the encoding or decoding of JSON text. Text that isn't JSON decodes to itself."""
    return [opts["mode"], compile_template(opts["value"])]


@directive("@merge", options(objects=array_of(object_or_directive), direction=one_of("left", "right")))
def compile_merge(opts: dict[str, Any]) -> Instruction:
    """Compile the merging of objects. Later objects take precedence with ``right``, earlier ones with ``left``."""
    return ["merge", opts["direction"], *map(compile_template, opts["objects"])]


@directive("@transform", options(apply=object_or_directive, mapping=object_or_directive))
def compile_transform(opts: dict[str, Any]) -> Instruction:
    """Compile a template whose paths begin at the result of another template."""
    return ["transform", compile_template(opts["apply"]), compile_template(opts["mapping"])]


@directive("@excludeWhenNull", any_template)
def compile_exclude_when_null(value: Any) -> Instruction:
    """Compile the removal of nulls from a value and from objects at any depth, but not from arrays."""
    return ["exclude-null", compile_template(value)]


@directive("@liquid", all_of(text, liquid.check))
def compile_liquid(template: str) -> Instruction:
    """Compile Liquid, such as ``{{ traits.name | upcase }}`` or ``{% if traits.email %}...{% endif %}``."""
    return liquid.compile(template)
