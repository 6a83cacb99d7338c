"""What is wrong with something that a person wrote, and where."""

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
    """One mistake. ``path`` leads to it through objects and arrays, from whatever was checked.

    A mistake in text says where: ``position`` counts characters from 0, ``expected`` names what could stand there.
    ``of_key`` is about the key that the path ends in, not about its value.
    """

    path: tuple[str | int, ...]
    message: str
    position: int | None = None
    expected: tuple[str, ...] = ()
    of_key: bool = field(default=False, compare=False, kw_only=True)

    @property
    def pointer(self) -> str:
        """The path as a JSON Pointer (RFC 6901): ``/properties/price``; the whole document is ``""``."""
        return "".join(f"/{str(key).replace('~', '~0').replace('/', '~1')}" for key in self.path)

    def below(self, *path: str | int) -> Problem:
        """The same problem, seen from further out."""
        return replace(self, path=(*path, *self.path))

    def __str__(self) -> str:
        return f"{self.pointer}: {self.message}" if self.path else self.message


class ProblemsError(ValueError):
    """Something was refused. Holds every problem found, not just the first."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("; ".join(map(str, self.problems)))


def describe(value: object) -> str:
    """The JSON type of a value, with its article, for messages: ``a string``."""
    return type_names.get(type(value), type(value).__name__)


SHOWN_WIDTH = 100  # characters of a line that a message shows, so that a long one does not flood a log


class SourceError(ValueError):
    """A mistake in text in one of the languages that people write.

    ``position`` is the 0-based character offset of the mistake in ``source``, ``message`` one sentence about it, and
    ``expected`` what could have stood there, for a person to read (it may be empty). ``str()`` adds ``excerpt``.
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
    """The line at a position, and a second line with a caret below it; both are indented."""
    start = max(source.rfind("\n", 0, position) + 1, position - SHOWN_WIDTH // 2)
    line = source[start : start + SHOWN_WIDTH].partition("\n")[0].rstrip("\r")
    # A tab stays a tab, or the caret would drift from what it points at.
    margin = "".join("\t" if char == "\t" else " " for char in source[start:position])
    return f"    {line}\n    {margin}^"
