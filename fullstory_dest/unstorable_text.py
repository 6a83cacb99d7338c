"""Characters that PostgreSQL or UTF-8 can't store: NUL and unpaired surrogates."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final, NamedTuple

from .problem import Problem

MAXIMUM_DEPTH: Final = 100  # nested objects and arrays

_unstorable = re.compile("[\0\ud800-\udfff]")


class Unstorable(NamedTuple):
    """A character that can't be stored, with its 0-based position and a name such as ``U+0000``."""

    position: int
    name: str


def find_unstorable(text: str) -> Unstorable | None:
    """Return the first character that can't be stored, if any."""
    found = _unstorable.search(text)
    return Unstorable(found.start(), f"U+{ord(found[0]):04X}") if found else None


def without_unstorable(text: str) -> str:
    """Return the text without characters that can't be stored."""
    return _unstorable.sub("", text)


def check_text(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[Problem]:
    """Yield the strings of a JSON value that can't be stored, and levels that are nested too deeply."""
    if len(path) > MAXIMUM_DEPTH:
        yield Problem(path[:3], f"expected at most {MAXIMUM_DEPTH} nested levels")
    elif isinstance(value, str):
        if found := find_unstorable(value):
            yield Problem(path, f"the character {found.name} isn't allowed")
    elif isinstance(value, dict):
        for key, part in value.items():
            if isinstance(key, str) and (found := find_unstorable(key)):
                yield Problem(path, f"the character {found.name} isn't allowed in keys")
            else:
                yield from check_text(part, (*path, key))
    elif isinstance(value, list):
        for index, part in enumerate(value):
            yield from check_text(part, (*path, index))
