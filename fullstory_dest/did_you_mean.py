"""Suggestions for unknown names."""

from __future__ import annotations

import difflib
from collections.abc import Iterable


def closest(name: str, known: Iterable[str], *, likeness: float = 0.6) -> str | None:
    """Return the most similar known name, ignoring case, dashes and underscores.

    ``likeness`` is the required similarity, from 0 to 1. Names whose length differs by more than half are ignored,
    unless they begin with this one. Returns None if no name is similar enough.
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
    """Return the end of a message, ``; did you mean @path?``, or an empty string if no known name is similar."""
    meant = closest(name, known)
    return f"; did you mean {meant}?" if meant else ""


def unknown_name(kind: str, name: object, known: Iterable[str]) -> str:
    """Return ``unknown field 'nmae'; did you mean 'name'?``, or list all known names if none is similar."""
    if meant := closest(str(name), known):
        return f"unknown {kind} {name!r}; did you mean {meant!r}?"
    return f"unknown {kind} {name!r}; expected one of {', '.join(known)}"


def folded(name: str) -> str:
    """Return the name without case, dashes and underscores."""
    return name.casefold().replace("_", "").replace("-", "")
