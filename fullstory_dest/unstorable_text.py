"""Text that can neither be encoded as UTF-8 nor kept in PostgreSQL: with a NUL, or half of a surrogate pair."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final, NamedTuple

from .problem import Problem

MAXIMUM_DEPTH: Final = 100  # objects and arrays inside one another

_unstorable = re.compile("[\0\ud800-\udfff]")


class Unstorable(NamedTuple):
    """A character that cannot be stored: its 0-based position, and its name, such as ``U+0000``."""

    position: int
    name: str


def find_unstorable(text: str) -> Unstorable | None:
    """The first character of a text that cannot be stored."""
    found = _unstorable.search(text)
    return Unstorable(found.start(), f"U+{ord(found[0]):04X}") if found else None


def without_unstorable(text: str) -> str:
    """The text without such characters."""
    return _unstorable.sub("", text)


def check_text(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[Problem]:
    """Strings that cannot be stored or sent, and nesting too deep to walk, anywhere in a JSON value."""
    if len(path) > MAXIMUM_DEPTH:
        yield Problem(path[:3], f"is nested more than {MAXIMUM_DEPTH} levels deep")
    elif isinstance(value, str):
        if found := find_unstorable(value):
            yield Problem(path, f"holds the character {found.name}, which cannot be stored")
    elif isinstance(value, dict):
        for key, part in value.items():
            if isinstance(key, str) and (found := find_unstorable(key)):
                yield Problem(path, f"has a key with the character {found.name}, which cannot be stored")
            else:
                yield from check_text(part, (*path, key))
    elif isinstance(value, list):
        for index, part in enumerate(value):
            yield from check_text(part, (*path, index))
