"""Diagnosis of an installation: what needs attention, and what to do."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator
from typing import Final
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.staticfiles.apps import StaticFilesConfig
from django.contrib.staticfiles.finders import get_finders
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.cache import cache
from django.core.files.storage import Storage
from django.db import Error, connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.utils.crypto import get_random_string

from fullstory_dest.models import Source
from fullstory_dest.services.publishing.redeploy import count_outdated_sources
from fullstory_dest.services.publishing.scheduler_status import overdue_deployments, scheduler_status

_CACHE_KEY: Final = "doctor"


def find_problems() -> Iterator[str]:
    """Yield what needs attention, in one line each. Other problems of a database without migrations aren't found."""
    yield from _static_files()
    yield from _public_url()
    try:
        if not is_migrated():
            yield "The database lacks migrations. Run manage.py migrate."
            return
        yield from _cache()
        yield from _scheduler()
        yield from _outdated_sources()
        yield from _missing_statuses()
    except Error as error:
        yield f"The database failed: {' '.join(str(error).split())}. Check DATABASE_URL, and that it's running."


def is_migrated() -> bool:
    """Return whether the database has all migrations."""
    executor = MigrationExecutor(connection)
    return not executor.migration_plan(executor.loader.graph.leaf_nodes())


def _static_files() -> Iterator[str]:
    # In development, they are served without being collected.
    if not settings.DEVELOPMENT and any(not _is_collected(*file) for file in _found_files()):
        yield "Static files are missing or outdated. Run manage.py collectstatic --no-input."


def _found_files() -> Iterator[tuple[str, str, Storage]]:
    """Yield the files to collect: the path in STATIC_ROOT, and the path in its storage. The first of a path wins."""
    seen = set()
    for finder in get_finders():
        for path, storage in finder.list(StaticFilesConfig.ignore_patterns):
            prefix = getattr(storage, "prefix", None)
            collected = f"{prefix}/{path}" if prefix else path
            if collected not in seen:
                seen.add(collected)
                yield collected, path, storage


def _is_collected(collected: str, path: str, storage: Storage) -> bool:
    if not staticfiles_storage.exists(collected):
        return False
    with storage.open(path) as found, staticfiles_storage.open(collected) as copy:
        return bool(found.read() == copy.read())


def _public_url() -> Iterator[str]:
    url = urlsplit(settings.PUBLIC_URL)
    if url.scheme != "https" and not _is_loopback(url.hostname or ""):
        yield f"PUBLIC_URL is {settings.PUBLIC_URL}. Use https: pages with https can't load scripts without it."


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def _cache() -> Iterator[str]:
    value = get_random_string(12)
    try:
        with transaction.atomic():
            cache.set(_CACHE_KEY, value, timeout=60)
            works = cache.get(_CACHE_KEY) == value
    except Error:
        works = False
    if not works:
        yield "The cache table is missing or can't be written. Run manage.py createcachetable."


def _scheduler() -> Iterator[str]:
    status = scheduler_status()
    if not status.running:
        yield "No scheduler is running. Start manage.py run_scheduler, or run manage.py publish_due from cron."
    if overdue := overdue_deployments(status).count():
        yield f"Overdue scheduled deployments: {overdue}. Run manage.py run_scheduler --status to list them."


def _outdated_sources() -> Iterator[str]:
    if outdated := count_outdated_sources():
        yield f"Sources with an older runtime or PUBLIC_URL: {outdated}. Run manage.py redeploy --all."


def _missing_statuses() -> Iterator[str]:
    if missing := Source.objects.filter(stored_status=None).count():
        yield f"Sources without a stored status: {missing}. Run manage.py update_statuses."
