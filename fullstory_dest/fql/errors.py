"""The error of this package."""

from __future__ import annotations

from ..problem import TextSyntaxError


class FQLError(TextSyntaxError):
    """A syntax error in a trigger."""
