"""Parser of the values, lists, numbers and patterns in conditions.

The docstring of each function is the grammar of what it parses, as in ``parser``.
"""

from __future__ import annotations

from .error_hints import fail_at_pattern, fail_at_value
from .glob import GlobError, compile_glob
from .js_values import parse_js_number
from .tokenizer import Token, Tokenizer
from .tree import Scalar

CONSTANTS: dict[str, Scalar] = {"true": True, "false": False, "null": None}


def parse_list(tokens: Tokenizer) -> tuple[Scalar, ...]:
    """
    list = "[" value ("," value)* "]"
    """
    tokens.expect("LEFT_BRACKET", 'a list, such as ["a", "b"]', "a field with a list")
    values = [parse_value(tokens)]
    while tokens.accept("COMMA"):
        values.append(parse_value(tokens))
    tokens.expect("RIGHT_BRACKET", '","', '"]"')
    return tuple(values)


def parse_value(tokens: Tokenizer) -> Scalar:
    """
    value = STRING | NUMBER | "true" | "false" | "null"
    """
    if string := tokens.accept("STRING"):
        return unquote(string.text)
    if number := tokens.accept("NUMBER"):
        return _number(tokens, number)
    if constant := tokens.accept("CONSTANT"):
        return CONSTANTS[constant.text]
    return fail_at_value(tokens)


def parse_number(tokens: Tokenizer) -> int | float:
    """
    number = NUMBER | STRING with a number in it, which Segment's client reads as that number
    """
    if number := tokens.accept("NUMBER") or tokens.accept("STRING"):
        return _number(tokens, number)
    return fail_at_value(tokens, "a number")


def parse_glob(tokens: Tokenizer) -> str:
    """
    glob = STRING with a pattern in it (see glob.py)
    """
    string = tokens.accept("STRING")
    if string is None:
        fail_at_pattern(tokens)
    pattern = unquote(string.text)
    try:
        compile_glob(pattern)
    except GlobError as error:
        doubled = pattern[: error.position].count(string.text[0])
        tokens.fail(error.message, string.position + 1 + error.position + doubled)
    return pattern


def _number(tokens: Tokenizer, token: Token) -> int | float:
    number = parse_js_number(unquote(token.text) if token.kind == "STRING" else token.text)
    if number is None:
        tokens.position = token.position
        if token.kind == "STRING":
            fail_at_value(tokens, "a number")
        tokens.fail("This number is too large", expected=("a number",))
    return number


def unquote(string: str) -> str:
    quote = string[0]
    return string[1:-1].replace(quote * 2, quote)
