"""Patterns of ``match()``: ``*``, ``?``, ``[abc]``, ``[a-z]`` and ``\\x``."""

from __future__ import annotations

from typing import TypeAlias

# A sequence of text and arrays for wildcards and classes (docs/compiled-config.md).
Glob: TypeAlias = list[str | list[str | list[str]]]


MAX_LENGTH = 500  # characters: matching takes the length of the pattern times the length of the text


class GlobError(ValueError):
    """A syntax error in a pattern. ``position`` is the offset in it."""

    def __init__(self, message: str, position: int) -> None:
        super().__init__(message, position)
        self.message = message
        self.position = position


def compile_glob(pattern: str) -> Glob:
    """Return the compiled pattern (docs/compiled-config.md). Raises GlobError.

    glob = ("*" | "?" | class | CHAR)*
    """
    glob: Glob = []
    position = 0
    if len(pattern) > MAX_LENGTH:
        raise GlobError(
            f"Expected a pattern of at most {MAX_LENGTH} characters, but found {len(pattern):,}", MAX_LENGTH
        )
    while position < len(pattern):
        char = pattern[position]
        if char == "*":
            if not glob or glob[-1] != ["*"]:
                glob.append(["*"])
            position += 1
        elif char == "?":
            glob.append(["?"])
            position += 1
        elif char == "[":
            members, position = _compile_class(pattern, position)
            glob.append(members)
        else:
            char, position = _read_char(pattern, position)
            if glob and isinstance(glob[-1], str):
                glob[-1] += char
            else:
                glob.append(char)
    return glob


def _compile_class(pattern: str, start: int) -> tuple[list[str | list[str]], int]:
    """
    class = "[" (CHAR "-" CHAR | CHAR)+ "]"
    """
    singles = ""
    ranges: list[list[str]] = []
    position = start + 1
    if pattern[position : position + 1] in ("^", "!"):
        raise GlobError(
            f'Classes can\'t be negated; to match the character, write "\\{pattern[position]}"', position
        )
    while position < len(pattern) and pattern[position] != "]":
        first_position = position
        first, position = _read_char(pattern, position)
        # A dash between two characters is a range. At either end, it matches a dash.
        if pattern[position : position + 1] == "-" and pattern[position + 1 : position + 2] not in ("]", ""):
            last, position = _read_char(pattern, position + 1)
            if last < first:
                raise GlobError(f"The range {first}-{last} is in the wrong order", first_position)
            ranges.append([first, last])
        elif first not in singles:
            singles += first
    if position == len(pattern):
        raise GlobError('This class has no closing "]"; to match the character, write "\\["', start)
    if not singles and not ranges:
        raise GlobError('This class is empty; to match the characters, write "\\[\\]"', start)
    return ["[]", *([singles] if singles else []), *ranges], position + 1


def _read_char(pattern: str, position: int) -> tuple[str, int]:
    """
    CHAR = "\\" any | any
    """
    if pattern[position] != "\\":
        return pattern[position], position + 1
    if position + 1 == len(pattern):
        raise GlobError('Nothing follows the backslash; to match the character, write "\\\\"', position)
    return pattern[position + 1], position + 2
