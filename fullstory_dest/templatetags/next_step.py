"""What somebody may do about a source."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import template

if TYPE_CHECKING:
    from fullstory_dest.admin.sources.status import SourceState

register = template.Library()


@register.filter
def may_go_on(user: Any, state: SourceState) -> bool:
    """Whether the user can do the next step. If not, ``base/next_step_no_permission.html`` says who can."""
    return bool(user.has_perms(state.step_needs))
