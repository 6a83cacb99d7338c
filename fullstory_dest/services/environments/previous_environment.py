"""The environment from which releases are promoted to another one."""

from __future__ import annotations

from fullstory_dest.models import Environment


def previous_environment(environment: Environment) -> Environment | None:
    """Return the environment before another one in the promotion order, or None for the first."""
    ordered = list(environment.source.environments.select_related("live__release"))
    index = [each.pk for each in ordered].index(environment.pk)
    return ordered[index - 1] if index else None
