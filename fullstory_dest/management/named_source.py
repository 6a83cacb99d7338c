"""How commands are told which source is meant."""

from __future__ import annotations

from django.core.management.base import CommandError
from django.db.models import Q

from fullstory_dest.models import Source

#: What SOURCE stands for, in the help of every command that takes one.
SOURCE_HELP = "a source's slug, write key or id"

#: The widest id that both databases can compare with.
_largest_id = 2**63 - 1


def get_source(name: str) -> Source:
    """The one source with this slug, write key or id. Raises CommandError where there is not just one."""
    named = Q(slug=name) | Q(write_key=name)
    if name.isascii() and name.isdigit() and int(name) <= _largest_id:
        named |= Q(pk=int(name))
    found = list(Source.objects.filter(named)[:3])
    if not found:
        raise CommandError(f'no source has the slug, write key or id "{name}"')
    if len(found) > 1:
        sources = ", ".join(f"{source} (id {source.pk}, write key {source.write_key})" for source in found)
        raise CommandError(f'"{name}" names more than one source: {sources}. Name it another way.')
    return found[0]
