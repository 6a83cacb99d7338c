"""The error of this package."""

from __future__ import annotations

from ...problem import TextSyntaxError


class LiquidError(TextSyntaxError):
    """An error in a Liquid template."""
