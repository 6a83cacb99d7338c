"""What every test gets."""

import pytest

from fullstory_dest.delivery import store


@pytest.fixture(autouse=True)
def _delivery_forgets():
    """Delivery remembers for a moment what it served: no test may see another's."""
    store.forget()
