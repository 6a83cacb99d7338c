"""Recursive descent parser of triggers.

The docstring of each ``_parse`` function is the grammar of the text it parses. Expressions that Segment's client
understands (``parseFql`` of @segment/destination-subscriptions, on the tokens of @segment/fql-ts) have the same
meaning, except that ``and`` binds tighter than ``or``. The client uses the last operator for the whole chain.
"""

from __future__ import annotations

import re
from typing import cast

from .error_hints import (
    fail_after_condition,
    fail_after_operand,
    fail_at_function,
    fail_at_operand,
    fail_at_value,
)
from .tokenizer import Token, Tokenizer
from .tree import (
    And,
    Call,
    Compares,
    Contains,
    Equality,
    Equals,
    Has,
    In,
    Match,
    Not,
    Operand,
    Or,
    Order,
    Path,
    Scalar,
    Trigger,
)
from .value_parser import parse_glob, parse_list, parse_number, parse_value, unquote
from .vocabulary import CONDITIONS, EVENT_FIELDS, FUNCTIONS, RESERVED_WORDS, closest_field


def parse(text: str) -> Trigger:
    """
    trigger = or END
    """
    tokens = Tokenizer(text)
    if tokens.at("END"):
        tokens.fail("The trigger is empty", expected=("a condition",))
    trigger = _parse_or(tokens)
    if not tokens.at("END"):
        fail_after_condition(tokens, "the end")
    return trigger


def _parse_or(tokens: Tokenizer) -> Trigger:
    """
    or = and ("or" and)*
    """
    triggers = [_parse_and(tokens)]
    while tokens.accept("OR"):
        triggers.append(_parse_and(tokens))
    return Or(tuple(triggers)) if len(triggers) > 1 else triggers[0]


def _parse_and(tokens: Tokenizer) -> Trigger:
    """
    and = not ("and" not)*
    """
    triggers = [_parse_not(tokens)]
    while tokens.accept("AND"):
        triggers.append(_parse_not(tokens))
    return And(tuple(triggers)) if len(triggers) > 1 else triggers[0]


def _parse_not(tokens: Tokenizer) -> Trigger:
    """
    not = "!" not | "(" or ")" | condition
    """
    if tokens.accept("NOT"):
        with tokens.deeper():
            if tokens.at("NOT", "LEFT_PARENTHESIS"):
                return Not(_parse_not(tokens))
            return _parse_condition(tokens, negated=True)
    if tokens.accept("LEFT_PARENTHESIS"):
        with tokens.deeper():
            trigger = _parse_or(tokens)
        if not tokens.accept("RIGHT_PARENTHESIS"):
            fail_after_condition(tokens, '")"')
        return trigger
    return _parse_condition(tokens)


def _parse_condition(tokens: Tokenizer, *, negated: bool = False) -> Trigger:
    """
    condition = contains | match | operand EQUALITY value | operand ORDER number | operand "in" list
              | (operand | value) "in" operand | operand
    """
    if tokens.at("CONDITION"):
        return _parse_contains_or_match(tokens, negated=negated)
    start = tokens.position
    if tokens.at("STRING", "NUMBER", "CONSTANT"):
        return _parse_has(tokens, negated=negated)
    operand = _parse_operand(tokens)
    if negated and tokens.at("EQUALITY", "ORDER", "IN"):
        tokens.fail('Put parentheses after "!", as in !(...)', start, expected=('"("',))
    if operator := tokens.accept("EQUALITY"):
        return Equals(operand, cast("Equality", operator.text), parse_value(tokens))
    if operator := tokens.accept("ORDER"):
        return Compares(operand, cast("Order", operator.text), parse_number(tokens))
    if tokens.accept("IN"):
        if tokens.at("WORD"):
            return Has(_parse_operand(tokens), operand)
        return In(operand, parse_list(tokens))
    if tokens.at("END", "RIGHT_PARENTHESIS", "AND", "OR") and _can_stand_alone(operand):
        if not negated:
            return Equals(operand, "=", True)
        with tokens.deeper():  # as in its printed form: !(properties.isPaid = true)
            return Not(Equals(operand, "=", True))
    return fail_after_operand(tokens)


def _parse_has(tokens: Tokenizer, *, negated: bool) -> Trigger:
    """
    has = value "in" operand
    """
    start = tokens.position
    value = parse_value(tokens)
    if not tokens.accept("IN"):
        tokens.position = start
        fail_at_operand(tokens)
    if negated:
        tokens.fail('Put parentheses after "!", as in !(...)', start, expected=('"("',))
    if tokens.at("LEFT_BRACKET"):
        tokens.fail_expecting("a field of the event", "a function", hint="put a field before or after in")
    return Has(_parse_operand(tokens), value)


def _can_stand_alone(operand: Operand) -> bool:
    """Return whether an operand is a condition by itself, as ``properties.isPaid``. A single word isn't."""
    if isinstance(operand, Path):
        return len(operand.keys) > 1
    return operand.function == "bool"


def _parse_contains_or_match(tokens: Tokenizer, *, negated: bool) -> Trigger:
    """
    contains = "contains" "(" operand "," (operand | value) ")"
    match    = "match" "(" operand "," STRING ")"
    """
    name = tokens.expect("CONDITION", *CONDITIONS).text
    tokens.expect("LEFT_PARENTHESIS", '"("')
    with tokens.deeper():
        operand = _parse_operand(tokens)
        tokens.expect("COMMA", f'"," and the second argument of {name}')
        trigger: Trigger
        if name == "match":
            trigger = Match(operand, parse_glob(tokens), negated)
        else:
            trigger = Contains(operand, _parse_part(tokens), negated)
    tokens.expect("RIGHT_PARENTHESIS", '")"')
    if tokens.at("EQUALITY", "ORDER", "IN"):
        tokens.fail(f'{name}(...) can\'t be compared; to negate it, put "!" before {name}')
    return trigger


def _parse_part(tokens: Tokenizer) -> Operand | Scalar:
    """
    part = value | operand
    """
    if not tokens.at("WORD") or tokens.at("CONSTANT"):
        return parse_value(tokens)
    start = tokens.position
    operand = _parse_operand(tokens)
    if isinstance(operand, Path) and len(operand.keys) == 1 and operand.keys[0] not in EVENT_FIELDS:
        tokens.position = start
        fail_at_value(tokens)
    return operand


def _parse_operand(tokens: Tokenizer) -> Operand:
    """
    operand = FUNCTION "(" operand ")" | path
    """
    start = tokens.position
    word = tokens.accept("WORD")
    if word is None or word.text in RESERVED_WORDS:
        tokens.position = start
        fail_at_operand(tokens)
    if not tokens.at("LEFT_PARENTHESIS"):
        return _parse_path(tokens, word)
    if word.text not in FUNCTIONS:
        fail_at_function(tokens, word)
    tokens.expect("LEFT_PARENTHESIS", '"("')
    with tokens.deeper():
        operand = _parse_operand(tokens)
    tokens.expect("RIGHT_PARENTHESIS", '")"')
    return Call(word.text, operand)


def _parse_path(tokens: Tokenizer, root: Token) -> Path:
    """
    path = WORD ("." KEY | "[" (INDEX | STRING) "]")*
    """
    keys = _keys_in(tokens, root)
    while True:
        if tokens.accept("DOT"):
            hint = 'put a backslash before a special character, as in "\\$"'
            key = tokens.accept("KEY") or tokens.fail_expecting('the name of a field after "."', hint=hint)
            keys += _keys_in(tokens, key)
        elif tokens.accept("LEFT_BRACKET"):
            if index := tokens.accept("INDEX"):
                keys.append(index.text)
            else:
                keys.append(unquote(tokens.expect("STRING", "a number", "a name in quotes").text))
            tokens.expect("RIGHT_BRACKET", '"]"')
        else:
            break
    # A backslash anywhere in the name confirms it.
    if "\\" not in root.text and (suggestion := closest_field(keys[0])):
        tokens.fail(
            f"Events have no field {keys[0]}; did you mean {suggestion}? (If not, write \\{keys[0]})",
            root.position,
            expected=(suggestion,),
        )
    return Path(tuple(keys))


def _keys_in(tokens: Tokenizer, name: Token) -> list[str]:
    """Return the keys in a name. It has several if it contains ``\\.``, ``\\[`` or ``\\]``.

    Segment's client unescapes paths before it splits them, and its editor writes ``products[0].name`` as
    ``products\\[0\\].name``. For a key that contains a dot, write ``properties["a.b"]``.
    """
    if "\\" not in name.text:
        return [name.text]
    text = re.sub(r"\\(.)", r"\1", name.text, flags=re.DOTALL)
    keys = [key for key in re.split(r"[.\[\]]", text) if key]
    if not keys:
        tokens.fail("Expected the name of a field", name.position, expected=("the name of a field",))
    return keys
