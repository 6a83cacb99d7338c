"""Differences in how Segment's client and this project read a trigger."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..compile import compile
from ..glob import GlobError, compile_glob
from ..tree import Trigger
from .lexer import LexerError, Token, tokenize
from .parser import is_equivalent, join_tokens, parse_as_segment
from .writer import subscribe

AGREED = "The settings document has an equivalent trigger that Segment's client reads correctly."
PATTERNS = "only supports patterns with a single * at one end"


def differences(text: str, trigger: Trigger) -> list[str]:
    """Return sentences about how Segment's client misreads a trigger as it's written, if it does.

    ``trigger`` is the parsed text. The last sentence is ``AGREED`` if ``subscribe`` finds an equivalent trigger that
    the client reads correctly.
    """
    agreed, unwritable = subscribe(trigger)
    if agreed is not None and is_equivalent(parse_as_segment(text), compile(trigger)):
        return []
    if agreed is None:
        return [_sentence(reason) for reason in unwritable]
    reasons = list(dict.fromkeys(_misreadings(text))) or ["reads it differently"]
    return [*map(_sentence, reasons), AGREED]


def _sentence(reason: str) -> str:
    return f"Segment's client {reason}."


def _misreadings(text: str) -> Iterator[str]:
    """Yield the client's misreadings that depend only on how the text is written."""
    try:
        tokens = join_tokens(tokenize(text))
    except LexerError as error:
        found = re.sub(r"\s+", " ", text[error.position : error.position + 20])
        yield f"can't read it from character {error.position + 1} on: {found}"
        return
    yield from _misread_groups(tokens)
    padded = [Token("", ""), *tokens, Token("", "")]
    for index, token in enumerate(tokens):
        last, _, following = padded[index : index + 3]
        ends = following.kind in ("conditional", "end") or following.text == ")"
        if token.kind == last.kind == "string":
            yield "requires a space after a closing quote"
        elif token.kind == "string" and token.text.startswith("'"):
            yield "reads single quotes as part of the text"
        elif token == ("operator", "!") and following.text == "(":
            yield 'ignores "!" before parentheses'
        elif token == ("ident", "in"):
            yield "doesn't support in"
        elif token.kind == "number" and following.kind == "ident":
            yield "doesn't support numbers with exponents"
        elif token.text == "[" and last.text != "in":
            yield r"doesn't support brackets in paths (except as products\[0\])"
        elif (
            token.kind == "ident"
            and ends
            and last.text not in ("=", "!=", ",", "(")
            and last.kind != "number"
        ):
            yield "requires a comparison after a field"
        elif token.text == "match" and following.text == "(":
            pattern = next((each.text for each in tokens[index:] if each.kind == "string"), "")[1:-1]
            if not _is_simple(pattern):
                yield PATTERNS
            elif "\\" in pattern:
                yield "reads a backslash in a pattern as text"


def _is_simple(pattern: str) -> bool:
    """Return whether a pattern is text with a single star at one end."""
    try:
        glob = compile_glob(pattern)
    except GlobError:
        return False  # an incomplete pattern, which single quotes can lead to
    stars = [part == ["*"] for part in glob]
    return stars in ([True], [True, False], [False, True]) and all(
        isinstance(part, str) or part == ["*"] for part in glob
    )


def _misread_groups(tokens: list[Token]) -> Iterator[str]:
    """Yield the client's misreadings of parentheses, or without them."""
    operators: list[set[str]] = [set()]  # of the whole trigger and of each open group
    has_call = [False]
    calls = 0  # open function calls
    for last, token in zip([Token("", ""), *tokens], tokens, strict=False):
        if token.text == "(" and last.kind == "ident":
            has_call[-1] = True
            calls += 1
        elif token.text == "(":
            if len(operators) > 1:
                yield "doesn't support nested parentheses"
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
                yield 'applies the last operator to all of a chain that mixes "and" and "or"'
            if len(operators) > 1 and has_call[-1]:
                yield "ends a group in parentheses at the end of the first function in it"
