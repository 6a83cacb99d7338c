"""The one error of this package."""

from __future__ import annotations

from ...problem import SourceError


class LiquidError(SourceError):
    """The text is not a template that can be run."""
