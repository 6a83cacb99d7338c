"""The history of a row: what changed, field by field, with who, when and from where."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import ndiff
from typing import Any, Final, Literal

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from fullstory_dest.admin.base.forms import parse_ids
from fullstory_dest.admin.base.json_field import pretty
from fullstory_dest.admin.base.model_admin import admin_url
from fullstory_dest.admin.mappings.editor_labels import editor_words
from fullstory_dest.admin.releases.diff import render_fields_diff, render_trigger_diff, value_text
from fullstory_dest.models import Mapping

VERSIONS_SHOWN: Final = 20
#: They say what every change says.
UNSAID: Final = ("id", "created_at", "updated_at", "imported_at")
KINDS: Final = {
    "+": (gettext_lazy("Made"), "success"),
    "~": (gettext_lazy("Changed"), "info"),
    "-": (gettext_lazy("Deleted"), "danger"),
}
#: Beyond so many lines a difference is shown as two texts: comparing would take too long.
MAXIMUM_LINES: Final = 400


@dataclass(frozen=True, slots=True)
class Line:
    kind: Literal["in", "out", "same"]
    text: str


@dataclass(frozen=True, slots=True)
class FieldChange:
    """A field that changed: both values, or the lines of a text with several."""

    label: str
    before: str
    after: str
    lines: list[Line]


@dataclass(frozen=True, slots=True)
class VersionShown:
    record: Any
    label: Any
    color: str
    changes: list[FieldChange]
    url: str


def history_page(model_admin: Any, request: HttpRequest, object_id: str) -> HttpResponse:
    """The versions of a row, newest first; of a deleted one, too."""
    model = model_admin.model
    if not parse_ids([object_id]):
        raise Http404
    if not model_admin.has_view_permission(request):
        raise PermissionDenied
    records = model.history.filter(id=object_id).select_related("history_user")
    records = records.order_by("-history_date", "-history_id")
    page = Paginator(records, VERSIONS_SHOWN).get_page(request.GET.get("p"))
    if not page.paginator.count:
        raise Http404
    # One more than is shown: the last one is compared, too.
    start = page.start_index() - 1
    found = list(records[start : start + VERSIONS_SHOWN + 1])
    row = model_admin.get_object(request, object_id)
    # Of what is deleted, as it was last: the head of the page is made of it.
    shown = row or found[0].instance
    context = {
        **model_admin.admin_site.each_context(request),
        "opts": model._meta,
        **({"object": row} if row else {}),
        "title": _("History of %(row)s") % {"row": shown},
        "versions": list(_versions(model, found)),
        "page": page,
        "back": admin_url(model, "change", object_id) if row else admin_url(model, "changelist"),
    }
    return TemplateResponse(request, "fullstory_dest/history/history.html", context)


@dataclass(frozen=True, slots=True)
class ValueShown:
    """A field as it was, as text; and in words, where it has a text that is no easy reading.

    ``structured`` says that its text has lines that belong together.
    """

    label: str
    text: str
    structured: bool
    told: SafeString | None


def version_page(model_admin: Any, request: HttpRequest, object_id: str, version_id: str) -> HttpResponse:
    """One version of a row, to look at: what each of its fields was."""
    model = model_admin.model
    if not model_admin.has_view_permission(request):
        raise PermissionDenied
    if len(parse_ids([object_id, version_id])) < 2:
        raise Http404
    records = model.history.select_related("history_user")
    record = get_object_or_404(records, id=object_id, history_id=version_id)
    row = model_admin.get_object(request, object_id)
    context = {
        **model_admin.admin_site.each_context(request),
        "opts": model._meta,
        **({"object": row} if row else {}),
        "title": _("%(row)s as it was") % {"row": record.instance},
        "record": record,
        "values": [
            _value(field, record) for field in model._meta.concrete_fields if field.name not in UNSAID
        ],
        "back": admin_url(model, "history", object_id),
    }
    return TemplateResponse(request, "fullstory_dest/history/version.html", context)


def _value(field: models.Field[Any, Any], record: Any) -> ValueShown:
    value = getattr(record, field.attname)
    if field.name == "position":
        value += 1  # People count from one.
    structured, told = isinstance(field, models.JSONField), None
    if field.model is Mapping and field.name == "trigger":
        told = render_trigger_diff(value, editor_words())
    elif field.model is Mapping and field.name == "fields":
        told = render_fields_diff(value, editor_words())
    if isinstance(field, models.ForeignKey):
        # What it belonged to may be gone; then its id is all there is.
        value = str(field.related_model._default_manager.filter(pk=value).first() or f"#{value}")
    return ValueShown(str(capfirst(field.verbose_name)), _text(field, value), structured, told)


def _versions(model: Any, found: list[Any]) -> Iterator[VersionShown]:
    for number, record in enumerate(found[:VERSIONS_SHOWN]):
        before = found[number + 1] if number + 1 < len(found) else None
        changes = list(_changes(model, before, record)) if before and record.history_type == "~" else []
        label, color = KINDS[record.history_type]
        url = admin_url(model, "simple_history", record.id, record.history_id)
        yield VersionShown(record, label, color, changes, url)


def _changes(model: Any, before: Any, after: Any) -> Iterator[FieldChange]:
    for field in model._meta.concrete_fields:
        old, new = getattr(before, field.attname), getattr(after, field.attname)
        if field.name not in UNSAID and old != new:
            yield _change(field, old, new)


def _change(field: models.Field[Any, Any], old: Any, new: Any) -> FieldChange:
    if field.name == "position":
        # People count from one.
        old, new = old + 1, new + 1
    texts = _text(field, old), _text(field, new)
    lines = [text.splitlines() for text in texts]
    several = isinstance(field, (models.JSONField, models.TextField)) and max(map(len, lines)) > 1
    compared = several and max(map(len, lines)) <= MAXIMUM_LINES
    label = str(capfirst(field.verbose_name))
    return FieldChange(label, *texts, lines=list(_lines(*lines)) if compared else [])


def _text(field: models.Field[Any, Any], value: Any) -> str:
    if value in (None, "", [], {}):
        return _("(empty)")
    match value:
        case dict() | list():
            return pretty(value)
        case bool():
            return value_text(value)
        case _ if field.choices:
            return str(dict(field.flatchoices).get(value, value))
        case str():
            return value
        case _:
            return json.dumps(value) if isinstance(value, (int, float)) else str(value)


def _lines(old: list[str], new: list[str]) -> Iterator[Line]:
    kinds: dict[str, Literal["in", "out", "same"]] = {"+ ": "in", "- ": "out", "  ": "same"}
    for line in ndiff(old, new):
        if line[:2] in kinds:
            yield Line(kinds[line[:2]], line[2:])
