"""The error of this package."""

from __future__ import annotations

from ...problem import SourceError


class LiquidError(SourceError):
    """An error in a Liquid template."""
