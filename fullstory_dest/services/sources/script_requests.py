"""Counts of script requests by source, day and origin, for "Check my site"."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final, TypedDict

from django.db import connection, transaction
from django.db.models import Max

from fullstory_dest.models import Environment, RetiredWriteKey, ScriptRequestCount, Source

#: Limit of origins per source and day, as clients can send any Referer. Further requests are counted without origin.
MAXIMUM_ORIGINS: Final = 50
DAYS_KEPT: Final = 30


@dataclass(slots=True)
class RequestCount:
    """The number of requests for a write key from an origin, and the time of the last one (Unix time)."""

    count: int
    last: float


class OriginRequests(TypedDict):
    """Today's requests from pages of an origin."""

    origin: str
    count: int
    last_at: datetime


class ScriptRequestSummary(TypedDict):
    """The last request for a source's script, the number of requests today (UTC), and their origins, latest first."""

    last_at: datetime | None
    today: int
    origins: list[OriginRequests]


def summarize_script_requests(source: Source) -> ScriptRequestSummary:
    """Return the script requests of a source, up to the last minute. This takes two queries."""
    today = datetime.now(UTC).date()
    rows = ScriptRequestCount.objects.filter(source=source, day=today).order_by("-last_at")
    origins: list[OriginRequests] = [
        {"origin": row.origin, "count": row.count, "last_at": row.last_at} for row in rows
    ]
    totals = ScriptRequestCount.objects.filter(source=source).aggregate(last=Max("last_at"))
    return {
        "last_at": totals["last"],
        "today": sum(row["count"] for row in origins),
        "origins": origins,
    }


@transaction.atomic
def save_script_requests(counts: Mapping[tuple[str, str], RequestCount]) -> None:
    """Add a worker's counts, by write key and origin, to the saved ones. Unknown keys are ignored."""
    keys = {key for key, _ in counts}
    sources = {
        **dict(
            RetiredWriteKey.objects.served()
            .filter(write_key__in=keys)
            .values_list("write_key", "environment__source")
        ),
        **dict(Environment.objects.filter(write_key__in=keys).values_list("write_key", "source")),
    }
    today = datetime.now(UTC).date()
    known = set(
        ScriptRequestCount.objects.filter(source__in=sources.values(), day=today).values_list(
            "source_id", "origin"
        )
    )
    origin_counts = Counter(source for source, origin in known if origin)
    rows: dict[tuple[int, str], RequestCount] = {}
    for (key, origin), each in counts.items():
        if (source := sources.get(key)) is None:
            continue
        if origin and (source, origin) not in known:
            if origin_counts[source] >= MAXIMUM_ORIGINS:
                origin = ""
            elif (source, origin) not in rows:
                origin_counts[source] += 1
        row = rows.setdefault((source, origin), RequestCount(0, 0))
        row.count, row.last = row.count + each.count, max(row.last, each.last)
    if rows:
        # All workers write in the same order to avoid deadlocks.
        _add_counts(today, sorted(rows.items()))
    ScriptRequestCount.objects.filter(
        source__in=sources.values(), day__lt=today - timedelta(days=DAYS_KEPT)
    ).delete()


def _add_counts(day: date, rows: Iterable[tuple[tuple[int, str], RequestCount]]) -> None:
    """Add to the counts in the database. This is safe with concurrent writes, unlike the ORM's bulk methods."""
    table = ScriptRequestCount._meta.db_table
    sql = (
        f"INSERT INTO {table} (source_id, day, origin, count, last_at) VALUES (%s, %s, %s, %s, %s) "  # noqa: S608
        f"ON CONFLICT (source_id, day, origin) DO UPDATE SET count = {table}.count + excluded.count, "
        f"last_at = CASE WHEN excluded.last_at > {table}.last_at THEN excluded.last_at ELSE {table}.last_at END"
    )
    day_value = connection.ops.adapt_datefield_value(day)
    values = [
        (
            source,
            day_value,
            origin,
            counts.count,
            connection.ops.adapt_datetimefield_value(datetime.fromtimestamp(counts.last, UTC)),
        )
        for (source, origin), counts in rows
    ]
    with connection.cursor() as cursor:
        cursor.executemany(sql, values)
