"""How often, when and from where sources' scripts were requested: "check my site"."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final, TypedDict

from django.db import connection, transaction
from django.db.models import Max

from fullstory_dest.models import RetiredWriteKey, ScriptRequestCount, Source

#: Origins that are counted for a source and day. Anyone can send any Referer: the rest are counted without it.
MAXIMUM_ORIGINS: Final = 50
DAYS_KEPT: Final = 30


@dataclass(slots=True)
class RequestCount:
    """Requests for a write key from an origin: how many, and when the last came (Unix time)."""

    count: int
    last: float


class OriginRequests(TypedDict):
    """Requests from pages of one origin today."""

    origin: str
    count: int
    last_at: datetime


class ScriptRequestSummary(TypedDict):
    """When a source's script was last asked for, how often today (UTC), and from where, the latest first."""

    last_at: datetime | None
    today: int
    origins: list[OriginRequests]


def summarize_script_requests(source: Source) -> ScriptRequestSummary:
    """Return what is known of a source's script, up to the last minute, in two queries."""
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
    """Add a worker's counts, by write key and origin, to the saved ones. Keys that no source has are left out."""
    keys = {key for key, _ in counts}
    sources = {
        **dict(
            RetiredWriteKey.objects.served().filter(write_key__in=keys).values_list("write_key", "source")
        ),
        **dict(Source.objects.filter(write_key__in=keys).values_list("write_key", "pk")),
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
        # In one order in every worker: none waits for another that waits for it.
        _add_counts(today, sorted(rows.items()))
    ScriptRequestCount.objects.filter(
        source__in=sources.values(), day__lt=today - timedelta(days=DAYS_KEPT)
    ).delete()


def _add_counts(day: date, rows: Iterable[tuple[tuple[int, str], RequestCount]]) -> None:
    """Adds to counts in the database, whoever else does at the same time: the ORM would replace them."""
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
