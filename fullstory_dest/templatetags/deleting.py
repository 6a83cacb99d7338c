"""What deleting something means, for the pages that ask."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import template
from django.utils.functional import Promise

from fullstory_dest.admin.base.delete_confirmation import what_goes_along, what_it_means

register = template.Library()


@register.filter
def deleting_means(opts: Any) -> str | Promise:
    return what_it_means(opts.model_name)


@register.filter
def along_with(counts: Iterable[tuple[str, int]], opts: Any) -> list[tuple[int, str]]:
    return what_goes_along(counts, str(opts.verbose_name_plural))
