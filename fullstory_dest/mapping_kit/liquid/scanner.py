"""Scanner of the content of a tag or an output. The parser reads one word at a time."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NoReturn

from ...unstorable_text import find_unstorable
from .errors import LiquidError

# The character types of LiquidJS: whitespace, and a pattern for the characters of names.
BLANK = (
    "\t\n\v\f\r \u00a0\u1680\u180e\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000"
)
WORD = rf"(?:[-?0-9A-Za-z_]|[^\x00-\x7f{BLANK[6:]}\u201c\u201d])"

_name = re.compile(f"{WORD}+")
_number = re.compile(rf"[+-]?[0-9]++(?:\.(?!\.)[0-9]*+)?(?!\.(?!\.))(?!{WORD})")
_quoted = re.compile(r"""(["'])(?:(?!\1)[^\\]|\\.)*\1""", re.DOTALL)
_operator = re.compile(rf"==|!=|>=|<=|>|<|(?:contains|and|or|not)(?!{WORD})")
_constant = re.compile(rf"(?:true|false|nil|null|empty|blank)(?!{WORD})")
_escape = re.compile(r"\\(?:u([0-9a-fA-F]{0,4})|([0-7]{1,3})|(.))", re.DOTALL)
_anything = re.compile(rf"{WORD}+|.", re.DOTALL)

_escaped = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}


class Scanner:
    """A range of a template's source, and the position in it."""

    def __init__(self, source: str, start: int, end: int) -> None:
        self.source = source
        self.position = start
        self.end = end
        self.skip_blank()

    def skip_blank(self) -> None:
        # This loop runs at each step and is fast because there is rarely more than one.
        while self.position < self.end and self.source[self.position] in BLANK:
            self.position += 1

    @property
    def done(self) -> bool:
        return self.position >= self.end

    def at(self, text: str) -> bool:
        """Return whether this text comes next."""
        return self.source.startswith(text, self.position, self.end)

    def take(self, text: str) -> bool:
        """Skip this text, and the whitespace after it, if it comes next. Returns whether it does."""
        if self.at(text):
            self.position += len(text)
            self.skip_blank()
            return True
        return False

    def name(self) -> str:
        """Read a name. Returns ``""`` if none comes next."""
        return self._take(_name)

    def operator(self, operators: Sequence[str]) -> str:
        """Read one of these operators, and the whitespace after it. Returns ``""`` if none comes next."""
        found = _operator.match(self.source, self.position, self.end)
        if not found or found[0] not in operators:
            return ""
        self.position = found.end()
        self.skip_blank()
        return found[0]

    def constant(self) -> str:
        return self._take(_constant)

    def number(self) -> float | None:
        """Read a number as JavaScript does, and return an int if it's whole. Returns None if none comes next."""
        start = self.position
        if not (text := self._take(_number)):
            return None
        number = float(text)
        if abs(number) == float("inf"):
            self.fail("expected a number that JavaScript can represent", start)
        is_whole = abs(number) < 2**53 and number == int(number) and not text.startswith("-0")
        return int(number) if is_whole else number

    def quoted(self) -> str | None:
        """Read a string and return its value. Returns None if none comes next."""
        start = self.position
        if not (self.at('"') or self.at("'")):
            return None
        if not (text := self._take(_quoted)):
            self.fail("this string isn't closed", start, self.source[start])
        value = _escape.sub(_unescaped, text[1:-1])
        # \ud83d\ude00 is two surrogates in Python, but one character in JavaScript.
        value = value.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "surrogatepass")
        if unstorable := find_unstorable(value):
            self.fail(f"the character {unstorable.name} isn't allowed in strings", start)
        return value

    def found(self) -> str:
        """Return the next word as messages quote it."""
        found = _anything.match(self.source, self.position, self.end)
        return f'"{found[0][:40]}"' if found else "nothing"

    def fail(self, message: str, position: int | None = None, *expected: str) -> NoReturn:
        position = self.position if position is None else position
        raise LiquidError(message, self.source, position, expected)

    def fail_expecting(self, *expected: str) -> NoReturn:
        self.fail(f"expected {' or '.join(expected)}, found {self.found()}", None, *expected)

    def _take(self, rule: re.Pattern[str]) -> str:
        found = rule.match(self.source, self.position, self.end)
        if not found:
            return ""
        self.position = found.end()
        return found[0]


def _unescaped(escape: re.Match[str]) -> str:
    digits, octal, char = escape.groups()
    if digits is not None:
        return chr(int(digits or "0", 16))
    return chr(int(octal, 8)) if octal else _escaped.get(char, char)
