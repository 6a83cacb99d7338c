"""What someone may have meant by a name that does not exist."""

from __future__ import annotations

import difflib
from collections.abc import Iterable


def closest(name: str, known: Iterable[str], *, likeness: float = 0.6) -> str | None:
    """The known name most like this one, whatever the case, dashes and underscores.

    None if none is at least so alike: 0 is not at all, 1 the same. Names of quite another length are not, unless they
    begin with this one: all of foo is in floor.
    """
    wanted = folded(name)
    similar = {
        spelling: each
        for each in known
        if abs(len(spelling := folded(each)) - len(wanted)) <= len(wanted) / 2 or spelling.startswith(wanted)
    }
    matches = difflib.get_close_matches(wanted, similar, n=1, cutoff=likeness)
    return similar[matches[0]] if matches else None


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """The end of a sentence: ``; did you mean @path?``, or nothing if no known name is like this one."""
    meant = closest(name, known)
    return f"; did you mean {meant}?" if meant else ""


def unknown_name(kind: str, name: object, known: Iterable[str]) -> str:
    """A sentence: ``unknown field 'nmae'; did you mean 'name'?``, or all known names if none is like this one."""
    if meant := closest(str(name), known):
        return f"unknown {kind} {name!r}; did you mean {meant!r}?"
    return f"unknown {kind} {name!r}; expected one of {', '.join(known)}"


def folded(name: str) -> str:
    """The name without case, dashes and underscores."""
    return name.casefold().replace("_", "").replace("-", "")
