"""Publishing of a source's drafts: a release of them, deployed to an environment."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib.auth.models import User
from django.utils.translation import gettext as _

from fullstory_dest.compiler.check import check_source
from fullstory_dest.compiler.compile import compile_checked, in_environment
from fullstory_dest.compiler.files import canonical_json
from fullstory_dest.compiler.schema import CheckedSource, CompiledSource, DeployedSpec, SourceSpec
from fullstory_dest.models import Deployment, Environment, Release, ScheduledDeployment
from fullstory_dest.services.publishing.approvals import Override
from fullstory_dest.services.publishing.deploy import (
    DeployResult,
    cancel_superseded,
    check_review,
    deploy,
    new_deployment,
)
from fullstory_dest.services.row_locks import lock_drafts, lock_environment
from fullstory_dest.services.source_changes import source_changes
from fullstory_dest.services.spec import environment_spec, source_spec


@source_changes()
def publish(
    environment: Environment,
    *,
    by: User | None = None,
    note: str = "",
    reviewed: str | None = None,
    scheduled: ScheduledDeployment | None = None,
    override: Override | None = None,
    check: Callable[[DeployedSpec], CheckedSource] = check_source,
) -> DeployResult:
    """Publish a source's drafts in an environment, unless the same is live there.

    The drafts become a new release, unless the live or the latest release has the same ones. An upgrade of the runtime
    counts as a change, because the snippet differs. ``reviewed`` is the fingerprint of the drafts that the user
    reviewed. Other scheduled deployments than ``scheduled``, which is running, are canceled. ``check`` gets the drafts
    after they are locked.

    Raises CompileError with all problems if the drafts can't be compiled, OutdatedReviewError if they aren't the
    reviewed ones, ApprovalRequiredError, and the exceptions of ``check``. In these cases, nothing changes.
    """
    environment = lock_environment(environment)
    # Drafts are read in several queries. Without locks, an edit between two of them would be published in part.
    lock_drafts([environment.source_id])
    drafts, values = source_spec(environment.source), environment_spec(environment)
    spec = in_environment(drafts, values)
    check_review(spec, reviewed)
    compiled = compile_checked(check(spec))
    canceled = cancel_superseded(environment, _("The source was published first."), by=by, exclude=scheduled)
    release = _release(environment, drafts, compiled, by=by, note=note)
    deployment = new_deployment(environment, release, values, kind=Deployment.Kind.PUBLISH, by=by, note=note)
    return deploy(deployment, override=override, canceled=canceled)


def _release(
    environment: Environment, drafts: SourceSpec, compiled: CompiledSource, *, by: User | None, note: str
) -> Release:
    """Return the live or the latest release if it has these drafts, or else a new one."""
    latest = environment.source.releases.order_by("-number").first()
    wanted = canonical_json([drafts, compiled])
    for release in (environment.live and environment.live.release, latest):
        if release and canonical_json([release.spec, release.compiled]) == wanted:
            return release
    return Release.objects.create(
        source=environment.source,
        number=latest.number + 1 if latest else 1,
        note=note,
        spec=drafts,
        compiled=compiled,
        created_by=by,
    )
