"""Deletion of environments."""

from __future__ import annotations

from django.utils.translation import gettext as _

from fullstory_dest.models import Environment
from fullstory_dest.services.environments.reorder_environments import lock_environments, save_order
from fullstory_dest.services.row_locks import lock_environment
from fullstory_dest.services.source_changes import source_changes


class DeleteEnvironmentError(ValueError):
    """The environment can't be deleted. The message is for the user."""


class UnconfirmedDeletionError(DeleteEnvironmentError):
    """The environment is live, and its name wasn't given."""


@source_changes()
def delete_environment(environment: Environment, *, confirmed_name: str = "") -> None:
    """Delete an environment with its deployments. Its write key stops working, and is never used again.

    If something is live there, ``confirmed_name`` must be its name. Raises DeleteEnvironmentError without it, and for
    the only environment of a source.
    """
    environment = lock_environment(environment)
    others = [each for each in lock_environments(environment.source) if each.pk != environment.pk]
    if not others:
        raise DeleteEnvironmentError(_("A source needs at least one environment."))
    if environment.live and confirmed_name.strip() != environment.name:
        raise UnconfirmedDeletionError(
            _("Enter the name “%(name)s” to delete this environment. Pages use it.")
            % {"name": environment.name}
        )
    environment.delete()
    save_order(others, reason=_("An environment was deleted."))
