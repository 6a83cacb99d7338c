"""The one error of this package."""

from __future__ import annotations

SHOWN_WIDTH = 100  # characters of a line that a message shows


class LiquidError(ValueError):
    """The text is not a template that can be run.

    ``position`` is the 0-based character offset of the mistake in ``source``, ``message`` one sentence about it, and
    ``expected`` what could have stood there, for a person to read (it may be empty). ``str()`` adds the line of the
    source with a caret under the mistake.
    """

    def __init__(self, message: str, source: str, position: int, expected: tuple[str, ...] = ()) -> None:
        super().__init__(message, source, position, expected)
        self.message = message
        self.source = source
        self.position = position
        self.expected = expected

    def __str__(self) -> str:
        start = max(self.source.rfind("\n", 0, self.position) + 1, self.position - SHOWN_WIDTH // 2)
        line = self.source[start : start + SHOWN_WIDTH].partition("\n")[0].rstrip("\r")
        # A tab stays a tab, or the caret would drift from what it points at.
        margin = "".join("\t" if char == "\t" else " " for char in self.source[start : self.position])
        return f"{self.message}\n    {line}\n    {margin}^"
