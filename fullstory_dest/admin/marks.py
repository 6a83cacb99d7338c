"""Two texts side by side, in which the words that differ are marked."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Final

#: Comparing takes time that grows with the product of both: texts with more words are shown unmarked.
MAXIMUM_WORDS: Final = 1500

_word = re.compile(r"\w+|\s+|[^\w\s]")


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a text, and whether it differs from the other text."""

    text: str
    differs: bool


def marked(before: str, after: str) -> tuple[list[Part], list[Part]]:
    """Both texts in parts. A text beside nothing has no marks: all of it is new, or gone."""
    old, new = _word.findall(before), _word.findall(after)
    if not old or not new or max(len(old), len(new)) > MAXIMUM_WORDS:
        return _plain(before), _plain(after)
    left: list[Part] = []
    right: list[Part] = []
    for kind, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        differs = kind != "equal"
        left += _joined(old[a:b], differs)
        right += _joined(new[c:d], differs)
    return left, right


def _plain(text: str) -> list[Part]:
    return [Part(text, differs=False)] if text else []


def _joined(words: list[str], differs: bool) -> list[Part]:
    return [Part("".join(words), differs)] if words else []
