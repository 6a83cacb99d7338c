"""FQL, the language of triggers.

``parse`` reads text into a tree, ``unparse`` writes a tree as text, ``compile`` makes a tree into the
instructions that browsers run. ``rows_of`` makes a tree into the rows of a builder, ``trigger_of`` a tree of those.
``segment`` tells what Segment's own client makes of a trigger. The language is that of
https://segment.com/docs/api/public-api/fql/.
"""

from . import segment
from .analysis import TYPES, Reach, example, never, reach
from .builder_rows import RowError, rows_of, trigger_of
from .compile import compile
from .errors import FQLError
from .normalize import normalise
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
    "TYPES",
    "And",
    "Call",
    "Compares",
    "Contains",
    "Equals",
    "FQLError",
    "Has",
    "In",
    "Match",
    "Not",
    "Operand",
    "Or",
    "Path",
    "Reach",
    "RowError",
    "Scalar",
    "Trigger",
    "compile",
    "example",
    "never",
    "normalise",
    "parse",
    "reach",
    "rows_of",
    "segment",
    "trigger_of",
    "unparse",
]
