"""Problems of user input, with their locations."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

type_names = {
    type(None): "null",
    bool: "a boolean",
    int: "a number",
    float: "a number",
    str: "a string",
    list: "an array",
    dict: "an object",
}


@dataclass(frozen=True, slots=True)
class Problem:
    """A problem. ``path`` has the keys and indexes that lead to it from the checked value.

    Problems in text have a ``position`` in characters from 0, and the tokens ``expected`` there. With ``of_key``, the
    problem is about the last key of the path instead of its value.
    """

    path: tuple[str | int, ...]
    message: str
    position: int | None = None
    expected: tuple[str, ...] = ()
    of_key: bool = field(default=False, compare=False, kw_only=True)

    @property
    def pointer(self) -> str:
        """The path as a JSON Pointer (RFC 6901), such as ``/properties/price``, or ``""`` for the whole document."""
        return "".join(f"/{str(key).replace('~', '~0').replace('/', '~1')}" for key in self.path)

    def below(self, *path: str | int) -> Problem:
        """Return the problem with keys prepended to its path."""
        return replace(self, path=(*path, *self.path))

    def __str__(self) -> str:
        return f"{self.pointer}: {self.message}" if self.path else self.message


class ProblemsError(ValueError):
    """An input was rejected. ``problems`` has all problems that were found."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("; ".join(map(str, self.problems)))


def describe(value: object) -> str:
    """Return the JSON type of a value with its article, such as ``a string``."""
    return type_names.get(type(value), type(value).__name__)


SHOWN_WIDTH = 100  # characters of a line that messages show, to keep logs readable


class TextSyntaxError(ValueError):
    """An error in the source text of a trigger or a template.

    ``message`` is a sentence, ``position`` the 0-based character offset in ``source``, and ``expected`` the possible
    tokens there, for display (it can be empty). ``str()`` adds the ``excerpt``.
    """

    def __init__(self, message: str, source: str, position: int, expected: tuple[str, ...] = ()) -> None:
        super().__init__(message, source, position, expected)
        self.message = message
        self.source = source
        self.position = position
        self.expected = expected

    def __str__(self) -> str:
        return f"{self.message}\n{excerpt(self.source, self.position)}"


def excerpt(source: str, position: int) -> str:
    """Return the line at a position, and a second line with a caret below it. Both are indented."""
    start = max(source.rfind("\n", 0, position) + 1, position - SHOWN_WIDTH // 2)
    line = source[start : start + SHOWN_WIDTH].partition("\n")[0].rstrip("\r")
    # Tabs are kept, so that the caret is in the right column.
    margin = "".join("\t" if char == "\t" else " " for char in source[start:position])
    return f"    {line}\n    {margin}^"
