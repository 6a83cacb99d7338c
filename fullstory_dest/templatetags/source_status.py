"""Filters for a source's status: its color, and whether the user can take its next step."""

from __future__ import annotations

from typing import Any

from django import template

from fullstory_dest.admin.base.colors import STATUS_COLORS
from fullstory_dest.services.sources.status import SourceStatus

register = template.Library()


@register.filter
def status_color(status: SourceStatus) -> str:
    """The color of the status label, by unfold's names."""
    return STATUS_COLORS[status.code]


@register.filter
def may_take_step(user: Any, status: SourceStatus) -> bool:
    """Whether the user can take the next step. If not, ``base/next_step_no_permission.html`` names who can."""
    return bool(user.has_perms(status.step_permissions))
