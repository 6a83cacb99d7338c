"""Row locks, which prevent lost updates.

To avoid deadlocks, all code locks rows in the same order: sources, environments, destinations, mappings, each by ID.
Changing a mapping also locks its destination. Read rows only after locking them. SQLite has no row locks; there, each
transaction is exclusive from its start (settings.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, TypeVar

from django.conf import settings
from django.db import IntegrityError, OperationalError, connection
from django.db.models import Model, ProtectedError, QuerySet, RestrictedError

from fullstory_dest.models import Destination, Environment, Mapping, Source

ModelT = TypeVar("ModelT", bound=Model)

#: PostgreSQL's codes for serialization failures and deadlocks.
WRITE_CONFLICT_CODES: Final = ("40001", "40P01")
#: PostgreSQL's code for a wait of more than the setting ``LOCK_TIMEOUT_SECONDS``.
LOCK_TIMEOUT_CODE: Final = "55P03"


def lock_rows(model: type[Model], keys: Sequence[int]) -> None:
    """Lock the rows with these IDs until the transaction ends. For mappings, lock their destinations first."""
    _set_lock_timeout()
    if issubclass(model, Mapping):
        mappings = Mapping.objects.filter(pk__in=keys)
        _lock(Destination.objects.filter(pk__in=mappings.values("destination_id")))
    _lock(model._base_manager.filter(pk__in=keys))


def lock_tree(model: type[Model], keys: Sequence[int]) -> None:
    """Lock rows and all of their drafts, for deleting, restoring and copying."""
    lock_rows(model, keys)
    if issubclass(model, Source):
        lock_drafts(keys)
    elif issubclass(model, Destination):
        _lock(Mapping.objects.filter(destination__in=keys))


def lock_drafts(sources: Sequence[int]) -> None:
    """Lock the destinations and mappings of sources, which are locked."""
    _lock(Destination.objects.filter(source__in=sources))
    _lock(Mapping.objects.filter(destination__source__in=sources))


def lock_source(source: Source) -> Source:
    """Lock a source until the transaction ends, and return it with its current values."""
    return for_update(Source.objects.all()).get(pk=source.pk)


def lock_environment(environment: Environment) -> Environment:
    """Lock an environment and its source until the transaction ends, and return it with the current values of both."""
    source = lock_source(environment.source)
    environments = Environment.objects.select_related("live__release")
    locked = _select_for_update(environments).get(pk=environment.pk)
    locked.source = source
    return locked


def for_update(rows: QuerySet[ModelT], *, skip_locked: bool = False) -> QuerySet[ModelT]:
    """Return a query that locks its rows until the transaction ends.

    This and all later locks of the transaction wait for at most ``LOCK_TIMEOUT_SECONDS``. PostgreSQL would wait forever
    by default. Evaluating the query raises OperationalError after that time (see ``is_lock_timeout``).
    """
    _set_lock_timeout()
    return _select_for_update(rows, skip_locked=skip_locked)


def is_lock_timeout(error: Exception) -> bool:
    """Return whether a change failed because it waited for others for too long. It can be retried."""
    if not isinstance(error, OperationalError):
        return False
    return _code(error) == LOCK_TIMEOUT_CODE or "database is locked" in str(error)


def is_write_conflict(error: Exception) -> bool:
    """Return whether the database rejected a change because of a concurrent one."""
    match error:
        case ProtectedError() | RestrictedError():
            return False
        case IntegrityError():
            return True
        case OperationalError():
            return _code(error) in WRITE_CONFLICT_CODES or is_lock_timeout(error)
        case _:
            return False


def _code(error: OperationalError) -> str | None:
    return getattr(error.__cause__, "sqlstate", None)


def _lock(rows: QuerySet[Model]) -> None:
    """Lock rows in a transaction that already has a timeout. Setting it takes a query."""
    list(_select_for_update(rows).order_by("pk").values_list("pk", flat=True))


def _select_for_update(rows: QuerySet[ModelT], *, skip_locked: bool = False) -> QuerySet[ModelT]:
    return rows.select_for_update(of=("self",), skip_locked=skip_locked)


def _set_lock_timeout() -> None:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL lock_timeout = {round(settings.LOCK_TIMEOUT_SECONDS * 1000)}")
