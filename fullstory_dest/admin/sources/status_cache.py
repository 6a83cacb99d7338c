"""Where many sources stand: for lists that show one kind of them. What was found is remembered."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from django.db.models import BigIntegerField, Func, OuterRef, QuerySet, Subquery, Sum

from fullstory_dest.admin.sources.status import Kind, SourceState, source_states
from fullstory_dest.models import Destination, Mapping, Release, Source, SourceStatusCache

#: Sources that are looked at together.
BATCH: Final = 1_000
#: A part of every stamp: another one forgets what was found while the kinds meant something else.
RULES: Final = 3


class Microseconds(Func):
    """A time as a whole number of microseconds since the beginning of 2020."""

    output_field = BigIntegerField()

    def as_postgresql(self, compiler: Any, connection: Any) -> Any:
        template = "((EXTRACT(EPOCH FROM %(expressions)s) - 1577836800) * 1000000)::bigint"
        return self.as_sql(compiler, connection, template=template)

    def as_sqlite(self, compiler: Any, connection: Any, **_more: Any) -> Any:
        seconds = "CAST(strftime('%%%%s', %(expressions)s) AS INTEGER) - 1577836800"
        template = f"(({seconds}) * 1000000 + CAST(substr(%(expressions)s, 21, 6) AS INTEGER))"
        return self.as_sql(compiler, connection, template=template)


def cached_statuses(sources: QuerySet[Source]) -> dict[int, Kind]:
    """The kind of each source's state, by id, in the order of the query. In one query where nothing has changed.

    Drafts are read after the stamp that they are remembered by: what changes in between makes it an old one.
    """
    kinds: dict[int, Kind] = {}
    stale: dict[int, str] = {}
    for key, known_stamp, kind, *parts in _stamped(sources):
        stamp = " ".join(map(str, (RULES, *parts)))
        kinds[key] = kind
        if stamp != known_stamp:
            stale[key] = stamp
    keys = sorted(stale)
    for start in range(0, len(keys), BATCH):
        found = source_states(list(Source.objects.filter(pk__in=keys[start : start + BATCH])))
        _remember(found, stale)
        kinds |= {state.source.pk: state.kind for state in found}
    return kinds


def _stamped(sources: QuerySet[Source]) -> QuerySet[Source, tuple[Any, ...]]:
    """Of each source what is remembered, and what changes with every change of its drafts and of what is live.

    Sums, as the last change may be one that is saved before another and seen after it.
    """
    same = {"source": OuterRef("pk")}
    destinations = Destination.objects.filter(**same).order_by().values("source")
    mappings = Mapping.objects.filter(destination__source=OuterRef("pk")).order_by()
    live = Release.objects.filter(**same).order_by("-number").values("pk")
    changed = Sum(Microseconds("updated_at"))
    return sources.values_list(
        "pk",
        "status_cache__stamp",
        "status_cache__kind",
        Microseconds("updated_at"),
        Subquery(destinations.annotate(changed=changed).values("changed")),
        Subquery(mappings.values("destination__source").annotate(changed=changed).values("changed")),
        Subquery(live[:1]),
    )


def _remember(found: Iterable[SourceState], stamps: dict[int, str]) -> None:
    """Several who look at once write in one order: by id."""
    rows = [
        SourceStatusCache(source=each.source, stamp=stamps[each.source.pk], kind=each.kind) for each in found
    ]
    rows.sort(key=lambda row: row.source_id)
    SourceStatusCache.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["source"], update_fields=["stamp", "kind"]
    )
