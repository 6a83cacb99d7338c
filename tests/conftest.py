"""Fixtures and hooks for every test."""

import gc
import os
import random
from collections import Counter
from collections.abc import Iterator
from functools import partial
from types import SimpleNamespace
from typing import Any

import brotli
import pytest
from django.apps import apps
from django.contrib.auth.models import Group
from django.core import serializers
from django.db import connection, connections
from django.db.models.signals import post_migrate
from hypothesis import is_hypothesis_test, seed, settings
from pytest_django import DjangoDbBlocker

from fullstory_dest.compiler import files
from fullstory_dest.delivery import document_cache
from tests.parity import comparison

# The time of an example depends on the load of the machine. Failing examples are saved in .hypothesis/.
settings.register_profile("quick", deadline=None, print_blob=True, max_examples=100)
settings.register_profile("all", deadline=None, print_blob=True, max_examples=1000)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--all", action="store_true", help="run tests marked `long`, too, with more examples")


def pytest_configure(config: pytest.Config) -> None:
    everything = config.getoption("all")
    settings.load_profile("all" if everything else "quick")
    # Searching for garbage among thousands of collected tests takes long, and finds little.
    gc.set_threshold(50_000)
    # In the environment, so that all worker processes use the same seed.
    os.environ.setdefault("HYPOTHESIS_SEED", str(random.getrandbits(32) if everything else 1))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """Use two workers per core, because tests often wait: for browsers, locks and other processes."""
    return 2 * (os.cpu_count() or 1)


@pytest.fixture(scope="session", autouse=True)
def _quick_compression() -> Iterator[None]:
    """Compress published files less, in a thirtieth of the time. The server of browser tests compresses as usual."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(files, "brotli", SimpleNamespace(compress=partial(brotli.compress, quality=5)))
        yield


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Keep the roles, and close the pool's connections at the end: PostgreSQL drops no database in use."""
    with django_db_blocker.unblock():
        _keep_roles()
    yield
    for each in connections.all():
        if hasattr(each, "close_pool"):
            each.close_pool()


def _keep_roles() -> None:
    """Restore the roles after a test that commits: Django empties the tables and sends `post_migrate`."""
    roles = serializers.serialize("json", Group.objects.all(), use_natural_foreign_keys=True)
    *_, last = (app for app in apps.get_app_configs() if app.models_module)

    def restore(**_: Any) -> None:
        for role in serializers.deserialize("json", roles):
            role.save()

    post_migrate.connect(restore, sender=last, weak=False)


@pytest.fixture(autouse=True)
def _delivery_forgets():
    """Clear delivery's cache, which would show one test the documents of another."""
    with document_cache._lock:  # the server of browser tests might be using it
        document_cache._cache.clear()


#: The order in which workers run tests, by the start of their paths: single tests that take long, so that none starts
#: when others are done, and then the slowest areas.
LONGEST = (
    "tests/browser/admin/test_every_screen.py",
    "tests/admin/test_query_counts.py",
    "tests/services/test_lock_waits.py",
    "tests/models/test_migrations.py",
    "tests/project/test_run.py",
    "tests/compiler/test_static_values.py",
    "tests/browser/",
    "tests/parity/",
    "tests/admin/",
)
#: Tests that depend on the database, and so run on both: constraints, search, order and JSON. Those that commit do,
#: too, because threads can conflict in them.
ON_BOTH = (
    "tests/models/",
    "tests/delivery/test_script_requests.py",
    "tests/api/test_activity.py",
    "tests/api/base/test_problems.py",
    "tests/api/test_sources.py",
    "tests/admin/base/test_filters.py",
    "tests/admin/home/",
)
#: Tests whose queries Django writes for either. With ``ON_POSTGRESQL_TOO`` in the environment, SQLite leaves them to
#: PostgreSQL: browsers and REST run the same services on SQLite.
ON_POSTGRESQL = (
    "tests/services/",
    "tests/management/",
    "tests/admin/accounts/test_users.py",
    "tests/admin/base/test_bulk_actions.py",
    "tests/admin/destinations/test_copy.py",
    "tests/admin/errors/",
    "tests/admin/mappings/test_duplicate.py",
    "tests/admin/sources/test_archive.py",
    "tests/admin/sources/test_mappings_tab.py",
    "tests/admin/sources/test_write_key.py",
)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Select tests by their markers, and put slow ones first, after the ordering of pytest and pytest-django."""
    selected = [item for item in items if config.getoption("all") or _is_quick(item)]
    chosen = set(selected)
    config.hook.pytest_deselected(items=[item for item in items if item not in chosen])
    for item in selected:
        if is_hypothesis_test(test := getattr(item, "obj", None)):
            seed(comparison.run_seed())(test)

    def place(item: pytest.Item) -> int:
        return next((n for n, start in enumerate(LONGEST) if item.nodeid.startswith(start)), len(LONGEST))

    # Those in Firefox together, so that few workers start one.
    items[:] = sorted(selected, key=lambda item: (place(item), "firefox" not in item.nodeid))


def _is_quick(item: pytest.Item) -> bool:
    """Whether a test runs without ``--all``, on this database."""
    if item.get_closest_marker("long"):
        return False
    marker = item.get_closest_marker("django_db")
    commits = bool(marker and marker.kwargs.get("transaction")) or "transactional_db" in item.fixturenames
    if commits or item.nodeid.startswith(ON_BOTH):
        return True
    is_left_to_postgresql = item.nodeid.startswith(ON_POSTGRESQL)
    if connection.vendor == "sqlite":
        return not (is_left_to_postgresql and "ON_POSTGRESQL_TOO" in os.environ)
    return is_left_to_postgresql


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Send the counts of a worker to the main process."""
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput["compared"] = dict(comparison.compared)


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    comparison.compared.update(Counter(getattr(node, "workeroutput", {}).get("compared", {})))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the seed of generated data, and how many generated cases were compared."""
    counts = ", ".join(f"{count:,} {what}" for what, count in sorted(comparison.compared.items()))
    terminalreporter.write_line(f"HYPOTHESIS_SEED={comparison.run_seed()}  compared: {counts or 'no'} cases")
