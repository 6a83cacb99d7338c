"""Lexer that returns the same tokens as ``lex`` of @segment/fql-ts 1.10, including its quirks."""

from __future__ import annotations

import re
from typing import NamedTuple


class Token(NamedTuple):
    """A token. ``kind`` is a group of ``RULE``, or ``end``. The text of an ``ident`` is unescaped."""

    kind: str
    text: str


class LexerError(ValueError):
    """The lexer fails at this position, and rejects the whole trigger."""

    def __init__(self, position: int) -> None:
        super().__init__(position)
        self.position = position


END = r"(?=[ \t\n,\])]|\Z)"  # must follow keywords, "!=" and "<="

UNIT = r"[^ \t\n,\])\U00010000-\U0010ffff]"  # one UTF-16 unit that doesn't end a word

RULE = re.compile(
    rf"""
    (?P<space>[ \t\n]+)
    | (?P<operator>!(?=[A-Za-z(]) | !={END} | [<>]={END} | [=<>])
    | (?P<conditional>(?:and|or){END})
    | (?P<null>null{END})
    # If the text ends while it looks for the rest of "and" or "null", it doesn't step back, and drops these characters.
    | (?P<cut>a{UNIT}\Z | n(?:{UNIT}{{1,2}} | [\U00010000-\U0010ffff])\Z)
    # An escape covers one UTF-16 unit, so characters beyond U+FFFF can't be escaped.
    | (?P<ident>(?:[A-Za-z_]|\\[\0-\uffff])(?:[A-Za-z0-9_-]|\\[\0-\uffff])*(?=[ \t\n,\]).(=!]|\Z))
    | (?P<number>[0-9+-](?:[0-9]|\.(?![ \t\n,\])]|\Z))*)
    # A closing quote directly before another character isn't consumed, and opens the next string.
    | (?P<string>"[^"]*(?:"{END}|(?="))|'[^']*(?:'{END}|(?=')))
    | (?P<punctuation>[.,\[\]()])
    """,
    re.VERBOSE,
)


def tokenize(text: str) -> list[Token]:
    """Return the tokens; the last one is of kind ``end``. Raises LexerError where Segment's lexer fails."""
    tokens: list[Token] = []
    position = 0
    while position < len(text):
        match = RULE.match(text, position)
        if match is None or (match.lastgroup == "number" and match[0].count(".") > 1):
            raise LexerError(position)
        position = match.end()
        kind = str(match.lastgroup)
        if kind == "number" and text[position : position + 1] == ".":
            raise LexerError(position)
        if kind == "ident":
            tokens.append(Token(kind, re.sub(r"\\(.)", r"\1", match[0], flags=re.DOTALL)))
        elif kind == "cut":
            tokens.append(Token("ident", match[0][0]))
        elif kind == "string":
            quote = match[0][0]
            tokens.append(Token(kind, f"{quote}{match[0].strip(quote)}{quote}"))
        elif kind != "space":
            tokens.append(Token(kind, match[0]))
    return [*tokens, Token("end", "eos")]
