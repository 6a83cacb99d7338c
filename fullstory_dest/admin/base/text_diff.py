"""Word diffs of two texts or two pieces of markup, for side-by-side display."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import takewhile
from typing import Final

from django.utils.safestring import SafeString, mark_safe

#: Longer texts are shown without marks.
MAXIMUM_WORDS: Final = 1500
#: Limit on the product of both word counts, which comparison time grows with. Above it, the whole piece is marked.
MAXIMUM_PRODUCT: Final = 10_000

_tag = re.compile(r"<[^>]*>")
_piece = re.compile(r"<[^>]*>|[^<]+")


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a text, and whether it differs from the other text."""

    text: str
    differs: bool


@dataclass(frozen=True, slots=True)
class _Reading:
    """How to split a text into lines and words. ``said`` is the content of a line that comparisons use."""

    lines: Callable[[str], list[str]]
    words: Callable[[str], list[str]]
    said: Callable[[str], str]


_TEXT: Final = _Reading(
    lines=lambda text: text.splitlines(keepends=True),
    words=re.compile(r"\w+|\s+|[^\w\s]").findall,
    said=str.strip,
)
#: Each list item or term is a line. A tag or character reference is a word.
_MARKUP: Final = _Reading(
    lines=re.compile(r"(?=<(?:li|ul|dt|dd)\b)").split,
    words=re.compile(r"<[^>]*>|&#?\w+;|\w+|\s+|[^\w\s]").findall,
    said=lambda line: _tag.sub("", line).strip(),
)


def marked(before: str, after: str) -> tuple[list[Part], list[Part]]:
    """Both texts as parts. If either text is empty, the other has no marks.

    Compares lines first, then words in the lines that differ. Ignores indentation.
    """
    return _marked(before, after, _TEXT)


def marked_markup(before: SafeString, after: SafeString) -> tuple[SafeString, SafeString]:
    """Both pieces of markup with ``del`` and ``ins`` around the texts that differ. Tags stay unmarked and paired."""
    left, right = _marked(before, after, _MARKUP)
    return _wrapped(left, "del"), _wrapped(right, "ins")


def _marked(before: str, after: str, reading: _Reading) -> tuple[list[Part], list[Part]]:
    words = reading.words
    if not before or not after or max(len(words(text)) for text in (before, after)) > MAXIMUM_WORDS:
        return plain(before), plain(after)
    left: list[Part] = []
    right: list[Part] = []
    old, new = reading.lines(before), reading.lines(after)
    for kind, a, b, c, d in _opcodes([*map(reading.said, old)], [*map(reading.said, new)]):
        if kind != "replace":
            _add(left, old[a:b], kind != "equal")
            _add(right, new[c:d], kind != "equal")
        elif b - a == d - c:
            for line, other in zip(old[a:b], new[c:d], strict=True):
                _add_words(left, right, words(line), words(other))
        else:
            _add_words(left, right, words("".join(old[a:b])), words("".join(new[c:d])))
    return left, right


def _wrapped(parts: Iterable[Part], element: str) -> SafeString:
    """The markup with an element around each text that differs."""

    def wrapped(piece: re.Match[str]) -> str:
        text = piece[0]
        return text if text.startswith("<") or not text.strip() else f"<{element}>{text}</{element}>"

    pieces = (_piece.sub(wrapped, part.text) if part.differs else part.text for part in parts)
    return mark_safe("".join(pieces))  # noqa: S308 - safe input, split only around its tags


def _add_words(left: list[Part], right: list[Part], old: Sequence[str], new: Sequence[str]) -> None:
    start = _alike(old, new)
    end = _alike(old[start:][::-1], new[start:][::-1])
    middles = old[start : len(old) - end], new[start : len(new) - end]
    _add(left, old[:start], differs=False)
    _add(right, new[:start], differs=False)
    if len(middles[0]) * len(middles[1]) > MAXIMUM_PRODUCT:
        _add(left, middles[0], differs=True)
        _add(right, middles[1], differs=True)
    else:
        for kind, a, b, c, d in _opcodes(*middles):
            _add(left, middles[0][a:b], kind != "equal")
            _add(right, middles[1][c:d], kind != "equal")
    _add(left, old[len(old) - end :], differs=False)
    _add(right, new[len(new) - end :], differs=False)


def _alike(old: Sequence[str], new: Sequence[str]) -> int:
    """The number of equal words at the start."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(old, new, strict=False)))


def _opcodes(old: Sequence[str], new: Sequence[str]) -> Sequence[tuple[str, int, int, int, int]]:
    return SequenceMatcher(None, old, new, autojunk=False).get_opcodes()


def plain(text: str) -> list[Part]:
    """A text as one part without marks; no parts if it's empty."""
    return [Part(text, differs=False)] if text else []


def _add(parts: list[Part], texts: Sequence[str], differs: bool) -> None:
    """Add texts to the parts, merged into the last part if that has the same mark."""
    text = "".join(texts)
    if not text:
        return
    if parts and parts[-1].differs == differs:
        text = parts.pop().text + text
    parts.append(Part(text, differs))
