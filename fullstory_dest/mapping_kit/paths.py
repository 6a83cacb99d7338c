"""Paths and placeholders, split as in mapping-kit."""

from __future__ import annotations

import re
from collections.abc import Iterator

SEPARATOR = re.compile(r"""\[(?=["'0-9])|\.|(?<=["'0-9])\]+""")  # of get.js in @segment/actions-core
BRACE_RUN = re.compile(r"([^}]*+)(\}*+)")

# The characters that JavaScript's trim() removes. Python's strip() removes others.
JAVASCRIPT_SPACE = (
    "\t\n\v\f\r \u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000\ufeff"
)

# Replaces triple-braced placeholders. Templates can't contain it (see limits.py).
PLACEHOLDER_MARK = "\0"


def path_keys(path: str) -> list[str]:
    """Return the keys of ``a.b``, ``a[0]`` or ``a['b c']``.

    The list is empty for ``""`` and ``"."``, which are the whole event.
    """
    return [key.replace("'", "").replace('"', "") for key in SEPARATOR.split(path) if key]


def directive_path_keys(path: str) -> list[str]:
    """Return the keys of a directive's path, which can begin with ``$.``.

    mapping-kit removes the first ``$.``, wherever it is.
    """
    return path_keys(path.replace("$.", "", 1))


def split_placeholders(template: str) -> list[str | list[str]]:
    """Return the parts of a ``@template``: text, and the keys of each placeholder's path.

    These paths don't begin with ``$.``, which mapping-kit reads as a field named ``$``.
    """
    marked_paths, pieces = _pieces(template)
    parts: list[str | list[str]] = []
    for index, piece in enumerate(pieces):
        if index % 2:
            parts.append(path_keys(piece.strip(JAVASCRIPT_SPACE)))
            continue
        first, *others = piece.split(PLACEHOLDER_MARK)
        parts.append(first)
        for text in others:
            parts += [path_keys(next(marked_paths).strip(JAVASCRIPT_SPACE)), text]
    return [part for part in parts if part != ""]


def has_nested_placeholders(template: str) -> bool:
    """Return whether placeholders are nested, as in ``{{ {{{a}}} }}``. mapping-kit reads the inner value as a path."""
    _, pieces = _pieces(template)
    return any(PLACEHOLDER_MARK in path for path in pieces[1::2])


def _pieces(template: str) -> tuple[Iterator[str], list[str]]:
    """Split off the paths in triple braces first, and then those in double braces, as mapping-kit/placeholders.js does.

    Returns the paths in triple braces; and text, path, text, ..., text for double braces.
    """
    pieces = _split(template, "{{{")
    return iter(pieces[1::2]), _split(PLACEHOLDER_MARK.join(pieces[::2]), "{{")


def _split(template: str, opening: str) -> list[str]:
    """Return text, path, text, ..., text. This is ``template.split(/{{([^}]+)}}/)`` in linear time."""
    pieces: list[str] = []
    text: list[str] = []
    for run, braces in BRACE_RUN.findall(template):
        before, _, path = run.partition(opening)
        if path and len(braces) >= len(opening):
            pieces += ["".join((*text, before)), path]
            text = [braces[len(opening) :]]
        else:
            text += [run, braces]
    return [*pieces, "".join(text)]
