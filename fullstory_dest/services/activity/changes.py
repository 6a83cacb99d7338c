"""Recent changes to rows, from their history."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any, Final

from django.db.models import Exists, JSONField, Model, OuterRef, Subquery
from django.db.models.functions import JSONObject

from fullstory_dest.models import Destination, Environment, Mapping, RetiredWriteKey, Source
from fullstory_dest.services.activity.item import ActivityItem, Verb

#: The fields of each model whose changes are reported.
FIELDS: Final[dict[type[Model], tuple[str, ...]]] = {
    Source: ("name", "slug", "enabled", "honor_gpc", "honor_dnt", "archived_at"),
    Environment: ("name", "slug", "position", "write_key", "api_host", "settings", "required_approvals"),
    Destination: ("name", "enabled", "settings", "consent_categories"),
    Mapping: ("name", "enabled", "action", "trigger", "fields", "position"),
}
#: The relations from a row to its parents.
PARENTS: Final[dict[type[Model], tuple[str, ...]]] = {
    Source: (),
    Environment: ("source",),
    Destination: ("source",),
    Mapping: ("destination__source",),
}


def changes(model: type[Any], limit: int) -> list[ActivityItem]:
    """Return the latest history records, compared with the previous values."""
    history = model.history.model
    before = history.objects.filter(id=OuterRef("id"), history_id__lt=OuterRef("history_id")).order_by(
        "-history_id"
    )
    values = JSONObject(**{name: name for name in FIELDS[model]})
    records = history.objects.select_related("history_user", *PARENTS[model]).order_by("-history_id")
    annotated = records.annotate(
        before=Subquery(before.values(values=values)[:1], output_field=JSONField()),
        # Not Exists, for which PostgreSQL reads the whole table.
        kept=Subquery(model.objects.filter(pk=OuterRef("id")).order_by().values("pk")),
    )
    if model is Environment:
        earlier = history.objects.filter(source=OuterRef("source"), history_id__lt=OuterRef("history_id"))
        annotated = annotated.alias(key=Subquery(before.values("write_key")[:1])).annotate(
            later=Exists(earlier),
            several=Exists(Environment.objects.filter(source=OuterRef("source")).exclude(pk=OuterRef("id"))),
            rotated=Exists(
                RetiredWriteKey.objects.filter(environment=OuterRef("id"), write_key=OuterRef("key"))
            ),
        )
    # The first environment is a part of adding its source. The limit comes first: a query for others would read all of
    # the history, and each source that was added is an item instead.
    records = [
        record for record in annotated[:limit] if record.history_type != "+" or getattr(record, "later", True)
    ]
    if model is Environment:
        # Adding or deleting another environment moved this one.
        records = [record for record in records if record.history_change_reason is None]
    found = [_activity_item(record, model) for record in records]
    return [item for item in found if item.verb != "changed" or item.fields]


def _activity_item(record: Any, model: type[Any]) -> ActivityItem:
    fields = _changed_fields(record, model) if record.history_type == "~" else []
    destination = getattr(record, "destination", None)
    return ActivityItem(
        at=record.history_date,
        by=record.history_user,
        channel=record.history_channel,
        verb=_verb(record, fields),
        kind=model._meta.model_name,
        id=record.id,
        name=record.name,
        exists=record.kept is not None,
        fields=tuple(name for name in fields if name != "position"),
        source=destination.source if destination else getattr(record, "source", None),
        destination=destination,
        environment=Environment(pk=record.id, name=record.name) if model is Environment else None,
        several_environments=getattr(record, "several", False),
    )


def _verb(record: Any, fields: list[str]) -> Verb:
    match record.history_type, fields:
        case "+", _:
            return "added"
        case "-", _:
            return "deleted"
        case _, ["position"]:
            return "reordered"
        case _, ["archived_at"]:
            return "archived" if record.archived_at else "restored"
        case _, ["write_key"] if record.rotated:
            return "rotated_key"
        case _, ["enabled"]:
            return "enabled" if record.enabled else "disabled"
    return "changed"


def _changed_fields(record: Any, model: type[Any]) -> list[str]:
    """Return the fields whose values have changed. SQLite returns nested JSON as text, and booleans as numbers."""
    before = record.before or {}
    if isinstance(before, str):
        before = json.loads(before)
    changed = []
    for name in FIELDS[model]:
        now, then = getattr(record, name), before.get(name)
        if isinstance(then, str) and isinstance(now, dict | list):
            then = json.loads(then)
        if isinstance(now, datetime) and then:
            continue  # Only whether there is a time matters.
        if now != then:
            changed.append(name)
    return changed
