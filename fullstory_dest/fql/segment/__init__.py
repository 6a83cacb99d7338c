"""Compatibility with Segment's client: how it reads a trigger, and triggers that it reads as this project does.

The client is ``parseFql`` and ``validate`` of @segment/destination-subscriptions, on the tokens of @segment/fql-ts. It
understands a subset of FQL, with different rules.
"""

from .differences import differences
from .parser import parse_as_segment
from .writer import subscribe

__all__ = ["differences", "parse_as_segment", "subscribe"]
