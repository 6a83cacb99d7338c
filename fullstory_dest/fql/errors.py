"""The one error of this package."""

from __future__ import annotations

from ..problem import SourceError


class FQLError(SourceError):
    """The text is not a trigger."""
