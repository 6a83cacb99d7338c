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
COLLISIONS: Final = ("40001", "40P01")
#: PostgreSQL's code of a wait for a row that took longer than ``LONGEST_WAIT_SECONDS``.
TIMEOUT: Final = "55P03"
#: As long as SQLite waits for the database (settings.py).
LONGEST_WAIT_SECONDS = 20.0


def lock_rows(model: type[Model], keys: Sequence[int]) -> None:
    """Holds the rows with these ids until the transaction ends; of mappings, first their destinations."""
    _bound_wait()
    if issubclass(model, Mapping):
        mappings = Mapping.objects.filter(pk__in=keys)
        _hold(Destination.objects.filter(pk__in=mappings.values("destination_id")))
    _hold(model._base_manager.filter(pk__in=keys))


def lock_tree(model: type[Model], keys: Sequence[int]) -> None:
    """Holds rows with all drafts below them: for deleting, restoring and copying."""
    lock_rows(model, keys)
    if issubclass(model, Source):
        _hold(Destination.objects.filter(source__in=keys))
        _hold(Mapping.objects.filter(destination__source__in=keys))
    elif issubclass(model, Destination):
        _hold(Mapping.objects.filter(destination__in=keys))


def lock_source(source: Source) -> Source:
    """Lock a source until the transaction ends, and return it as it is in the database now."""
    return for_update(Source.objects.all()).get(pk=source.pk)


def for_update(rows: QuerySet[ModelT], *, skip_locked: bool = False) -> QuerySet[ModelT]:
    """Return rows that reading locks until the transaction ends.

    Reading waits for ``LONGEST_WAIT_SECONDS`` at most, and so does whatever the transaction waits for later: PostgreSQL
    would wait forever. Every row lock is taken here. Raises OperationalError (``timed_out``).
    """
    _bound_wait()
    return _locked(rows, skip_locked=skip_locked)


def is_lock_timeout(error: Exception) -> bool:
    """Whether the database made no change because others were at work for too long. It can be tried again."""
    if not isinstance(error, OperationalError):
        return False
    return _code(error) == TIMEOUT or "database is locked" in str(error)


def is_write_conflict(error: Exception) -> bool:
    """Whether the database refused a change because of another one that was made at the same moment."""
    match error:
        case ProtectedError() | RestrictedError():
            return False
        case IntegrityError():
            return True
        case OperationalError():
            return _code(error) in COLLISIONS or is_lock_timeout(error)
        case _:
            return False


def _code(error: OperationalError) -> str | None:
    return getattr(error.__cause__, "sqlstate", None)


def _hold(rows: QuerySet[Model]) -> None:
    """Lock rows in a transaction whose waits are bounded already: once is enough, and each time is a query."""
    list(_locked(rows).order_by("pk").values_list("pk", flat=True))


def _locked(rows: QuerySet[ModelT], *, skip_locked: bool = False) -> QuerySet[ModelT]:
    return rows.select_for_update(of=("self",), skip_locked=skip_locked)


def _bound_wait() -> None:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL lock_timeout = {round(LONGEST_WAIT_SECONDS * 1000)}")
