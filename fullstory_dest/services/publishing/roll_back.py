"""Rollback of an environment to the documents of an earlier deployment."""

from __future__ import annotations

from django.contrib.auth.models import User
from django.utils.translation import gettext as _

from fullstory_dest.models import Deployment, Environment, ScheduledDeployment
from fullstory_dest.services.publishing.approvals import Override
from fullstory_dest.services.publishing.deploy import (
    DeployResult,
    RollBackError,
    cancel_superseded,
    check_live,
    content,
    deploy,
)
from fullstory_dest.services.row_locks import lock_environment
from fullstory_dest.services.source_changes import source_changes


@source_changes()
def roll_back(
    restored: Deployment,
    *,
    by: User | None = None,
    note: str = "",
    expected_live: int | None = None,
    scheduled: ScheduledDeployment | None = None,
    override: Override | None = None,
) -> DeployResult:
    """Make the documents of a deployment live again in its environment. Drafts don't change.

    A waiting deployment is canceled, because it would undo the rollback. ``expected_live`` is the ID of the deployment
    that was live when the user decided; raises LiveDeploymentChangedError if another one is live. Raises RollBackError
    if the deployment is live already, and ApprovalRequiredError.
    """
    environment = lock_environment(restored.environment)
    check_roll_back(restored, environment, expected_live=expected_live)
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
    outcome = _("Rolled back to release #%(number)s.") % {"number": restored.release.number}
    canceled = cancel_superseded(environment, outcome, by=by, exclude=scheduled)
    return deploy(deployment, override=override, canceled=canceled)


def check_roll_back(
    restored: Deployment, environment: Environment, *, expected_live: int | None = None
) -> None:
    """Raise RollBackError if a deployment is live in its environment already, and LiveDeploymentChangedError."""
    live = environment.live
    if live is None or live.pk == restored.pk:
        raise RollBackError(f"release {restored.release.number} is already live")
    check_live(environment, expected_live)
    if live.release_id == restored.release_id and content(live) == content(restored):
        raise RollBackError(f"deployment {live.pk} is live and has the same content")
