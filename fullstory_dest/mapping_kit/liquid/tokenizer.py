"""Tokenizer that splits a template into text, outputs ``{{ }}`` and tags ``{% %}``, as LiquidJS does."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

from .errors import LiquidError
from .scanner import BLANK, WORD, Scanner

MAX_LENGTH = 1_000  # UTF-16 units, as in @segment/actions-core

_opening = re.compile(r"\{[%{]")
_output_end = re.compile(r"""(?:"(?:[^"\\]|\\.)*+"|'(?:[^'\\]|\\.)*+'|[^"'}]|\}(?!\}))*+\}\}""", re.DOTALL)
# A dash before it would be part of the name, so text before `{%- endraw %}` can't be trimmed.
_endraw = re.compile(rf"\{{%[{BLANK}]*endraw(?!{WORD})(?:(?!\{{%).)*?%\}}", re.DOTALL)

Kind: TypeAlias = Literal["text", "output", "tag"]


@dataclass(frozen=True, slots=True)
class Token:
    """Text, an output or a tag, from ``begin`` to ``end``.

    ``content`` is the range to parse of outputs, and of tags after their ``name``.
    """

    kind: Kind
    source: str
    begin: int
    end: int
    content: tuple[int, int]
    name: str = ""

    @property
    def text(self) -> str:
        return self.source[self.begin : self.end]

    def scanner(self) -> Scanner:
        return Scanner(self.source, *self.content)


def tokenize(source: str) -> list[Token]:
    """Return the tokens of a template, with text trimmed at ``{%-`` and ``-%}``. Raises LiquidError."""
    length = len(source.encode("utf-16-le", "surrogatepass")) // 2
    if length > MAX_LENGTH:
        message = f"expected at most {MAX_LENGTH:,} characters, found {length:,}"
        raise LiquidError(message, source, MAX_LENGTH)
    tokens = list(_tokens(source))
    for index, token in enumerate(tokens):
        if token.kind == "text":
            tokens[index] = _trimmed(token, tokens[index - 1 : index], tokens[index + 1 : index + 2])
    return tokens


def lines(token: Token) -> list[Token]:
    """Return the tags of a ``{% liquid %}``, one for each line."""
    source, (start, end) = token.source, token.content
    tokens = []
    while (start := Scanner(source, start, end).position) < end:
        newline = source.find("\n", start, end)
        stop = newline + 1 if newline >= 0 else end
        tokens.append(_tag(source, start, stop, start, stop))
        start = stop
    return tokens


def _tokens(source: str) -> Iterator[Token]:
    position = 0
    while position < len(source):
        opening = _opening.search(source, position)
        start = opening.start() if opening else len(source)
        if start > position:
            yield Token("text", source, position, start, (position, start))
        if not opening:
            return
        token = _output(source, start) if opening[0] == "{{" else _closed_tag(source, start)
        yield token
        position = token.end
        if token.name == "raw":
            endraw = _endraw.search(source, position)
            if not endraw:
                raise LiquidError("the tag raw isn't closed", source, start, ("{% endraw %}",))
            if endraw.start() > position:
                yield Token("text", source, position, endraw.start(), (position, endraw.start()))
            yield _closed_tag(source, endraw.start())
            position = endraw.end()


def _output(source: str, begin: int) -> Token:
    found = _output_end.match(source, begin + 2)
    if not found:
        what = "a string in this output" if "}}" in source[begin:] else "this output"
        raise LiquidError(f"{what} isn't closed", source, begin, ("}}",))
    return Token("output", source, begin, found.end(), _content(source, begin + 2, found.end() - 2))


def _closed_tag(source: str, begin: int) -> Token:
    end = source.find("%}", begin + 2)
    if end < 0:
        raise LiquidError("this tag isn't closed", source, begin, ("%}",))
    return _tag(source, begin, end + 2, begin + 2, end)


def _tag(source: str, begin: int, end: int, content_begin: int, content_end: int) -> Token:
    start, stop = _content(source, content_begin, content_end)
    scanner = Scanner(source, start, stop)
    name = "#" if scanner.at("#") else scanner.name()
    if not name:
        scanner.fail_expecting("the name of a tag")
    if name == "#":
        scanner.position += 1
    return Token("tag", source, begin, end, (scanner.position, stop), name)


def _content(source: str, start: int, stop: int) -> tuple[int, int]:
    """Return the range without dashes and whitespace at its ends."""
    start += source.startswith("-", start)
    stop -= source.startswith("-", stop - 1) and stop > start
    while start < stop and source[start] in BLANK:
        start += 1
    while stop > start and source[stop - 1] in BLANK:
        stop -= 1
    return start, stop


def _trimmed(token: Token, before: list[Token], after: list[Token]) -> Token:
    begin, end = token.begin, token.end
    is_raw = before and before[0].name == "raw"
    if before and not is_raw and before[0].text[-3:-2] == "-":
        while begin < end and token.source[begin] in BLANK:
            begin += 1
    if after and not is_raw and after[0].text[2:3] == "-":
        while end > begin and token.source[end - 1] in BLANK:
            end -= 1
    return replace(token, begin=begin, end=end)
