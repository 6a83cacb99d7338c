"""Drift between the environments of a source."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from fullstory_dest.models import Deployment, Environment
from fullstory_dest.models.stored_status import EnvironmentSummary
from fullstory_dest.services.spec import environment_spec


@dataclass(frozen=True, slots=True)
class EnvironmentState:
    """The live deployment of an environment, and how it compares with the ``next`` one in the promotion order."""

    environment: Environment
    next: Environment | None = None

    @property
    def live(self) -> Deployment | None:
        return self.environment.live

    @property
    def can_promote(self) -> bool:
        """Whether the next environment has another release, or none."""
        if self.live is None or self.next is None:
            return False
        return self.next.live is None or self.next.live.release_id != self.live.release_id

    @property
    def ahead(self) -> int:
        """How many releases the live one is ahead of the one in the next environment. Negative if it's behind."""
        if self.live is None or self.next is None or self.next.live is None:
            return 0
        return self.live.release.number - self.next.live.release.number

    @property
    def behind(self) -> int:
        return -self.ahead

    @property
    def has_changed_settings(self) -> bool:
        """Whether the environment has other values than those that were deployed."""
        return self.live is not None and self.live.environment_spec != environment_spec(self.environment)


def environment_states(environments: Sequence[Environment]) -> list[EnvironmentState]:
    """Return the state of each environment, in promotion order. This takes no queries if live releases are loaded."""
    following = [*environments[1:], None]
    return [EnvironmentState(each, other) for each, other in zip(environments, following, strict=True)]


def summarize_environments(environments: Sequence[Environment]) -> list[EnvironmentSummary]:
    """Return a summary of each of several environments, or nothing for a single one."""
    if len(environments) == 1:
        return []
    summaries: list[EnvironmentSummary] = []
    newest = 0
    for state in environment_states(environments):
        number = state.live.release.number if state.live else None
        summaries.append(
            {
                "name": state.environment.name,
                "release": number,
                "behind": newest - number if newest and number else 0,
                "settings_changed": state.has_changed_settings,
            }
        )
        newest = max(newest, number or 0)
    return summaries
