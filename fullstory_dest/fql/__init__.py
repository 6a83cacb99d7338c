"""FQL, the language of triggers.

``parse`` reads text into a tree, ``unparse`` writes a tree as text, ``compile`` makes a tree into the
instructions that browsers run. ``segment`` tells what Segment's own client makes of a trigger. The language is that of https://segment.com/docs/api/public-api/fql/.
"""

from . import segment
from .compile import compile
from .errors import FQLError
from .normal import normalise
from .parser import parse
from .printer import unparse
from .reach import TYPES, Reach, example, never, reach
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
    "Scalar",
    "Trigger",
    "compile",
    "example",
    "never",
    "normalise",
    "parse",
    "reach",
    "segment",
    "unparse",
]
