"""Cached status codes of sources. They are computed again if drafts or releases have changed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from django.db.models import BigIntegerField, Func, OuterRef, QuerySet, Subquery, Sum

from fullstory_dest.models import Destination, Environment, Mapping, Source, SourceStatusCache
from fullstory_dest.services.sources.status import SourceStatus, StatusCode, source_statuses

#: The number of sources whose statuses are computed together.
BATCH: Final = 1_000


class Microseconds(Func):
    """A time as a whole number of microseconds since the start of 2020."""

    output_field = BigIntegerField()

    def as_postgresql(self, compiler: Any, connection: Any) -> Any:
        template = "((EXTRACT(EPOCH FROM %(expressions)s) - 1577836800) * 1000000)::bigint"
        return self.as_sql(compiler, connection, template=template)

    def as_sqlite(self, compiler: Any, connection: Any, **_more: Any) -> Any:
        seconds = "CAST(strftime('%%%%s', %(expressions)s) AS INTEGER) - 1577836800"
        template = f"(({seconds}) * 1000000 + CAST(substr(%(expressions)s, 21, 6) AS INTEGER))"
        return self.as_sql(compiler, connection, template=template)


def cached_statuses(sources: QuerySet[Source]) -> dict[int, StatusCode]:
    """Return the status code of each source by ID, in the order of the query. This takes one query if nothing changed.

    Stamps are read before drafts, so a change in between makes the stamp outdated.
    """
    codes: dict[int, StatusCode] = {}
    stale: dict[int, str] = {}
    for key, cached_stamp, code, *parts in _stamped(sources):
        stamp = " ".join(map(str, parts))
        codes[key] = code
        if stamp != cached_stamp:
            stale[key] = stamp
    keys = sorted(stale)
    for start in range(0, len(keys), BATCH):
        computed = source_statuses(list(Source.objects.filter(pk__in=keys[start : start + BATCH])))
        _store(computed, stale)
        codes |= {status.source.pk: status.code for status in computed}
    return codes


def _stamped(sources: QuerySet[Source]) -> QuerySet[Source, tuple[Any, ...]]:
    """Return the cached values of each source, and the parts of its stamp, which change with its drafts and releases.

    The parts are sums of times instead of maximums, because a change can be committed after a later one.
    """
    same = {"source": OuterRef("pk")}
    destinations = Destination.objects.filter(**same).order_by().values("source")
    mappings = Mapping.objects.filter(destination__source=OuterRef("pk")).order_by()
    environments = Environment.objects.filter(**same).order_by("position", "id")
    changed = Sum(Microseconds("updated_at"))
    return sources.values_list(
        "pk",
        "status_cache__stamp",
        "status_cache__status",
        Microseconds("updated_at"),
        Subquery(destinations.annotate(changed=changed).values("changed")),
        Subquery(mappings.values("destination__source").annotate(changed=changed).values("changed")),
        Subquery(environments.values("live")[:1]),
        Subquery(environments.values("source").annotate(changed=changed).values("changed")),
    )


def _store(computed: Iterable[SourceStatus], stamps: dict[int, str]) -> None:
    """Save computed statuses in the order of IDs, to avoid deadlocks."""
    rows = [
        SourceStatusCache(source=each.source, stamp=stamps[each.source.pk], status=each.code)
        for each in computed
    ]
    rows.sort(key=lambda row: row.source_id)
    SourceStatusCache.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["source"], update_fields=["stamp", "status"]
    )
