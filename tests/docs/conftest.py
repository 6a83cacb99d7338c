"""What tests of the documentation share with those of meaning."""

from tests.meaning.conftest import segment

__all__ = ["segment"]
