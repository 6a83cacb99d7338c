"""Where in a JSON text the value at a path stands, so that a problem can be shown on its line."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from json.decoder import scanstring  # type: ignore[attr-defined]

_space = re.compile(r"[ \t\n\r]*")
_decoder = json.JSONDecoder()


def place_of(text: str, path: Sequence[str | int]) -> int:
    """The offset in the text of the value at the path, or of the innermost value around it that is there.

    The text is JSON.
    """
    position = _after_space(text, 0)
    for step in path:
        found = _item(text, position, step)
        if found is None:
            break
        position = found
    return position


def line_and_column(text: str, position: int) -> tuple[int, int]:
    """Both from 1, as people count."""
    start = text.rfind("\n", 0, position) + 1
    return text.count("\n", 0, position) + 1, position - start + 1


def _item(text: str, position: int, step: str | int) -> int | None:
    """The offset of an item of the object or list that begins at the position."""
    is_object = text[position] == "{"
    if not is_object and text[position] != "[":
        return None
    index = 0
    position = _after_space(text, position + 1)
    while text[position] not in "}]":
        key: str | int = index
        if is_object:
            key, position = scanstring(text, position + 1)
            position = _after_space(text, text.index(":", position) + 1)
        if key == step:
            return position
        _, position = _decoder.raw_decode(text, position)
        position = _after_space(text, position)
        if text[position] == ",":
            position = _after_space(text, position + 1)
        index += 1
    return None


def _after_space(text: str, position: int) -> int:
    found = _space.match(text, position)
    return found.end() if found else position
