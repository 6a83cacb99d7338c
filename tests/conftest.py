"""What every test gets."""

from collections.abc import Iterator

import pytest
from django.db import connections
from hypothesis import settings

from fullstory_dest.delivery import store
from tests.meaning import comparison

# How long an example takes says more about what else the machine is doing.
settings.register_profile("patient", deadline=None)
settings.load_profile("patient")


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None) -> Iterator[None]:
    """Gives back the pool's connections at the end: PostgreSQL drops no database that one is open on."""
    yield
    for connection in connections.all():
        if hasattr(connection, "close_pool"):
            connection.close_pool()


@pytest.fixture(autouse=True)
def _delivery_forgets():
    """Delivery remembers for a moment what it served: no test may see another's."""
    store.forget()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Says how many generated cases were compared."""
    if comparison.compared:
        counts = ", ".join(f"{count:,} {what}" for what, count in sorted(comparison.compared.items()))
        terminalreporter.write_line(f"compared: {counts} cases (HYPOTHESIS_SEED={comparison.SEED})")
