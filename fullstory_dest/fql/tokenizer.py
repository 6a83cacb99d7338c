"""Reads a trigger token by token, as the parser asks for them."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator
from typing import NamedTuple, NoReturn

from ..unstorable_text import find_unstorable
from .errors import FQLError

MAX_LENGTH = 5_000  # characters
MAX_DEPTH = 100  # brackets, calls and negations inside one another


class Token(NamedTuple):
    kind: str
    text: str
    position: int


# The lexer of @segment/fql-ts takes "and" and "or" for keywords only before one of these, or the end.
TERMINATOR = r"(?=[ \t\r\n,\])]|\Z)"
NO_MORE = r"(?![A-Za-z0-9_\-\\])"

# Each takes the white space after the token along, outside the group that is the token's text.
RULES: dict[str, re.Pattern[str]] = {
    kind: re.compile(rf"({rule})[ \t\r\n]*", re.DOTALL)
    for kind, rule in {
        "LEFT_PARENTHESIS": r"\(",
        "RIGHT_PARENTHESIS": r"\)",
        "LEFT_BRACKET": r"\[",
        "RIGHT_BRACKET": r"\]",
        "COMMA": r",",
        "DOT": r"\.",
        "EQUALITY": r"!=|=",
        "ORDER": r"[<>]=?",
        "NOT": r"!(?!=)",
        "AND": rf"and{TERMINATOR}",
        "OR": rf"or{TERMINATOR}",
        "IN": rf"in{NO_MORE}",
        "CONSTANT": rf"(?:true|false|null){NO_MORE}",
        # Segment's lexer has no escapes in strings: a backslash is a backslash. A doubled quote, which means
        # nothing to it, is how a string can hold both kinds of quote here.
        "STRING": r""""(?:[^"]|"")*+"|'(?:[^']|'')*+'""",
        "NUMBER": rf"[+-]?[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?(?!\.){NO_MORE}",
        "INDEX": r"[0-9]+",
        "CONDITION": r"(?:contains|match)(?=[ \t\r\n]*\()",
        "WORD": r"(?:[A-Za-z_]|\\.)(?:[A-Za-z0-9_-]|\\.)*",
        "KEY": r"(?:[A-Za-z0-9_-]|\\.)+",
        "END": r"\Z",
        # Nothing in the language: what messages quote.
        "UNKNOWN": r"[=<>!&|]+|[\w.\\$@#+-]+|.",
        "UNQUOTED": r"""[^\s"'()\[\],=<>!]+(?:[ \t]+(?!(?:and|or)\b)[^\s"'()\[\],=<>!]+)*""",
    }.items()
}


class Tokenizer:
    """The source of a trigger and how far it has been read. White space between tokens never shows."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.position = 0
        self.depth = 0
        if len(source) > MAX_LENGTH:
            self.fail(
                f"A trigger has at most {MAX_LENGTH:,} characters, and this one {len(source):,}", MAX_LENGTH
            )
        if unstorable := find_unstorable(source):
            self.fail(f"The character {unstorable.name} cannot be used", unstorable.position)
        self.position = len(source) - len(source.lstrip(" \t\r\n"))

    def at(self, *kinds: str) -> bool:
        """Whether the next token is of one of these kinds."""
        for kind in kinds:  # noqa: SIM110 - any() takes twice as long, and this is the parser's every other step
            if RULES[kind].match(self.source, self.position):
                return True
        return False

    def accept(self, kind: str) -> Token | None:
        """The next token, read, if it is of this kind."""
        match = RULES[kind].match(self.source, self.position)
        if match is None:
            return None
        token = Token(kind, match[1], self.position)
        self.position = match.end()
        return token

    def expect(self, kind: str, *expected: str) -> Token:
        """The next token, read, which must be of this kind."""
        return self.accept(kind) or self.fail_expecting(*expected)

    @contextlib.contextmanager
    def deeper(self) -> Iterator[None]:
        """One level further in. The limit keeps every recursion over the tree within Python's own."""
        self.depth += 1
        if self.depth > MAX_DEPTH:
            self.fail(f"This is nested more than {MAX_DEPTH} levels deep")
        yield
        self.depth -= 1

    @property
    def found(self) -> str:
        """The next token, whatever it is, as a message quotes it."""
        match = RULES["STRING"].match(self.source, self.position) or RULES["UNKNOWN"].match(
            self.source, self.position
        )
        if match is None:
            return "the end"
        return match[1] if len(match[1]) <= 40 else f"{match[1][:40]}…"

    def fail_expecting(self, *expected: str, hint: str = "") -> NoReturn:
        """Raises FQLError where the next token should have been one of these."""
        *others, last = expected
        wanted = f"{', '.join(others)} or {last}" if others else last
        self.fail(f"Expected {wanted}, but found {self.found}{hint and f'; {hint}'}", expected=expected)

    def fail(self, message: str, position: int | None = None, *, expected: tuple[str, ...] = ()) -> NoReturn:
        """Raises FQLError, at the next token unless told where."""
        raise FQLError(message, self.source, self.position if position is None else position, expected)
