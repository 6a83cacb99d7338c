"""The SOURCE argument of commands."""

from __future__ import annotations

from django.core.management.base import CommandError
from django.db.models import Q

from fullstory_dest.models import Source

#: The help of the SOURCE argument.
SOURCE_HELP = "slug, write key or ID of a source"

#: The largest ID that both databases support.
_largest_id = 2**63 - 1


def get_source(name: str) -> Source:
    """The source with this slug, write key or ID. Raises CommandError unless there is exactly one."""
    named = Q(slug=name) | Q(environments__write_key=name)
    if name.isascii() and name.isdigit() and int(name) <= _largest_id:
        named |= Q(pk=int(name))
    found = list(Source.objects.filter(named).distinct()[:3])
    if not found:
        raise CommandError(f'No source has the slug, write key or ID "{name}".')
    if len(found) > 1:
        sources = ", ".join(f"{source} (ID {source.pk}, write key {source.write_key})" for source in found)
        raise CommandError(f'"{name}" matches several sources: {sources}. Use another identifier.')
    return found[0]
