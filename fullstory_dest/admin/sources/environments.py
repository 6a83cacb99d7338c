"""Moving of an environment in the promotion order, on a source's Settings tab."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from fullstory_dest.admin.base.posted_inputs import parse_number
from fullstory_dest.admin.links import tab_url
from fullstory_dest.admin.pages import environments_of, source_view
from fullstory_dest.admin.sources.mappings_tab import move_item
from fullstory_dest.models import Source
from fullstory_dest.services.environments.reorder_environments import reorder_environments


@require_POST
@source_view("fullstory_dest.change_environment")
def move_environment(request: HttpRequest, source: Source) -> HttpResponse:
    """Move an environment up or down by one. ``move`` is the direction and its ID, such as ``up:3``."""
    direction, _colon, key = request.POST.get("move", "").partition(":")
    order, number = [each.pk for each in environments_of(source)], parse_number(key)
    if number is not None and direction in ("up", "down"):
        reorder_environments(source, move_item(order, number, -1 if direction == "up" else 1))
        messages.success(request, _("Order saved."))
    return HttpResponseRedirect(f"{tab_url(source, 'settings')}#environments")
