"""What someone may have meant by a name that there is not."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

LONGEST_NAME = 40  # difflib's time grows with the square of the length


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """The end of a sentence: ``; did you mean @path?``, or nothing if no known name is like this one."""
    name = name[:LONGEST_NAME]
    # Of similar length, or its beginning: all of foo is in floor.
    similar = [each for each in known if abs(len(each) - len(name)) <= len(name) / 2 or each.startswith(name)]
    matches = difflib.get_close_matches(name, similar, n=1)
    return f"; did you mean {matches[0]}?" if matches else ""
