"""Creating of a source's environments. The first one is created together with the source."""

from __future__ import annotations

from typing import Final

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from fullstory_dest.models import Environment
from fullstory_dest.services.environments.reorder_environments import lock_environments, save_order
from fullstory_dest.services.row_locks import lock_source
from fullstory_dest.services.source_changes import source_changes

MAXIMUM_ENVIRONMENTS: Final = 20


@source_changes()
def create_environment(environment: Environment, *, index: int | None = None) -> Environment:
    """Save a new environment at an index of its source's promotion order, or else right before production.

    Raises ValidationError if the environment isn't valid, or if the source has ``MAXIMUM_ENVIRONMENTS``.
    """
    environment.source = lock_source(environment.source)
    others = lock_environments(environment.source)
    if len(others) >= MAXIMUM_ENVIRONMENTS:
        raise ValidationError(
            _("A source can have at most %(count)s environments.") % {"count": MAXIMUM_ENVIRONMENTS}
        )
    order = list(others)
    order.insert(len(others) - 1 if index is None else index, environment)
    environment.position = order.index(environment)
    environment.save()
    save_order(order, reason=_("An environment was added."))
    return environment
