"""Rollback of an environment to the documents of an earlier deployment."""

from __future__ import annotations

from django.contrib.auth.models import User
from django.db import transaction
from django.utils.translation import gettext as _

from fullstory_dest.models import Deployment
from fullstory_dest.services.publishing.deploy import DeployResult, cancel_superseded, content, deploy
from fullstory_dest.services.row_locks import lock_environment


class RollBackError(ValueError):
    """The environment can't be rolled back to this deployment."""


class LiveDeploymentChangedError(RollBackError):
    """Another deployment is live than the user expected."""


@transaction.atomic
def roll_back(
    restored: Deployment, *, by: User | None = None, note: str = "", expected_live: int | None = None
) -> DeployResult:
    """Make the documents of a deployment live again in its environment. Drafts don't change.

    A scheduled publish is canceled, because it would undo the rollback. ``expected_live`` is the ID of the deployment
    that was live when the user decided; raises LiveDeploymentChangedError if another one is live. Raises RollBackError
    if the deployment is live already.
    """
    environment = lock_environment(restored.environment)
    live, number = environment.live, restored.release.number
    if live is None or live.pk == restored.pk:
        raise RollBackError(f"release {number} is already live")
    if expected_live is not None and live.pk != expected_live:
        raise LiveDeploymentChangedError(
            f"deployment {live.pk} is live now instead of deployment {expected_live}"
        )
    if live.release_id == restored.release_id and content(live) == content(restored):
        raise RollBackError(f"deployment {live.pk} is live and has the same content")
    deployment = Deployment(
        environment=environment,
        release=restored.release,
        kind=Deployment.Kind.ROLLBACK,
        restored=restored,
        note=note,
        environment_spec=restored.environment_spec,
        build=restored.build,
        snippet_id=restored.snippet_id,
        plugin_id=restored.plugin_id,
        settings_document_id=restored.settings_document_id,
        config_document_id=restored.config_document_id,
        created_by=by,
    )
    outcome = _("Rolled back to release #%(number)s.") % {"number": number}
    return deploy(deployment, canceled=cancel_superseded(environment, outcome, by=by))
