"""The tokens that ``lex`` of @segment/fql-ts 1.10 makes of a text, odd corners included."""

from __future__ import annotations

import re
from typing import NamedTuple


class Token(NamedTuple):
    """``kind`` is one of the groups of ``RULE``, or ``end``; the text of an ident is unescaped."""

    kind: str
    text: str


class LexerError(ValueError):
    """The lexer stops here, and with it the whole trigger."""

    def __init__(self, position: int) -> None:
        super().__init__(position)
        self.position = position


END = r"(?=[ \t\n,\])]|\Z)"  # what must follow a word for it to be one, and a "!=" or "<=", too

UNIT = r"[^ \t\n,\])\U00010000-\U0010ffff]"  # one UTF-16 unit that ends no word

RULE = re.compile(
    rf"""
    (?P<space>[ \t\n]+)
    | (?P<operator>!(?=[A-Za-z(]) | !={END} | [<>]={END} | [=<>])
    | (?P<conditional>(?:and|or){END})
    | (?P<null>null{END})
    # Looking for the rest of "and" or "null" where the text ends first, it forgets to step back: all this is lost.
    | (?P<cut>a{UNIT}\Z | n(?:{UNIT}{{1,2}} | [\U00010000-\U0010ffff])\Z)
    # An escaped character takes one UTF-16 unit along, so that one beyond U+FFFF cannot be escaped.
    | (?P<ident>(?:[A-Za-z_]|\\[\0-\uffff])(?:[A-Za-z0-9_-]|\\[\0-\uffff])*(?=[ \t\n,\]).(=!]|\Z))
    | (?P<number>[0-9+-](?:[0-9]|\.(?![ \t\n,\])]|\Z))*)
    # A closing quote that something is stuck to is left where it is, and opens the next string.
    | (?P<string>"[^"]*(?:"{END}|(?="))|'[^']*(?:'{END}|(?=')))
    | (?P<punctuation>[.,\[\]()])
    """,
    re.VERBOSE,
)


def tokenize(text: str) -> list[Token]:
    """The tokens, the last of kind ``end``. Raises LexerError where the lexer would."""
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
