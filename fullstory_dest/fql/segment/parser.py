"""Parser that reads triggers as Segment's client does, and returns instructions as ``compile`` does."""

from __future__ import annotations

import json
import re
from collections import deque
from typing import TypeAlias

from ..compile import Instruction
from ..js_values import js_string, parse_js_number
from ..tree import Scalar
from .lexer import LexerError, Token, tokenize

# Conditions that only Segment's client has.
NEVER: Instruction = ["never"]
THROWS: Instruction = ["throws"]  # when it is evaluated
NOTHING: Instruction = ["nothing"]  # a group without conditions, which also throws inside another group

TEXT_ROOTS = ("type", "event", "name", "userId")
OBJECT_FIELDS = ("properties", "traits", "context")
FUNCTIONS = ("contains", "match")

Tokens: TypeAlias = "deque[Token]"


class UnreadableError(ValueError):
    """The client can't read the trigger, and never runs the mapping."""


def parse_as_segment(text: str) -> Instruction | None:
    """Return the instructions that the client would run, or None if it can't read the text.

    This follows parse-fql.js of @segment/destination-subscriptions token by token. Change it only along with that.
    """
    try:
        read = _parse(deque(join_tokens(tokenize(text))))
        return None if read == NOTHING else read
    except (LexerError, UnreadableError):
        return None


def is_equivalent(one: Instruction | None, other: Instruction | None) -> bool:
    """Return whether two instructions are equal, other than by ``==``, for which 1 equals True."""
    return json.dumps(one) == json.dumps(other)


def join_tokens(tokens: list[Token]) -> list[Token]:
    """Return the tokens with each ``ident . ident`` joined to one ``ident``."""
    joined: list[Token] = []
    index = 0
    while index < len(tokens):
        token = tokens[index]
        is_dot = token.text == "." and token.kind == "punctuation"
        if is_dot and joined and joined[-1].kind == "ident" and tokens[index + 1].kind == "ident":
            joined[-1] = Token("ident", f"{joined[-1].text}.{tokens[index + 1].text}")
            index += 2
        else:
            joined.append(token)
            index += 1
    return joined


def _parse(tokens: Tokens) -> Instruction:
    """Parse one level. The last operator applies to all of its conditions."""
    nodes: list[Instruction] = []
    operator = "and"
    while tokens and tokens[0].kind != "end":
        token = tokens.popleft()
        if token.kind == "ident":
            root = token.text.split(".")[0]
            if root in (*TEXT_ROOTS, *OBJECT_FIELDS):
                nodes.append(_comparison(token.text, _next(tokens), _next(tokens)))
            elif token.text in FUNCTIONS:
                nodes += _call(token.text, tokens, negated=False)
        elif token == ("operator", "!"):
            if tokens[0].kind == "ident" and tokens[0].text in FUNCTIONS:
                nodes += _call(tokens.popleft().text, tokens, negated=True)
        elif token == ("punctuation", "("):
            nodes.append(_parse(_group(tokens)))
        elif token.kind == "conditional":
            operator = token.text
    if not nodes:
        return NOTHING
    if len(nodes) == 1:
        return nodes[0]
    flat: Instruction = [operator]
    for node in nodes:
        flat += node[1:] if node[0] == operator else [node]
    return flat


def _next(tokens: Tokens) -> Token:
    if not tokens:
        raise UnreadableError
    return tokens.popleft()


def _group(tokens: Tokens) -> Tokens:
    """Return the tokens up to the next closing parenthesis, even if that belongs to a function or another group."""
    group: Tokens = deque()
    while (token := _next(tokens)) != ("punctuation", ")"):
        group.append(token)
    group.append(Token("end", "eos"))
    return group


def _comparison(field: str, operator: Token, value_token: Token) -> Instruction:
    path = _path(field)
    if path is None:
        return THROWS
    root = field.split(".")[0]
    value = _value(value_token)
    if operator.text in ("=", "!="):
        if value_token.text == "null" and root not in ("type", "event"):
            return [operator.text, path, None]
        if root in OBJECT_FIELDS and value_token.kind == "number":
            # The lexer reads "-" as a number. Its value is NaN, which doesn't equal anything.
            return [operator.text, path, value] if value is not None else NEVER
        if operator.text == "=" and value_token.text in ("true", "false") and root not in TEXT_ROOTS[:3]:
            return [operator.text, path, value]
        return [operator.text, path, _text(value)]
    if operator.text in ("<", "<=", ">", ">="):
        number = parse_js_number(_text(value))
        return NEVER if number is None else [operator.text, path, number]
    return NEVER


def _call(name: str, tokens: Tokens, *, negated: bool) -> list[Instruction]:
    """Return the condition of a function call, or none if functions don't support the field."""
    _skip(tokens)
    field = _next(tokens).text
    _skip(tokens)
    argument = _next(tokens)
    _skip(tokens)
    root = next((root for root in OBJECT_FIELDS if field.startswith(root)), None)
    if root is None and field not in ("event", "name", "userId"):
        return []
    path = [field] if root is None else _keys(field, root)
    if path is None:
        return [THROWS]
    value = _text(_value(argument))
    if name == "contains":
        return [["!contains" if negated else "contains", path, value]]
    starts = argument.text.endswith('*"')
    glob = [value[:-1], ["*"]] if starts else [["*"], _without_first_unit(value)]
    return [["!match" if negated else "match", path, [part for part in glob if part]]]


def _skip(tokens: Tokens) -> None:
    """Skip a token that the client ignores."""
    if tokens:
        tokens.popleft()


def _path(field: str) -> list[str] | None:
    root = field.split(".")[0]
    return [root] if root in TEXT_ROOTS else _keys(field, root)


def _keys(field: str, root: str) -> list[str] | None:
    """Return the path in the event, or None if it has no keys, in which case the client throws."""
    keys = re.findall(r"[^\[.\]]+", field.removeprefix(f"{root}."))
    return [root, *keys] if keys else None


def _value(token: Token) -> Scalar:
    """Return the value of a token, or None for an invalid number."""
    if token.kind == "string":
        return token.text.removeprefix('"').removesuffix('"')
    if token.kind == "number":
        return parse_js_number(token.text)
    if token.kind == "ident" and token.text in ("true", "false"):
        return token.text == "true"
    return token.text


def _text(value: Scalar) -> str:
    return "NaN" if value is None else js_string(value)


def _without_first_unit(text: str) -> str:
    """Return text without its first UTF-16 unit. Half of a character beyond U+FFFF remains, which matches nothing."""
    return ("\udc00" if text and ord(text[0]) > 0xFFFF else "") + text[1:]
