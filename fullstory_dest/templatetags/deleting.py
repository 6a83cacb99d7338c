"""Filters for delete confirmation pages: the consequence, and the related objects."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import template
from django.utils.functional import Promise

from fullstory_dest.admin.base.delete_confirmation import what_goes_along, what_it_means

register = template.Library()


@register.filter
def deleting_means(opts: Any) -> str | Promise:
    """The consequence of deleting an object of this model."""
    return what_it_means(opts.model_name)


@register.filter
def along_with(counts: Iterable[tuple[str, int]], opts: Any) -> list[tuple[int, str]]:
    """The related objects that are deleted as well, as pairs of count and name."""
    return what_goes_along(counts, str(opts.verbose_name_plural))
