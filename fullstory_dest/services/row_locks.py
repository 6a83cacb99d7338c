"""Holds rows that are about to be changed, in one order everywhere: sources, then destinations, then mappings, by id.

Whoever changes a mapping holds its destination, too. So nobody writes over what another changed meanwhile, and no two
wait for each other. Rows are to be read after they are held. SQLite has no row locks: there the whole transaction is
exclusive from its start (settings.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, TypeVar

from django.db import IntegrityError, OperationalError, connection
from django.db.models import Model, ProtectedError, QuerySet, RestrictedError

from fullstory_dest.models import Destination, Mapping, Source

ModelT = TypeVar("ModelT", bound=Model)

#: PostgreSQL's codes: two transactions that cannot both be had, and two that wait for each other.
WRITE_CONFLICT_CODES: Final = ("40001", "40P01")
#: PostgreSQL's code of a wait for a row that took longer than ``LOCK_TIMEOUT_SECONDS``.
LOCK_TIMEOUT_CODE: Final = "55P03"
#: As long as SQLite waits for the database (settings.py).
LOCK_TIMEOUT_SECONDS = 20.0


def lock_rows(model: type[Model], keys: Sequence[int]) -> None:
    """Holds the rows with these ids until the transaction ends; of mappings, first their destinations."""
    _set_lock_timeout()
    if issubclass(model, Mapping):
        mappings = Mapping.objects.filter(pk__in=keys)
        _lock(Destination.objects.filter(pk__in=mappings.values("destination_id")))
    _lock(model._base_manager.filter(pk__in=keys))


def lock_tree(model: type[Model], keys: Sequence[int]) -> None:
    """Holds rows with all drafts below them: for deleting, restoring and copying."""
    lock_rows(model, keys)
    if issubclass(model, Source):
        _lock(Destination.objects.filter(source__in=keys))
        _lock(Mapping.objects.filter(destination__source__in=keys))
    elif issubclass(model, Destination):
        _lock(Mapping.objects.filter(destination__in=keys))


def lock_source(source: Source) -> Source:
    """Lock a source until the transaction ends, and return it as it is in the database now."""
    return for_update(Source.objects.all()).get(pk=source.pk)


def for_update(rows: QuerySet[ModelT], *, skip_locked: bool = False) -> QuerySet[ModelT]:
    """Return rows that reading locks until the transaction ends.

    Reading waits for ``LOCK_TIMEOUT_SECONDS`` at most, and so does whatever the transaction waits for later: PostgreSQL
    would wait forever. Every row lock is taken here. Raises OperationalError (``is_lock_timeout``).
    """
    _set_lock_timeout()
    return _select_for_update(rows, skip_locked=skip_locked)


def is_lock_timeout(error: Exception) -> bool:
    """Whether the database made no change because others were at work for too long. It can be tried again."""
    if not isinstance(error, OperationalError):
        return False
    return _code(error) == LOCK_TIMEOUT_CODE or "database is locked" in str(error)


def is_write_conflict(error: Exception) -> bool:
    """Whether the database refused a change because of another one that was made at the same moment."""
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
    """Lock rows in a transaction whose waits are bounded already: once is enough, and each time is a query."""
    list(_select_for_update(rows).order_by("pk").values_list("pk", flat=True))


def _select_for_update(rows: QuerySet[ModelT], *, skip_locked: bool = False) -> QuerySet[ModelT]:
    return rows.select_for_update(of=("self",), skip_locked=skip_locked)


def _set_lock_timeout() -> None:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL lock_timeout = {round(LOCK_TIMEOUT_SECONDS * 1000)}")
