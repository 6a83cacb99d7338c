"""Filters for a source's status: its color, its environments, and whether the user can take its next step."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from django import template

from fullstory_dest.admin.base.colors import STATUS_COLORS
from fullstory_dest.models.stored_status import EnvironmentSummary
from fullstory_dest.services.sources.status import SourceStatus

#: Environments that a list shows of a source with more than one beyond that.
SHOWN: Final = 3

register = template.Library()


@register.filter
def status_color(status: SourceStatus) -> str:
    """The color of the status label, by unfold's names."""
    return STATUS_COLORS[status.code]


@register.filter
def may_take_step(user: Any, status: SourceStatus) -> bool:
    """Whether the user can take the next step. If not, ``base/next_step_no_permission.html`` names who can."""
    return bool(user.has_perms(status.step_permissions))


@register.filter
def first_environments(status: SourceStatus) -> Sequence[EnvironmentSummary]:
    """The environments that a list shows: all, or the first ones if that hides several."""
    return status.environments if len(status.environments) <= SHOWN + 1 else status.environments[:SHOWN]


@register.filter
def other_environments(status: SourceStatus) -> Sequence[EnvironmentSummary]:
    """The environments that a list only counts."""
    return status.environments[len(first_environments(status)) :]


@register.filter
def differs(environment: EnvironmentSummary) -> bool:
    """Whether an environment is marked because it has another release, none, or changed settings."""
    return bool(environment["behind"] or environment["settings_changed"] or not environment["release"])


@register.filter
def any_differs(environments: Sequence[EnvironmentSummary]) -> bool:
    """Whether any of these environments is marked."""
    return any(differs(environment) for environment in environments)
