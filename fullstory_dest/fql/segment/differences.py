"""Whether Segment's client reads a trigger as we do, and if not, why."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..compile import compile
from ..glob import GlobError, compile_glob
from ..tree import Trigger
from .lexer import LexerError, Token, tokenize
from .parser import is_equivalent, join_tokens, parse_as_segment
from .writer import subscribe

AGREED = "The settings document has it in words that Segment's client reads as it is meant here."
PATTERNS = "knows no pattern but text with a * at one end"


def differences(text: str, trigger: Trigger) -> list[str]:
    """What Segment's client does otherwise with a trigger as it is written, in sentences; none if nothing.

    ``trigger`` is what ``parse`` makes of the text. The last sentence is ``AGREED`` where ``subscribe`` finds words
    that the client reads as we do.
    """
    agreed, unwritable = subscribe(trigger)
    if agreed is not None and is_equivalent(parse_as_segment(text), compile(trigger)):
        return []
    if agreed is None:
        return [_sentence(reason) for reason in unwritable]
    reasons = list(dict.fromkeys(_misreadings(text))) or ["reads it otherwise as it is written"]
    return [*map(_sentence, reasons), AGREED]


def _sentence(reason: str) -> str:
    return f"Segment's client {reason}."


def _misreadings(text: str) -> Iterator[str]:
    """What the client makes something else of only because of how it is written."""
    try:
        tokens = join_tokens(tokenize(text))
    except LexerError as error:
        found = re.sub(r"\s+", " ", text[error.position : error.position + 20])
        yield f"cannot read it from character {error.position + 1} on: {found}"
        return
    yield from _misread_groups(tokens)
    padded = [Token("", ""), *tokens, Token("", "")]
    for index, token in enumerate(tokens):
        last, _, following = padded[index : index + 3]
        ends = following.kind in ("conditional", "end") or following.text == ")"
        if token.kind == last.kind == "string":
            yield "wants a space after a closing quote"
        elif token.kind == "string" and token.text.startswith("'"):
            yield "takes single quotes for a part of the text"
        elif token == ("operator", "!") and following.text == "(":
            yield 'drops a "!" before parentheses'
        elif token == ("ident", "in"):
            yield "does not know in"
        elif token.kind == "number" and following.kind == "ident":
            yield "knows no number with an exponent"
        elif token.text == "[" and last.text != "in":
            yield r"knows no brackets in a path (but reads products\[0\])"
        elif (
            token.kind == "ident"
            and ends
            and last.text not in ("=", "!=", ",", "(")
            and last.kind != "number"
        ):
            yield "wants a comparison after a field"
        elif token.text == "match" and following.text == "(":
            pattern = next((each.text for each in tokens[index:] if each.kind == "string"), "")[1:-1]
            if not _is_simple(pattern):
                yield PATTERNS
            elif "\\" in pattern:
                yield "takes a backslash in a pattern for one of the text"


def _is_simple(pattern: str) -> bool:
    """Whether a pattern is text with a star at one end."""
    try:
        glob = compile_glob(pattern)
    except GlobError:
        return False  # half of one: in single quotes there can be more
    stars = [part == ["*"] for part in glob]
    return stars in ([True], [True, False], [False, True]) and all(
        isinstance(part, str) or part == ["*"] for part in glob
    )


def _misread_groups(tokens: list[Token]) -> Iterator[str]:
    """What the client stumbles over in parentheses, or for the want of them."""
    operators: list[set[str]] = [set()]  # of the whole, and of each group that is open
    has_call = [False]
    calls = 0  # that are open
    for last, token in zip([Token("", ""), *tokens], tokens, strict=False):
        if token.text == "(" and last.kind == "ident":
            has_call[-1] = True
            calls += 1
        elif token.text == "(":
            if len(operators) > 1:
                yield "cannot read parentheses inside parentheses"
            operators.append(set())
            has_call.append(False)
        elif token.text == ")" and calls:
            calls -= 1
        elif token.text == ")":
            operators.pop()
            has_call.pop()
        elif token.kind == "conditional":
            operators[-1].add(token.text)
            if len(operators[-1]) > 1:
                yield 'gives a chain that mixes "and" and "or" the operator that comes last'
            if len(operators) > 1 and has_call[-1]:
                yield "takes the end of a function in parentheses for the end of the parentheses"
