"""The names that FQL knows, and what someone may have meant by one that it does not."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

# These give a value. contains and match give true or false, and are conditions: see tree.Contains,
# tree.Match.
FUNCTIONS = (
    "length",
    "lowercase",
    "uppercase",
    "snakecase",
    "kebabcase",
    "titlecase",
    "typeof",
    "bool",
    "string",
    "number",
)
CONDITIONS = ("contains", "match")

RESERVED = frozenset({"and", "or", "in", "true", "false", "null"})

# The top level of an event, from https://segment.com/docs/connections/spec/common/ and the calls' own pages.
FIELDS = (
    "type",
    "event",
    "name",
    "userId",
    "anonymousId",
    "groupId",
    "previousId",
    "category",
    "properties",
    "traits",
    "context",
    "integrations",
    "messageId",
    "timestamp",
    "originalTimestamp",
    "sentAt",
    "receivedAt",
    "version",
    "channel",
    "projectId",
    "writeKey",
    "_metadata",
)

# What people bring along from other languages.
HABITS = {
    "==": "=",
    "===": "=",
    "!==": "!=",
    "<>": "!=",
    "=<": "<=",
    "=>": ">=",
    "&&": "and",
    "||": "or",
    "AND": "and",
    "OR": "or",
    "And": "and",
    "Or": "or",
    "&": "and",
    "|": "or",
}

# Likewise, for the fields of an event: too far from their names to be found by their letters.
HABITUAL_FIELDS = {
    "property": "properties",
    "props": "properties",
    "prop": "properties",
    "trait": "traits",
    "ctx": "context",
    "eventname": "event",
    "eventtype": "type",
    "uid": "userId",
    "user": "userId",
}

LONGEST_NAME = 40  # difflib's time grows with the square of the length


def closest(name: str, known: Iterable[str], *, likeness: float) -> str | None:
    """The known name most like this one, whatever the case and underscores.

    None if none is at least so alike: 0 is not at all, 1 the same.
    """
    if len(name) > LONGEST_NAME:
        return None
    spellings = {_plain(each): each for each in known}
    matches = difflib.get_close_matches(_plain(name), spellings, n=1, cutoff=likeness)
    return spellings[matches[0]] if matches else None


def misspelt(root: str) -> str | None:
    """The field that ``root`` is likely a slip of the pen for, if it is one."""
    if root in FIELDS:
        return None
    return HABITUAL_FIELDS.get(_plain(root)) or closest(root, FIELDS, likeness=0.8)


def _plain(name: str) -> str:
    return name.casefold().replace("_", "").replace("-", "")
