"""The mappings of a source as one list: enabling, disabling and reordering them."""

from __future__ import annotations

from collections.abc import Sequence

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.utils.translation import gettext as _

from fullstory_dest.admin.base.forms import parse_ids
from fullstory_dest.models import Destination, Mapping, Source
from fullstory_dest.services.reorder_mappings import reorder
from fullstory_dest.services.row_locks import lock_tree


def change_mappings(request: HttpRequest, source: Source) -> HttpResponse:
    """Saves which mappings of one destination are enabled, and their order.

    The form says what it showed, too (``was_enabled``, ``was_order``): what somebody else changed meanwhile, and this
    person did not touch, stays; an order over another one than was shown is refused. A script asks for JSON and stays
    on the page.
    """
    if not request.user.has_perm("fullstory_dest.change_mapping"):
        raise PermissionDenied
    destination = _destination(source, request.POST.get("destination", ""))
    try:
        with transaction.atomic():
            # Before anything is read: what somebody else is saving now must not be saved as it was before.
            lock_tree(Destination, [destination.pk])
            _enable(destination, request)
            _reorder(destination, request)
    except ValidationError as error:
        problem = " ".join(error.messages)
        if "application/json" in request.headers.get("Accept", ""):
            return JsonResponse({"problem": problem}, status=422)
        messages.error(request, problem)
        return HttpResponseRedirect(request.get_full_path())
    if "application/json" in request.headers.get("Accept", ""):
        return JsonResponse({"saved": _("Saved as a draft. Publish to send it to browsers.")})
    messages.success(request, _("Saved as a draft. Publish to send it to browsers."))
    return HttpResponseRedirect(request.get_full_path())


def _destination(source: Source, key: str) -> Destination:
    found = source.destinations.filter(pk__in=parse_ids([key])).first()
    if found is None:
        raise Http404
    return found


def _keys(request: HttpRequest, name: str) -> list[int]:
    return [int(key) for key in parse_ids(request.POST.getlist(name))]


def _enable(destination: Destination, request: HttpRequest) -> None:
    touched = set(_keys(request, "enabled")) ^ set(_keys(request, "was_enabled"))
    for mapping in Mapping.objects.filter(destination=destination, pk__in=touched):
        mapping.enabled = mapping.pk in _keys(request, "enabled")
        mapping.save()


def _reorder(destination: Destination, request: HttpRequest) -> None:
    now = list(destination.mappings.order_by("position").values_list("pk", flat=True))
    direction, _colon, key = request.POST.get("move", "").partition(":")
    if parse_ids([key]) and direction in ("up", "down"):
        # A step is one in any order, also in one that somebody else has made meanwhile.
        order = moved(now, int(key), -1 if direction == "up" else 1)
    else:
        order, shown = _keys(request, "order"), _keys(request, "was_order")
        if not order or order == shown:
            return
        # Who does not say what was shown has seen nothing.
        if not shown or [each for each in now if each in shown] != [each for each in shown if each in now]:
            raise ValidationError(
                _(
                    "Somebody put the mappings in another order after you opened this page, and nothing was saved."
                )
                + " "
                + _("Load the page again to see theirs, then move.")
            )
    if order != now:
        reorder(destination, order)


def moved(order: Sequence[int], key: int, by: int) -> list[int]:
    """The order with one item moved a step, if it can be."""
    result = list(order)
    if key in result and 0 <= (to := result.index(key) + by) < len(result):
        result.remove(key)
        result.insert(to, key)
    return result
