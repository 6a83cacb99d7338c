"""Syntax errors with hints for the author of a trigger. All ``fail_`` functions raise FQLError."""

from __future__ import annotations

import re
from typing import NoReturn

from ..did_you_mean import closest
from .tokenizer import RULES, Token, Tokenizer
from .vocabulary import CONDITIONS, FUNCTIONS, OPERATOR_ALIASES

VALUES = ("text in quotes", "a number", "true", "false", "null")
CURLY_QUOTES = "\u201c\u201d\u2018\u2019"  # word processors replace straight quotes with these
OPERATORS = ("=", "!=", ">", ">=", "<", "<=", "in")


def fail_at_operand(tokens: Tokenizer) -> NoReturn:
    """Fail where a condition, or the argument of a function, is expected."""
    hint = ""
    if glued := re.compile(r"and(?=\()|or(?=\()").match(tokens.source, tokens.position):
        hint = f"put a space after {glued[0]}"
    elif tokens.at("STRING", "NUMBER", "CONSTANT"):
        hint = 'write the field first, as in type = "track"'
    elif not tokens.at("END"):
        hint = _habit(tokens) or _special_character(tokens)
    tokens.fail_expecting("a field of the event", "a function", hint=hint)


def fail_at_function(tokens: Tokenizer, name: Token) -> NoReturn:
    """Fail at a call of an unknown function, or of a condition as an argument."""
    if name.text in CONDITIONS:
        message = f"{name.text}(...) is a condition; it can't be an argument"
        tokens.fail(message, name.position, expected=FUNCTIONS)
    if name.text.lower() in ("and", "or", "in", "not"):
        hint = 'write "!" for not' if name.text.lower() == "not" else f"put a space after {name.text}"
        tokens.fail(f"{name.text} is not a function; {hint}", name.position)
    suggestion = closest(name.text, (*CONDITIONS, *FUNCTIONS))
    message = f"Unknown function {name.text}" + (f"; did you mean {suggestion}?" if suggestion else "")
    tokens.fail(message, name.position, expected=(suggestion,) if suggestion else (*CONDITIONS, *FUNCTIONS))


def fail_after_operand(tokens: Tokenizer) -> NoReturn:
    """Fail where a comparison is expected after a field or a call."""
    hint = _habit(tokens) or _between(tokens) or _special_character(tokens)
    if not hint and tokens.at("END", "RIGHT_PARENTHESIS", "AND", "OR"):
        hint = 'add a comparison, as in type = "track"'
    tokens.fail_expecting(*OPERATORS, hint=hint)


def fail_at_value(tokens: Tokenizer, *expected: str) -> NoReturn:
    """Fail where a value is expected: text, a number, true, false or null, unless others are given."""
    _fail_if_unclosed_string(tokens)
    operator = re.compile(r"[=!<>]*").match(tokens.source, _operator_start(tokens))
    if tokens.at("EQUALITY", "ORDER") and operator and operator[0] in OPERATOR_ALIASES:
        message = f"{operator[0]} is not an operator; did you mean {OPERATOR_ALIASES[operator[0]]}?"
        tokens.fail(message, operator.start(), expected=OPERATORS)
    hint = ""
    if not expected and (word := RULES["UNQUOTED"].match(tokens.source, tokens.position)):
        text = word[1].strip(CURLY_QUOTES)
        hint = f'put text in quotes, as in "{text[:40]}"' if text else ""
    elif tokens.at("LEFT_BRACKET"):
        hint = "use in with a list"
    tokens.fail_expecting(*(expected or VALUES), hint=hint)


def fail_at_pattern(tokens: Tokenizer) -> NoReturn:
    """Fail where the second argument of match is expected."""
    _fail_if_unclosed_string(tokens)
    tokens.fail_expecting("a pattern in quotes", hint='as in "Order *"')


def fail_after_condition(tokens: Tokenizer, end: str) -> NoReturn:
    """Fail where ``and``, ``or`` or this end is expected after a condition."""
    hint = _habit(tokens)
    if glued := re.compile(r"(and|or)(?![A-Za-z0-9_\\-])").match(tokens.source, tokens.position):
        hint = f"put a space after {glued[0]}"
    elif re.search(r"""\\["'][ \t\r\n]*\Z""", tokens.source[: tokens.position]):
        hint = "to put a quote in text, write it twice"
    tokens.fail_expecting('"and"', '"or"', end, hint=hint)


def _fail_if_unclosed_string(tokens: Tokenizer) -> None:
    quote = tokens.source[tokens.position : tokens.position + 1]
    if quote in ("'", '"') and not tokens.at("STRING"):
        tokens.fail(f"This text has no closing {quote}", expected=(quote,))


def _operator_start(tokens: Tokenizer) -> int:
    """Return the start of the operator characters that continue at the next token."""
    return tokens.position - len(re.split(r"[^=!<>]", tokens.source[: tokens.position])[-1])


def _habit(tokens: Tokenizer) -> str:
    suggestion = OPERATOR_ALIASES.get(tokens.found)
    return f"did you mean {suggestion}?" if suggestion else ""


def _between(tokens: Tokenizer) -> str:
    """Return a hint if a condition is written between its field and its text, as in other languages."""
    word = tokens.found.lower()
    return f'write {word}(field, "text")' if word in CONDITIONS else ""


def _special_character(tokens: Tokenizer) -> str:
    """Return a hint if the character needs a backslash in the name of a field."""
    char = tokens.source[tokens.position : tokens.position + 1]
    if tokens.source.startswith("$.", tokens.position):
        return "remove $., which is for the paths in fields"
    if not char or re.match(r"""[A-Za-z0-9()\[\],.="'<>!]""", char):
        return ""
    return f"in the name of a field, put a backslash before it: \\{char}"
