"""Parser of templates. It rejects mistakes that LiquidJS ignores."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from ...did_you_mean import did_you_mean
from .errors import LiquidError
from .tokenizer import Token, lines, tokenize
from .tree import (
    Assign,
    Block,
    Capture,
    Case,
    Count,
    Echo,
    Filter,
    If,
    Operation,
    Statement,
    Template,
    Text,
    Value,
)
from .values import ValueParser
from .vocabulary import INNER_TAGS, REFUSED_TAGS, TAGS

MAX_DEPTH = 20  # nested tags

_uncommented_line = re.compile(r"\n\s*[^#\s]")


@lru_cache(maxsize=256)  # templates are checked and then compiled, and trees are immutable
def parse(source: str) -> Template:
    """Return the tree of a template. Raises LiquidError for the first syntax error."""
    filters: list[Filter] = []
    statements = _Parser(tokenize(source), filters, 0).statements()
    return Template(statements, tuple(filters))


class _Parser:
    """Parser of the tokens of a template, or of a ``liquid`` tag."""

    def __init__(self, tokens: list[Token], filters: list[Filter], depth: int) -> None:
        self.tokens = tokens
        self.index = 0
        self.filters = filters
        self.depth = depth

    def statements(self) -> Block:
        return self.block(None)[0]

    def block(self, opened: Token | None, *ends: str) -> tuple[Block, Token | None]:
        """Return the statements up to one of the ``ends`` of the ``opened`` tag, and that end."""
        statements: list[Statement] = []
        self.depth += 1
        if self.depth > MAX_DEPTH + 1 and self.tokens:
            raise _mistake(opened or self.tokens[0], f"expected at most {MAX_DEPTH} nested tags")
        while self.index < len(self.tokens):
            token = self.next()
            if token.name in ends:
                self.depth -= 1
                return tuple(statements), token
            if token.kind == "text":
                statements.append(Text(token.text))
            elif token.kind == "output":
                statements.append(Echo(self.values(token).filtered()))
            else:
                statements += self.statement(token, opened)
        if opened:
            raise _unclosed(opened)
        self.depth -= 1
        return tuple(statements), None

    def statement(self, token: Token, opened: Token | None) -> Iterable[Statement]:
        """Return the statements of a tag with its blocks: none for a comment, several for ``liquid``."""
        match token.name:
            case "assign":
                return [self.assign(token)]
            case "capture":
                return [self.capture(token)]
            case "case":
                return [self.case(token)]
            case "comment":
                self.skip_to(token, "endcomment")
                return []
            case "#":
                if _uncommented_line.search(token.source[: token.content[1]], token.content[0]):
                    raise _mistake(token, 'expected "#" before each line of this comment')
                return []
            case "decrement" | "increment":
                return [self.count(token)]
            case "echo":
                values = self.values(token)
                return [] if values.scanner.done else [Echo(values.filtered())]
            case "if" | "unless":
                return [self.condition(token)]
            case "liquid":
                return _Parser(lines(token), self.filters, self.depth).statements()
            case "raw":
                return [Text("".join(part.text for part in self.skip_to(token, "endraw")))]
        raise _unknown(token, opened)

    def assign(self, token: Token) -> Assign:
        """``name "=" filtered``"""
        values = self.values(token)
        name = self.variable(values)
        if not values.scanner.take("="):
            values.scanner.fail_expecting('"="')
        return Assign(name, values.filtered())

    def capture(self, token: Token) -> Capture:
        """``( name | quoted )``, up to ``endcapture``"""
        values = self.values(token)
        quoted = values.scanner.quoted()
        name = self.variable(values) if quoted is None else quoted
        values.end()
        body, end = self.block(token, "endcapture")
        self.bare(end)
        return Capture(name, body)

    def count(self, token: Token) -> Count:
        """``name``"""
        values = self.values(token)
        name = self.variable(values)
        values.end()
        return Count(token.name, name)

    def condition(self, token: Token) -> If:
        """``filtered``, with any number of ``elsif``, and optionally a final ``else``"""
        closing = f"end{token.name}"
        test = self.values(token).filtered()
        if token.name == "unless":
            test = Operation("not", (test,))
        branches: list[tuple[Value, Block]] = []
        while True:
            body, end = self.block(token, "elsif", "else", closing)
            branches.append((test, body))
            if not end or end.name != "elsif":
                break
            test = self.values(end).filtered()
        return If(tuple(branches), self.otherwise(token, end, closing))

    def case(self, token: Token) -> Case:
        """``filtered``, with any number of ``when values``, and optionally a final ``else``"""
        value = self.values(token).filtered()
        # Content before the first `when` is ignored.
        _, end = self.block(token, "when", "else", "endcase")
        branches: list[tuple[tuple[Value, ...], Block]] = []
        while end and end.name == "when":
            options = self.values(end).values()
            body, end = self.block(token, "when", "else", "endcase")
            branches.append((options, body))
        return Case(value, tuple(branches), self.otherwise(token, end, "endcase"))

    def otherwise(self, opened: Token, end: Token | None, closing: str) -> Block:
        """Return the block of an ``else`` after the last branch, if there is one, up to the end of the tag."""
        self.bare(end)
        body: Block = ()
        if end and end.name == "else":
            body, end = self.block(opened, closing, "when", "elsif", "else")
            if end and end.name != closing:
                raise _mistake(end, f"unexpected {end.name} after else", closing)
            self.bare(end)
        return body

    def skip_to(self, opened: Token, closing: str) -> list[Token]:
        """Return the tokens up to this closing tag without parsing them."""
        start = self.index
        while self.index < len(self.tokens):
            if self.next().name == closing:
                return self.tokens[start : self.index - 1]
        raise _unclosed(opened)

    def variable(self, values: ValueParser) -> str:
        name = values.scanner.name()
        if not name:
            values.scanner.fail_expecting("the name of a variable")
        values.scanner.skip_blank()
        return name

    def bare(self, token: Token | None) -> None:
        """Raise LiquidError if something follows the name of a tag without arguments."""
        if token:
            self.values(token).end()

    def values(self, token: Token) -> ValueParser:
        return ValueParser(token.scanner(), self.filters)

    def next(self) -> Token:
        self.index += 1
        return self.tokens[self.index - 1]


def _unknown(token: Token, opened: Token | None) -> LiquidError:
    name = token.name
    if name in INNER_TAGS:
        inside = f" inside {opened.name}" if opened else ""
        return _mistake(token, f"unexpected {name}{inside}; it belongs to {INNER_TAGS[name]}")
    if name in REFUSED_TAGS:
        return _mistake(token, f"the tag {name} isn't allowed: {REFUSED_TAGS[name]}")
    known = sorted(TAGS | INNER_TAGS.keys())
    return _mistake(token, f"unknown tag {name}{did_you_mean(name, known)}")


def _unclosed(opened: Token) -> LiquidError:
    return _mistake(opened, f"the tag {opened.name} isn't closed", f"end{opened.name}")


def _mistake(token: Token, message: str, *expected: str) -> LiquidError:
    return LiquidError(message, token.source, token.begin, expected)
