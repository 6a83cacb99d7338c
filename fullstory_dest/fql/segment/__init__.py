"""What Segment's own client makes of a trigger, and how to write a trigger so that it makes of it what we do.

Its client is ``parseFql`` and ``validate`` of @segment/destination-subscriptions, on the tokens of
@segment/fql-ts: a subset of FQL, with rules of its own.
"""

from .differences import differences
from .parser import parse_as_segment
from .writer import subscribe

__all__ = ["differences", "parse_as_segment", "subscribe"]
