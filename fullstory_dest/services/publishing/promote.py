"""Promotion of a release to another environment, with that environment's key, API host and settings."""

from __future__ import annotations

from django.contrib.auth.models import User
from django.utils.translation import gettext as _

from fullstory_dest.compiler.check import check_settings_of
from fullstory_dest.compiler.compile import configure
from fullstory_dest.models import Deployment, Environment, Release, ScheduledDeployment
from fullstory_dest.services.publishing.approvals import Override
from fullstory_dest.services.publishing.deploy import (
    DeployResult,
    cancel_superseded,
    check_live,
    check_review,
    deploy,
    new_deployment,
)
from fullstory_dest.services.publishing.publish_with_test_cases import require_passing
from fullstory_dest.services.row_locks import lock_environment
from fullstory_dest.services.source_changes import source_changes
from fullstory_dest.services.spec import environment_spec, release_in


class PromoteError(ValueError):
    """The release can't be promoted to this environment."""


def promote(
    release: Release,
    environment: Environment,
    *,
    by: User | None = None,
    note: str = "",
    reviewed: str | None = None,
    expected_live: int | None = None,
    scheduled: ScheduledDeployment | None = None,
    ignore_test_case_failures: bool = False,
    override: Override | None = None,
) -> DeployResult:
    """Deploy a release in an environment. Its mappings aren't compiled again, and drafts don't change.

    ``reviewed`` is the fingerprint of the release in the environment that the user reviewed, and ``expected_live`` the
    ID of the deployment that was live then. Raises OutdatedReviewError, LiveDeploymentChangedError, CompileError if the
    environment's settings can't be used, FailingTestCasesError, and ApprovalRequiredError.
    """
    if release.source_id != environment.source_id:
        raise PromoteError("the release is of another source")
    spec = release_in(release, environment)
    check_settings_of(spec)
    if not ignore_test_case_failures:
        # Before rows are locked, so that others don't wait for the test cases.
        require_passing(environment.source, configure(spec, release.compiled))
    with source_changes():
        environment = lock_environment(environment)
        check_live(environment, expected_live)
        current = release_in(release, environment)
        check_review(current, reviewed)
        if current != spec:
            check_settings_of(current)
            if not ignore_test_case_failures:
                require_passing(environment.source, configure(current, release.compiled))
        outcome = _("Release #%(number)s was promoted first.") % {"number": release.number}
        canceled = cancel_superseded(environment, outcome, by=by, exclude=scheduled)
        values = environment_spec(environment)
        deployment = new_deployment(
            environment, release, values, kind=Deployment.Kind.PROMOTE, by=by, note=note
        )
        return deploy(deployment, override=override, canceled=canceled)
