"""Scheduled deployments, which deploy only what was reviewed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from django.contrib.auth.models import User
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone
from django.utils.translation import gettext as _

from fullstory_dest.compiler.check import check_settings_of, check_source
from fullstory_dest.compiler.compile import configure
from fullstory_dest.models import Deployment, Environment, Release, ScheduledDeployment
from fullstory_dest.services.publishing.deploy import check_live, fingerprint
from fullstory_dest.services.publishing.proposals import proposal_values, proposed_spec
from fullstory_dest.services.publishing.publish_with_test_cases import (
    check_with_test_cases,
    require_passing,
)
from fullstory_dest.services.publishing.redeploy import NothingLiveError
from fullstory_dest.services.publishing.roll_back import check_roll_back
from fullstory_dest.services.row_locks import for_update, lock_environment
from fullstory_dest.services.source_changes import source_changes
from fullstory_dest.services.spec import drafts_in, release_in

State = ScheduledDeployment.State
MAXIMUM_DELAY: Final = timedelta(days=366)


class ScheduleError(ValueError):
    """The deployment can't be scheduled. The message is for the user."""


def check_time(at: datetime, kind: str = Deployment.Kind.PUBLISH) -> None:
    """Raise ScheduleError if the time of a deployment of this kind is in the past or more than a year away."""
    now = timezone.now()
    if at <= now:
        match kind:
            case Deployment.Kind.PROMOTE:
                message = _("This time is in the past. Choose a later one, or promote now.")
            case Deployment.Kind.ROLLBACK:
                message = _("This time is in the past. Choose a later one, or roll back now.")
            case Deployment.Kind.REDEPLOY:
                message = _("This time is in the past. Choose a later one, or redeploy now.")
            case _:
                message = _("This time is in the past. Choose a later one, or publish now.")
        raise ScheduleError(message)
    if at > now + MAXIMUM_DELAY:
        raise ScheduleError(_("Choose a time within a year."))


@source_changes()
def schedule_deployment(
    environment: Environment,
    *,
    at: datetime,
    by: User,
    reviewed: str,
    note: str = "",
    ignore_test_case_failures: bool = False,
    release: Release | None = None,
    restored: Deployment | None = None,
    redeploys: bool = False,
    expected_live: int | None = None,
) -> ScheduledDeployment:
    """Schedule a deployment at a time, by the next run of ``publish_due``.

    The drafts are published, unless there is a release to promote, a deployment to restore, or what is live is
    redeployed. ``reviewed`` is the fingerprint of what the user reviewed, and ``expected_live`` the ID of what was live
    then. Raises ScheduleError, ProposalError, LiveDeploymentChangedError, RollBackError if ``restored``
    is live already, and NothingLiveError if there is nothing to redeploy.
    """
    environment = lock_environment(environment)
    values = proposal_values(environment, release=release, restored=restored, redeploys=redeploys)
    check_time(at, values["kind"])
    check_live(environment, expected_live)
    if restored is not None:
        check_roll_back(restored, environment)
    if redeploys and environment.live is None:
        raise NothingLiveError("nothing is live in this environment")
    if values["fingerprint"] != reviewed:
        raise ScheduleError(_("%(why)s Review again.") % {"why": changed_since_review(values["kind"])})
    if environment.scheduled_deployments.waiting().exists():
        raise ScheduleError(_("Another deployment is already scheduled. Cancel it first."))
    return ScheduledDeployment.objects.create(
        **values,
        due_at=at,
        note=note,
        ignore_test_case_failures=ignore_test_case_failures,
        created_by=by,
    )


def check_schedulable(
    environment: Environment, *, release: Release | None = None, ignore_test_case_failures: bool = False
) -> None:
    """Check what would be published or promoted, as at that time. Nothing needs to be locked.

    Raises CompileError, FailingTestCasesError and PublishBusyError.
    """
    if release is not None:
        spec = release_in(release, environment)
        check_settings_of(spec)
        if not ignore_test_case_failures:
            require_passing(environment.source, configure(spec, release.compiled))
    elif ignore_test_case_failures:
        check_source(drafts_in(environment))
    else:
        check_with_test_cases(environment.source, drafts_in(environment))


def latest_scheduled_deployment(environment: Environment) -> ScheduledDeployment | None:
    """Return the waiting scheduled deployment, or a failed one if nothing has been deployed since."""
    return latest_scheduled_deployments([environment]).first()


def latest_scheduled_deployments(environments: Iterable[Environment]) -> QuerySet[ScheduledDeployment]:
    """Return what ``latest_scheduled_deployment`` returns for each environment, in one query."""
    of_the_same = {"environment": OuterRef("environment")}
    later = ScheduledDeployment.objects.filter(**of_the_same, pk__gt=OuterRef("pk"))
    deployed = Deployment.objects.filter(**of_the_same, created_at__gt=OuterRef("ended_at"))
    failed = Q(state=State.FAILED) & ~Q(Exists(deployed))
    return ScheduledDeployment.objects.filter(
        Q(state=State.WAITING) | failed, ~Q(Exists(later)), environment__in=list(environments)
    ).select_related("created_by", "environment__source", "release", "restored__release")


def is_outdated(scheduled: ScheduledDeployment) -> bool:
    """Return whether a waiting deployment will fail because the drafts or settings have changed."""
    return (
        scheduled.state == State.WAITING
        and scheduled.kind != Deployment.Kind.REDEPLOY
        and fingerprint(proposed_spec(scheduled)) != scheduled.fingerprint
    )


def next_scheduled(field: str) -> Subquery:
    """Return an expression: a field of a source's next waiting deployment. It's null without one."""
    waiting = ScheduledDeployment.objects.waiting().filter(environment__source=OuterRef("pk"))
    return Subquery(waiting.order_by("due_at", "id").values(field)[:1])


def changed_since_review(kind: str) -> str:
    """Return the reason not to deploy something else than what was reviewed."""
    if kind == Deployment.Kind.PUBLISH:
        return _("The drafts have changed since they were reviewed.")
    return _("The settings have changed since they were reviewed.")


@source_changes()
def cancel_scheduled_deployment(scheduled: ScheduledDeployment, *, by: User) -> bool:
    """Cancel a scheduled deployment. Returns False if it's no longer waiting."""
    found = lock_waiting(scheduled.pk)
    if found is None:
        return False
    found.finish(State.CANCELED, by=by)
    return True


def lock_waiting(key: int) -> ScheduledDeployment | None:
    """Return a scheduled deployment if it's still waiting, locked until the transaction ends."""
    found = for_update(ScheduledDeployment.objects.waiting().filter(pk=key))
    return found.select_related("environment__source", "created_by").first()
