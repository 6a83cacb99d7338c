"""Filters for delete confirmation pages: the consequence, and the related objects."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import template
from django.utils.functional import Promise

from fullstory_dest.admin.base import delete_confirmation

register = template.Library()


@register.filter
def delete_consequence(opts: Any) -> str | Promise:
    """The consequence of deleting an object of this model."""
    return delete_confirmation.delete_consequence(opts.model_name)


@register.filter
def related_counts(counts: Iterable[tuple[str, int]], opts: Any) -> list[tuple[int, str]]:
    """The related objects that are deleted as well, as pairs of count and name."""
    return delete_confirmation.related_counts(counts, str(opts.verbose_name_plural))
