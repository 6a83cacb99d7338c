"""Deploying of what was proposed, whatever its kind: by a review, or by a schedule."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import User
from django.utils.translation import gettext as _

from fullstory_dest.compiler.schema import DeployedSpec
from fullstory_dest.models import Deployment, Environment, Release, Review, ScheduledDeployment
from fullstory_dest.services.publishing.approvals import Override
from fullstory_dest.services.publishing.deploy import DeployResult, fingerprint
from fullstory_dest.services.publishing.promote import promote
from fullstory_dest.services.publishing.publish_with_test_cases import publish_with_test_cases
from fullstory_dest.services.publishing.redeploy import redeploy
from fullstory_dest.services.publishing.roll_back import roll_back
from fullstory_dest.services.spec import drafts_in, live_spec, release_in

Kind = Deployment.Kind


class ProposalError(ValueError):
    """This can't be proposed for this environment. The message is for the user."""


def proposal_values(
    environment: Environment,
    *,
    release: Release | None = None,
    restored: Deployment | None = None,
    redeploys: bool = False,
) -> dict[str, Any]:
    """Return the fields of a proposal to deploy a release, to restore a deployment, or else to publish the drafts.

    ``fingerprint`` is of what would be deployed now. Raises ProposalError for another source or environment.
    """
    if release is not None and release.source_id != environment.source_id:
        raise ProposalError(_("This release is of another source."))
    if restored is not None and restored.environment_id != environment.pk:
        raise ProposalError(_("This deployment is of another environment."))
    kind = (
        Kind.REDEPLOY
        if redeploys
        else Kind.ROLLBACK
        if restored
        else Kind.PROMOTE
        if release
        else Kind.PUBLISH
    )
    values = {"kind": kind, "release": release, "restored": restored, "environment": environment}
    spec = _spec(environment, release, restored)
    return {**values, "fingerprint": "" if redeploys else fingerprint(spec)}


def proposed_spec(proposal: Review | ScheduledDeployment) -> DeployedSpec:
    """Return what a proposal would deploy, with the current drafts and settings."""
    return _spec(proposal.environment, proposal.release, proposal.restored)


def _spec(environment: Environment, release: Release | None, restored: Deployment | None) -> DeployedSpec:
    if restored is not None:
        return live_spec(restored)
    if release is not None:
        return release_in(release, environment)
    return drafts_in(environment)


def deploy_proposal(
    proposal: Review | ScheduledDeployment,
    *,
    by: User | None,
    reviewed: str,
    scheduled: ScheduledDeployment | None = None,
    ignore_test_case_failures: bool = False,
    override: Override | None = None,
) -> DeployResult:
    """Deploy what was proposed, if it still has the fingerprint ``reviewed``. Raises what the way to deploy raises."""
    environment, note = proposal.environment, proposal.note
    if proposal.kind == Kind.REDEPLOY:
        return redeploy(environment, by=by, note=note)
    if proposal.restored is not None:
        return roll_back(proposal.restored, by=by, note=note, scheduled=scheduled, override=override)
    more: dict[str, Any] = {
        "by": by,
        "note": note,
        "reviewed": reviewed,
        "scheduled": scheduled,
        "ignore_test_case_failures": ignore_test_case_failures,
        "override": override,
    }
    if proposal.release is not None:
        return promote(proposal.release, environment, **more)
    return publish_with_test_cases(environment, **more)
