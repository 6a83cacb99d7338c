"""Tokenizer of triggers. The parser reads one token at a time."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator
from typing import NamedTuple, NoReturn

from ..unstorable_text import find_unstorable
from .errors import FQLError

MAX_LENGTH = 5_000  # characters
MAX_DEPTH = 100  # nested brackets, calls and negations


class Token(NamedTuple):
    kind: str
    text: str
    position: int


# The lexer of @segment/fql-ts reads "and" and "or" as keywords only before one of these, or the end.
TERMINATOR = r"(?=[ \t\r\n,\])]|\Z)"
NO_MORE = r"(?![A-Za-z0-9_\-\\])"

# Each rule also consumes the whitespace after the token. The group is the token's text.
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
        # Segment's lexer has no escapes in strings. Here, a doubled quote allows both kinds of quotes in a string.
        "STRING": r""""(?:[^"]|"")*+"|'(?:[^']|'')*+'""",
        "NUMBER": rf"[+-]?[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?(?!\.){NO_MORE}",
        "INDEX": r"[0-9]+",
        "CONDITION": r"(?:contains|match)(?=[ \t\r\n]*\()",
        "WORD": r"(?:[A-Za-z_]|\\.)(?:[A-Za-z0-9_-]|\\.)*",
        "KEY": r"(?:[A-Za-z0-9_-]|\\.)+",
        "END": r"\Z",
        # Not tokens of the language: messages quote them.
        "UNKNOWN": r"[=<>!&|]+|[\w.\\$@#+-]+|.",
        "UNQUOTED": r"""[^\s"'()\[\],=<>!]+(?:[ \t]+(?!(?:and|or)\b)[^\s"'()\[\],=<>!]+)*""",
    }.items()
}


class Tokenizer:
    """The source of a trigger and the position in it. Whitespace between tokens is skipped."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.position = 0
        self.depth = 0
        if len(source) > MAX_LENGTH:
            self.fail(f"Expected at most {MAX_LENGTH:,} characters, but found {len(source):,}", MAX_LENGTH)
        if unstorable := find_unstorable(source):
            self.fail(f"The character {unstorable.name} isn't allowed", unstorable.position)
        self.position = len(source) - len(source.lstrip(" \t\r\n"))

    def at(self, *kinds: str) -> bool:
        """Return whether the next token is of one of these kinds."""
        for kind in kinds:  # noqa: SIM110 - any() takes twice as long, and the parser calls this all the time
            if RULES[kind].match(self.source, self.position):
                return True
        return False

    def accept(self, kind: str) -> Token | None:
        """Read and return the next token if it's of this kind."""
        match = RULES[kind].match(self.source, self.position)
        if match is None:
            return None
        token = Token(kind, match[1], self.position)
        self.position = match.end()
        return token

    def expect(self, kind: str, *expected: str) -> Token:
        """Read and return the next token. Raises FQLError if it's of another kind."""
        return self.accept(kind) or self.fail_expecting(*expected)

    @contextlib.contextmanager
    def deeper(self) -> Iterator[None]:
        """Enter a nested level. The limit keeps recursions over the tree within Python's limit."""
        self.depth += 1
        if self.depth > MAX_DEPTH:
            self.fail(f"Expected at most {MAX_DEPTH} nested levels")
        yield
        self.depth -= 1

    @property
    def found(self) -> str:
        """The next token as messages quote it."""
        match = RULES["STRING"].match(self.source, self.position) or RULES["UNKNOWN"].match(
            self.source, self.position
        )
        if match is None:
            return "the end"
        return match[1] if len(match[1]) <= 40 else f"{match[1][:40]}…"

    def fail_expecting(self, *expected: str, hint: str = "") -> NoReturn:
        """Raise FQLError because the next token isn't one of those expected."""
        *others, last = expected
        wanted = f"{', '.join(others)} or {last}" if others else last
        self.fail(f"Expected {wanted}, but found {self.found}{hint and f'; {hint}'}", expected=expected)

    def fail(self, message: str, position: int | None = None, *, expected: tuple[str, ...] = ()) -> NoReturn:
        """Raise FQLError at a position, by default that of the next token."""
        raise FQLError(message, self.source, self.position if position is None else position, expected)
