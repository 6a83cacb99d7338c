"""FQL, the language of triggers.

``parse`` reads text into a tree, ``unparse`` writes a tree as text, and ``compile`` compiles a tree to the
instructions that browsers run. ``builder_rows`` converts a tree to the rows of the trigger builder, and ``trigger_of``
converts rows to a tree. ``segment`` finds out how Segment's client reads a trigger. The language is that of
https://segment.com/docs/api/public-api/fql/.
"""

from . import segment
from .analysis import EVENT_TYPES, MatchableEvents, example_event, matchable_events, why_never_matches
from .builder_rows import RowError, builder_rows, trigger_of
from .compile import compile
from .errors import FQLError
from .normalize import normalize
from .parser import parse
from .printer import unparse
from .tree import (
    And,
    Call,
    Compares,
    Contains,
    Equals,
    Has,
    In,
    Match,
    Not,
    Operand,
    Or,
    Path,
    Scalar,
    Trigger,
)

__all__ = [
    "EVENT_TYPES",
    "And",
    "Call",
    "Compares",
    "Contains",
    "Equals",
    "FQLError",
    "Has",
    "In",
    "Match",
    "MatchableEvents",
    "Not",
    "Operand",
    "Or",
    "Path",
    "RowError",
    "Scalar",
    "Trigger",
    "builder_rows",
    "compile",
    "example_event",
    "matchable_events",
    "normalize",
    "parse",
    "segment",
    "trigger_of",
    "unparse",
    "why_never_matches",
]
