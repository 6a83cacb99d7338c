"""Duplication of a mapping."""

from __future__ import annotations

from django.utils.translation import gettext as _

from fullstory_dest.models import Destination, Mapping
from fullstory_dest.models.mapping import MAXIMUM_NAME_LENGTH
from fullstory_dest.services.row_locks import for_update
from fullstory_dest.services.source_changes import source_changes


@source_changes()
def duplicate_mapping(mapping: Mapping, destination: Destination | None = None) -> Mapping:
    """Create a disabled copy of a mapping, at the end of its destination or of another one.

    Raises ValidationError if the destination is full, or if the mapping is invalid with its settings.
    """
    key = destination.pk if destination else mapping.destination_id
    target = for_update(Destination.objects.all()).get(pk=key)
    name = mapping.name
    if target.pk == mapping.destination_id:
        ending = _(" (copy)")
        name = name[: MAXIMUM_NAME_LENGTH - len(ending)] + ending
    copy = Mapping(
        destination=target,
        name=name,
        enabled=False,
        action=mapping.action,
        trigger=mapping.trigger,
        fields=mapping.fields,
    )
    copy.save()
    return copy
