"""What tests of the documentation share with those of meaning."""

from tests.parity.conftest import segment

__all__ = ["segment"]
