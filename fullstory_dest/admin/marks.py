"""Two texts side by side, in which the words that differ are marked."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import takewhile
from typing import Final

#: Texts with more words are shown unmarked.
MAXIMUM_WORDS: Final = 1500
#: Comparing takes time that grows with the product of both: beyond it, pieces are marked as a whole.
MAXIMUM_PRODUCT: Final = 10_000

_word = re.compile(r"\w+|\s+|[^\w\s]")


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a text, and whether it differs from the other text."""

    text: str
    differs: bool


def marked(before: str, after: str) -> tuple[list[Part], list[Part]]:
    """Both texts in parts. A text beside nothing has no marks: all of it is new, or gone.

    Lines are compared first, and words in those that differ. That a line is indented otherwise is no difference.
    """
    if not before or not after or max(len(_word.findall(text)) for text in (before, after)) > MAXIMUM_WORDS:
        return _plain(before), _plain(after)
    left: list[Part] = []
    right: list[Part] = []
    old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    for kind, a, b, c, d in _opcodes([line.strip() for line in old], [line.strip() for line in new]):
        if kind != "replace":
            _add(left, old[a:b], kind != "equal")
            _add(right, new[c:d], kind != "equal")
        elif b - a == d - c:
            for line, other in zip(old[a:b], new[c:d], strict=True):
                _add_words(left, right, line, other)
        else:
            _add_words(left, right, "".join(old[a:b]), "".join(new[c:d]))
    return left, right


def _add_words(left: list[Part], right: list[Part], before: str, after: str) -> None:
    old, new = _word.findall(before), _word.findall(after)
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
    """How many of the first words are the same."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(old, new, strict=False)))


def _opcodes(old: Sequence[str], new: Sequence[str]) -> Sequence[tuple[str, int, int, int, int]]:
    return SequenceMatcher(None, old, new, autojunk=False).get_opcodes()


def _plain(text: str) -> list[Part]:
    return [Part(text, differs=False)] if text else []


def _add(parts: list[Part], texts: Sequence[str], differs: bool) -> None:
    """Adds a piece, to the last one if that is alike."""
    text = "".join(texts)
    if not text:
        return
    if parts and parts[-1].differs == differs:
        text = parts.pop().text + text
    parts.append(Part(text, differs))
