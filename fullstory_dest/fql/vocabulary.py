"""The names that FQL knows, and what someone may have meant by one that it does not."""

from __future__ import annotations

from ..did_you_mean import closest, folded

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

RESERVED_WORDS = frozenset({"and", "or", "in", "true", "false", "null"})

# The top level of an event, from https://segment.com/docs/connections/spec/common/ and the calls' own pages.
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

# What people bring along from other languages.
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

# Likewise, for the fields of an event: too far from their names to be found by their letters.
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
    """The field that ``root`` is likely a slip of the pen for, if it is one."""
    if root in EVENT_FIELDS:
        return None
    return FIELD_ALIASES.get(folded(root)) or closest(root, EVENT_FIELDS, likeness=0.8)
