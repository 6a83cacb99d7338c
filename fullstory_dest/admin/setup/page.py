"""What the steps of a set-up have in common: whose rows they are about, who may, how they look, and going on."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.template.response import TemplateResponse
from django.urls import reverse

from fullstory_dest.admin.base.forms import parse_ids
from fullstory_dest.admin.setup.catalog import catalog_crumb
from fullstory_dest.admin.setup.progress import keep_step
from fullstory_dest.admin.setup.steps import step_url, steps_shown
from fullstory_dest.catalog import NAME
from fullstory_dest.models import Destination, Source


def rows_of(
    source: int, destination: int | None, *, may_be_gone: bool = False
) -> tuple[Source, Destination | None]:
    """Raises Http404, also for a destination of another source; not for one that is gone, if it may be."""
    found = Source.objects.filter(pk__in=parse_ids([source])).first()
    if found is None:
        raise Http404
    if destination is None:
        return found, None
    keys = parse_ids([destination])
    made = found.destinations.filter(pk__in=keys).first()
    if made is None and (not may_be_gone or Destination.objects.filter(pk__in=keys).exists()):
        raise Http404
    return found, made


def sent(request: HttpRequest) -> QueryDict | None:
    """What a form was sent; None where a page is only opened."""
    return request.POST if request.method == "POST" else None


def require_permission(request: HttpRequest, permission: str) -> None:
    """Raises PermissionDenied for who has not got this permission of ours."""
    if not request.user.has_perm(f"fullstory_dest.{permission}"):
        raise PermissionDenied


def continue_to(
    request: HttpRequest,
    step: str,
    source: Source,
    destination: Destination | None = None,
    *,
    saved: bool = True,
) -> HttpResponse:
    """On to a step, which is where the flow is resumed once something was ``saved``."""
    key = destination.pk if destination else None
    keep_step(request, step, source, destination, saved=saved)
    return HttpResponseRedirect(step_url(step, source.pk, key))


def step_page(
    request: HttpRequest,
    context: dict[str, Any],
    step: str,
    source: Source | None,
    destination: Destination | None,
    title: str,
) -> HttpResponse:
    """A step, shown. It is where the flow is resumed from then on, unless it is the first."""
    context |= {
        "title": title,
        "subtitle": NAME,
        "source": source,
        "destination": destination,
        "step": step,
        "steps": steps_shown(step, source, destination),
        "opts": Source._meta,
        "way": [catalog_crumb(), {"title": NAME, "link": reverse("admin:fullstory_dest_catalog_entry")}],
    }
    if source and step != "source":
        keep_step(request, step, source, destination)
    return TemplateResponse(request, f"fullstory_dest/setup/{step}.html", context)
