"""What every test gets."""

import os
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.contrib.auth.models import Group
from django.core import serializers
from django.db import connections
from django.db.models.signals import post_migrate
from hypothesis import settings
from pytest_django import DjangoDbBlocker

from fullstory_dest.delivery import document_cache
from tests.parity import comparison

# How long an example takes says more about what else the machine is doing.
settings.register_profile("patient", deadline=None)
settings.load_profile("patient")


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Keeps the roles, and gives back the pool's connections at the end: PostgreSQL drops no database in use."""
    with django_db_blocker.unblock():
        _keep_roles()
    yield
    for connection in connections.all():
        if hasattr(connection, "close_pool"):
            connection.close_pool()


def _keep_roles() -> None:
    """A test that commits leaves empty tables, and Django then says `post_migrate`: the roles, too, are there again."""
    roles = serializers.serialize("json", Group.objects.all(), use_natural_foreign_keys=True)
    *_, last = (app for app in apps.get_app_configs() if app.models_module)

    def restore(**_: Any) -> None:
        for role in serializers.deserialize("json", roles):
            role.save()

    post_migrate.connect(restore, sender=last, weak=False)


@pytest.fixture(autouse=True)
def _delivery_forgets():
    """Delivery remembers for a moment what it served: no test may see another's."""
    document_cache.clear()


#: Files that take longest, by how their paths begin: workers start with these, lest all wait for one at the end.
LONGEST = (
    "tests/browser/test_analytics_parity.py",
    "tests/browser/admin/test_every_screen.py",
    "tests/browser/",
    "tests/parity/",
    "tests/admin/",
)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """After pytest and pytest-django, which have orders of their own: within a file theirs stays."""

    def place(item: pytest.Item) -> int:
        return next((n for n, start in enumerate(LONGEST) if item.nodeid.startswith(start)), len(LONGEST))

    items.sort(key=place)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """Half as many again as cores: tests wait for browsers and servers to settle."""
    return max(2, (os.cpu_count() or 1) * 3 // 2)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """One of several processes tells the first what it counted."""
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput["compared"] = dict(comparison.compared)


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    comparison.compared.update(Counter(getattr(node, "workeroutput", {}).get("compared", {})))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Says how many generated cases were compared."""
    if comparison.compared:
        counts = ", ".join(f"{count:,} {what}" for what, count in sorted(comparison.compared.items()))
        terminalreporter.write_line(f"compared: {counts} cases (HYPOTHESIS_SEED={comparison.SEED})")
