"""The message of an empty list."""

from __future__ import annotations

from typing import Any

from django import template
from django.template import RequestContext

from fullstory_dest.admin.base.empty_states import EmptyState, why_empty

register = template.Library()


@register.simple_tag(takes_context=True)
def why_list_is_empty(context: RequestContext, changelist: Any) -> EmptyState:
    """The empty state of a change list."""
    return why_empty(changelist, context.request)
