"""The step of a set-up that asks for FullStory's settings, and makes the destination or changes it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _

from fullstory_dest.admin.base.forms import parse_ids
from fullstory_dest.admin.setup.forms import ADVANCED, MORE, SetUpForm
from fullstory_dest.admin.setup.page import continue_to, require_permission, rows_of, sent, step_page
from fullstory_dest.admin.setup.progress import begun_destination
from fullstory_dest.admin.setup.session import forget_typed, kept_typed, save_input
from fullstory_dest.admin.setup.steps import step_url
from fullstory_dest.models import Destination
from fullstory_dest.services.row_locks import lock_rows


def settings_page(
    request: HttpRequest, context: dict[str, Any], source: int, destination: int | None = None
) -> HttpResponse:
    """FullStory's settings. Whoever comes back finds the destination that they made."""
    require_permission(request, "change_destination" if destination else "add_destination")
    if request.method != "POST":
        return _settings(request, context, source, destination)
    with transaction.atomic():
        return _settings(request, context, source, destination)


def _settings(
    request: HttpRequest, context: dict[str, Any], source: int, destination: int | None
) -> HttpResponse:
    if request.method == "POST" and destination:
        # Whoever saves second waits here, and then is told what the first one saved.
        lock_rows(Destination, [int(key) for key in parse_ids([destination])])
    found, made = rows_of(source, destination, may_be_gone=request.method == "POST")
    if destination and made is None:
        save_input(request, "settings", found)
        messages.warning(
            request,
            _(
                "The destination was deleted while you were editing. What you typed is here: it makes a new one."
            ),
        )
        return HttpResponseRedirect(step_url("settings", found.pk, None))
    if made is None and (kept := begun_destination(request, found)):
        if request.method == "POST":
            lock_rows(Destination, [kept.pk])
        made = begun_destination(request, found)
    if "theirs" in request.GET and request.method == "GET":
        forget_typed(request)
        return HttpResponseRedirect(request.path)
    typed = sent(request) or kept_typed(request, "settings", found)
    form = SetUpForm(typed, instance=made or Destination(source=found), by=request.user)
    back = "back" in request.POST
    if back and not form.has_changed():
        return HttpResponseRedirect(step_url("source", None, None))
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic():
                form.save()
        except (IntegrityError, ValidationError):
            form.add_error(
                None, _("Somebody has just saved another destination. Look at it, then save again.")
            )
        else:
            forget_typed(request)
            gone_on = continue_to(request, "mappings", found, form.instance)
            return HttpResponseRedirect(step_url("source", None, None)) if back else gone_on
    if back:
        save_input(request, "settings", found)
        return HttpResponseRedirect(step_url("source", None, None))
    context |= {
        "form": form,
        "theirs": f"{request.path}?theirs=1",
        "essential": [form["setting_orgId"], form["name"]],
        "more": [form[name] for name in MORE],
        "advanced": [form[name] for name in ADVANCED],
        "open": any(name in form.errors for name in (*MORE, *ADVANCED)),
    }
    return step_page(request, context, "settings", found, made, _("FullStory settings"))
