"""What changed lately, in words: from the history of sources, destinations and mappings, and from releases."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Exists, JSONField, Model, OuterRef, Subquery
from django.db.models.functions import JSONObject
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from fullstory_dest.admin.base.model_admin import admin_url
from fullstory_dest.admin.releases.diff import LABELS
from fullstory_dest.models import Destination, Mapping, Release, RetiredWriteKey, Source

SHOWN = 10

#: The fields of each model whose changes are told.
TOLD: dict[type[Model], tuple[str, ...]] = {
    Source: ("name", "slug", "write_key", "enabled", "api_host", "honor_gpc", "honor_dnt", "archived_at"),
    Destination: ("name", "enabled", "settings", "consent_categories"),
    Mapping: ("name", "enabled", "action", "trigger", "fields", "position"),
}

#: What tells where a row is, or was.
PLACES: dict[type[Model], tuple[str, ...]] = {
    Source: (),
    Destination: ("source",),
    Mapping: ("destination__source",),
}


@dataclass(slots=True)
class ActivityItem:
    """Something that somebody did. ``count`` of the same happened one after the other."""

    at: datetime
    who: str
    did: str
    name: str
    url: str
    place: str = ""
    key: tuple[Any, ...] = ()
    count: int = 1

    @property
    def more(self) -> str:
        others = self.count - 1
        return (
            ngettext("and %(count)s more", "and %(count)s more", others) % {"count": others} if others else ""
        )


def recent(request: HttpRequest) -> list[ActivityItem]:
    """The last happenings that a person may see, in one query a model."""
    found: list[tuple[datetime, Any]] = []
    for model in TOLD:
        if request.user.has_perm(f"fullstory_dest.view_{model._meta.model_name}"):
            found += [(record.history_date, record) for record in _records(model)]
    if request.user.has_perm("fullstory_dest.view_release"):
        releases = (
            Release.objects.defer("spec", "config").select_related("source", "created_by").order_by("-id")
        )
        found += [(release.created_at, release) for release in releases[:SHOWN]]
    found.sort(key=lambda each: each[0], reverse=True)
    told = [_release(each) if isinstance(each, Release) else _told(each) for _at, each in found]
    return _together([each for each in told if each.did])[:SHOWN]


def _records(model: type[Any]) -> list[Any]:
    """The last records, each with what the fields that are told were before it, whether its row is there, and where."""
    history = model.history.model
    before = history.objects.filter(id=OuterRef("id"), history_id__lt=OuterRef("history_id")).order_by(
        "-history_id"
    )
    values = JSONObject(**{name: name for name in TOLD[model]})
    records = history.objects.select_related("history_user", *PLACES[model]).order_by("-history_id")
    annotated = records.annotate(
        before=Subquery(before.values(values=values)[:1], output_field=JSONField()),
        kept=Exists(model.objects.filter(pk=OuterRef("id"))),
    )
    if model is Source:
        annotated = annotated.alias(key=Subquery(before.values("write_key")[:1])).annotate(
            rotated=Exists(RetiredWriteKey.objects.filter(source=OuterRef("id"), write_key=OuterRef("key")))
        )
    return list(annotated[: SHOWN * 3])


def _told(record: Any) -> ActivityItem:
    model = record.instance_type
    did, name = _did(record, model), record.name
    reordered = did == "order"
    url = admin_url(model, "overview" if model is Source else "change", record.id) if record.kept else ""
    if reordered:
        destination = record.destination
        did, name = _("reordered the mappings of"), str(destination or _("a destination"))
        url = admin_url(destination, "change", destination.pk) if destination else ""
    return ActivityItem(
        at=record.history_date,
        who=str(record.history_user or _("Someone")),
        did=did,
        name=name,
        url=url,
        place=_place(record, reordered=reordered),
        key=(model, record.history_user_id, did, getattr(record, "destination_id", record.id)),
    )


def _place(record: Any, *, reordered: bool) -> str:
    """The source, or the destination on it, that something happened at; empty where it is gone."""
    destination = getattr(record, "destination", None)
    if destination is not None:
        source, place = destination.source, f"{destination.source} › {destination}"  # noqa: RUF001
        return str(source) if reordered else place
    return str(getattr(record, "source", None) or "")


def _did(record: Any, model: type[Any]) -> str:
    kind = str(model._meta.verbose_name)
    if record.history_type in "+-":
        words = _("added the %(kind)s") if record.history_type == "+" else _("deleted the %(kind)s")
        return words % {"kind": kind}
    changed = _changed(record, model)
    if changed == ["position"]:
        return "order"
    if changed == ["archived_at"]:
        return _("archived the source") if record.archived_at else _("restored the source from the archive")
    if changed == ["write_key"] and record.rotated:
        return _("rotated the write key of the source")
    if changed == ["enabled"]:
        return (_("enabled the %(kind)s") if record.enabled else _("disabled the %(kind)s")) % {"kind": kind}
    labels = [
        str(LABELS.get(name, _("settings") if name == "settings" else name))
        for name in changed
        if name != "position"
    ]
    if not labels:
        return ""
    fields = ", ".join(label[:1].lower() + label[1:] for label in labels)
    return _("changed %(fields)s of the %(kind)s") % {"fields": fields, "kind": kind}


def _changed(record: Any, model: type[Any]) -> list[str]:
    """The fields whose values differ from before. SQLite has JSON inside JSON as text, and truth as a number."""
    before = record.before or {}
    if isinstance(before, str):
        before = json.loads(before)
    changed = []
    for name in TOLD[model]:
        now, then = getattr(record, name), before.get(name)
        if isinstance(then, str) and isinstance(now, dict | list):
            then = json.loads(then)
        if isinstance(now, datetime) and then:
            continue  # Whether there is a time says it all.
        if now != then:
            changed.append(name)
    return changed


def _release(release: Release) -> ActivityItem:
    did = _("rolled back with release") if release.rolled_back_to else _("published release")
    return ActivityItem(
        at=release.created_at,
        who=str(release.created_by or _("Someone")),
        did=did,
        name=f"#{release.number}",
        url=admin_url(release, "change", release.pk),
        place=str(release.source),
        key=(Release, release.pk),
    )


def _together(happenings: list[ActivityItem]) -> list[ActivityItem]:
    """What one person did several times in a row at one place, once."""
    together: list[ActivityItem] = []
    for each in happenings:
        if together and together[-1].key == each.key:
            together[-1].count += each.name != together[-1].name
        else:
            together.append(each)
    return together
