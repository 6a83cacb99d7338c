"""The error of this package."""

from __future__ import annotations

from ..problem import SourceError


class FQLError(SourceError):
    """A syntax error in a trigger."""
