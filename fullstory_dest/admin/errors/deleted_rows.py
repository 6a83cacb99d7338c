"""Saving what somebody has deleted meanwhile: what was typed is shown, and can be added anew."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import admin
from django.contrib.admin.models import DELETION, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from fullstory_dest.admin.base.forms import parse_ids
from fullstory_dest.admin.base.posted_inputs import posted_inputs, visible_inputs


def gone_page(model_admin: Any, request: HttpRequest, object_id: str) -> HttpResponse:
    """What was sent for a row that is not there. Whoever may add rows can send it on to the form for a new one."""
    opts = model_admin.opts
    inputs = posted_inputs(request)
    name = f"admin:{opts.app_label}_{opts.model_name}"
    context = {
        **admin.site.each_context(request),
        "title": _("This was deleted while you were editing"),
        "opts": opts,
        "told": _who_deleted(model_admin.model, object_id),
        "inputs": [(key, value) for key, value in inputs if not key.startswith("_")],
        "shown": visible_inputs(inputs),
        "add": reverse(f"{name}_add") if model_admin.has_add_permission(request) else "",
        "back": reverse(f"{name}_changelist"),
    }
    return render(request, "fullstory_dest/errors/deleted_row.html", context, status=410)


def _who_deleted(model: Any, object_id: str) -> str:
    found = _history(model, object_id) if hasattr(model, "history") else _log(model, object_id)
    if found is None:
        return _("It is not there any more, so nothing was saved.")
    who, row, when = found
    return _("%(who)s deleted “%(row)s” at %(when)s, so nothing was saved.") % {
        "who": who or _("Someone"),
        "row": row,
        "when": date_format(timezone.localtime(when), "H:i"),
    }


def _history(model: Any, object_id: str) -> tuple[Any, Any, datetime] | None:
    keys = parse_ids([object_id])
    record = model.history.filter(id__in=keys, history_type="-").select_related("history_user").first()
    return record and (record.history_user, record.instance, record.history_date)


def _log(model: Any, object_id: str) -> tuple[Any, Any, datetime] | None:
    """Of people, there is what Django notes of what is done in the admin."""
    kind = ContentType.objects.get_for_model(model)
    entries = LogEntry.objects.filter(object_id=object_id[:20], content_type=kind, action_flag=DELETION)
    entry = entries.select_related("user").order_by("-pk").first()
    return (entry.user, entry.object_repr, entry.action_time) if entry else None
