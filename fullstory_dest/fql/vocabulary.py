"""FQL's names, with suggestions for unknown ones."""

from __future__ import annotations

from ..did_you_mean import closest, folded

# Functions return values. contains and match are conditions instead: see tree.Contains and tree.Match.
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

RESERVED_WORDS = frozenset({"and", "or", "in", "true", "false", "null"})

# The top level of an event, from https://segment.com/docs/connections/spec/common/ and the pages of each call.
EVENT_FIELDS = (
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

# Operators of other languages.
OPERATOR_ALIASES = {
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

# Common names for fields of an event that are too different from them to be found by similarity.
FIELD_ALIASES = {
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


def closest_field(root: str) -> str | None:
    """Return the field that ``root`` is probably a typo of, if any."""
    if root in EVENT_FIELDS:
        return None
    return FIELD_ALIASES.get(folded(root)) or closest(root, EVENT_FIELDS, likeness=0.8)
