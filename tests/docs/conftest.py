"""Fixtures shared with the parity tests."""

from tests.parity.conftest import segment

__all__ = ["segment"]
