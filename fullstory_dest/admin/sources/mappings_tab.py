"""Enable, disable, reorder and delete the mappings of a source from its Mappings tab."""

from __future__ import annotations

from collections.abc import Sequence

from django.contrib import admin, messages
from django.contrib.admin.actions import delete_selected
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.utils.translation import gettext as _

from fullstory_dest.admin.base.posted_inputs import parse_ids
from fullstory_dest.admin.pages import destination_of
from fullstory_dest.models import Destination, Mapping, Source
from fullstory_dest.services.drafts.reorder_mappings import reorder_mappings
from fullstory_dest.services.drafts.toggle import toggle
from fullstory_dest.services.row_locks import lock_tree
from fullstory_dest.services.source_changes import source_changes


def change_mappings(request: HttpRequest, source: Source) -> HttpResponse:
    """Save which mappings of one destination are enabled and in what order, or delete the selected ones.

    The form also posts the values it was rendered with (``was_enabled``, ``was_order``), so that untouched rows keep
    what other users saved since then. Moving rows after the order changed, or switching a deleted row, is an error.
    Scripts request JSON and stay on the page.
    """
    if request.POST.get("action") == "delete_selected":
        return _delete_selected(request, source)
    if not request.user.has_perm("fullstory_dest.change_mapping"):
        raise PermissionDenied
    destination = destination_of(source, next(iter(_keys(request, "destination")), 0))
    try:
        with source_changes():
            # Lock before reading, so that a concurrent save is not overwritten with stale values.
            lock_tree(Destination, [destination.pk])
            _save_enabled(destination, request)
            _reorder(destination, request)
    except ValidationError as error:
        problem = " ".join(error.messages)
        if "application/json" in request.headers.get("Accept", ""):
            return JsonResponse({"problem": problem}, status=422)
        messages.error(request, problem)
        return HttpResponseRedirect(request.get_full_path())
    if "application/json" in request.headers.get("Accept", ""):
        return JsonResponse({"saved": _("Saved as a draft. Publish to make it live.")})
    messages.success(request, _("Saved as a draft. Publish to make it live."))
    return HttpResponseRedirect(request.get_full_path())


def _keys(request: HttpRequest, name: str) -> list[int]:
    return [int(key) for key in parse_ids(request.POST.getlist(name))]


def _save_enabled(destination: Destination, request: HttpRequest) -> None:
    enabled = set(_keys(request, "enabled"))
    touched = enabled ^ set(_keys(request, "was_enabled"))
    found = touched & set(destination.mappings.values_list("pk", flat=True))
    deleted = Mapping.history.filter(
        id__in=touched - found, history_type="-", destination_id=destination.pk
    ).select_related("history_user")
    if deleted:
        raise ValidationError(
            [
                _("%(who)s deleted “%(mapping)s” after you opened this page.")
                % {"who": record.history_user or _("Someone"), "mapping": record.name}
                for record in deleted
            ]
            + [_("Nothing was saved. Reload the page to see the current mappings.")]
        )
    toggle(Mapping, sorted(found & enabled), enabled=True)
    toggle(Mapping, sorted(found - enabled), enabled=False)


def _reorder(destination: Destination, request: HttpRequest) -> None:
    now = list(destination.mappings.order_by("position").values_list("pk", flat=True))
    direction, _colon, key = request.POST.get("move", "").partition(":")
    if parse_ids([key]) and direction in ("up", "down"):
        # A step up or down is valid in any order, even one saved after the page was opened.
        order = move_item(now, int(key), -1 if direction == "up" else 1)
    else:
        order, shown = _keys(request, "order"), _keys(request, "was_order")
        if not order or order == shown:
            return
        # Without the order that the form showed, a concurrent change could be overwritten.
        if not shown or [each for each in now if each in shown] != [each for each in shown if each in now]:
            raise ValidationError(
                [
                    _("The order changed after you opened this page. Nothing was saved."),
                    _("Reload the page to see the current order, then move the mapping again."),
                ]
            )
    if order != now:
        reorder_mappings(destination, order)


def move_item(order: Sequence[int], key: int, by: int) -> list[int]:
    """The order with one item move_item ``by`` places, or unchanged if that would leave the list."""
    result = list(order)
    if key in result and 0 <= (to := result.index(key) + by) < len(result):
        result.remove(key)
        result.insert(to, key)
    return result


def _delete_selected(request: HttpRequest, source: Source) -> HttpResponse:
    """Delete the selected mappings after Django's confirmation page, which posts back here."""
    mapping_admin = admin.site.get_model_admin(Mapping)
    if not mapping_admin.has_delete_permission(request):
        raise PermissionDenied
    keys = parse_ids(request.POST.getlist(ACTION_CHECKBOX_NAME))
    selected = Mapping.objects.filter(destination__source=source, pk__in=keys)
    if selected and (confirmation := delete_selected(mapping_admin, request, selected)):
        confirmation.context_data = {**(confirmation.context_data or {}), "back": request.get_full_path()}
        return confirmation
    if not keys:
        messages.warning(request, _("No mappings were selected. Select the ones to delete."))
    elif not selected:
        messages.info(request, _("The selected mappings were already deleted."))
    return HttpResponseRedirect(request.get_full_path())
