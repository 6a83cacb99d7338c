"""Scheduled publishes, which publish only the drafts that were reviewed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from django.contrib.auth.models import User
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from fullstory_dest.models import Deployment, Environment, Release, ScheduledPublish
from fullstory_dest.services.publishing.deploy import fingerprint
from fullstory_dest.services.publishing.proposals import proposal_values, proposed_spec
from fullstory_dest.services.row_locks import for_update, lock_environment
from fullstory_dest.services.source_changes import source_changes

State = ScheduledPublish.State
MAXIMUM_DELAY: Final = timedelta(days=366)


class SchedulePublishError(ValueError):
    """The publish can't be scheduled. The message is for the user."""


def check_time(at: datetime) -> None:
    """Raise SchedulePublishError if a time is in the past or more than a year away."""
    now = timezone.now()
    if at <= now:
        raise SchedulePublishError(_("This time is in the past. Choose a later one, or publish now."))
    if at > now + MAXIMUM_DELAY:
        raise SchedulePublishError(_("Choose a time within a year."))


@source_changes()
def schedule_publish(
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
) -> ScheduledPublish:
    """Schedule a deployment at a time, by the next run of ``publish_due``.

    The drafts are published, unless there is a release to promote, a deployment to restore, or what is live is
    redeployed. ``reviewed`` is the fingerprint of what the user reviewed. Raises SchedulePublishError, ProposalError.
    """
    check_time(at)
    environment = lock_environment(environment)
    values = proposal_values(environment, release=release, restored=restored, redeploys=redeploys)
    if values["fingerprint"] != reviewed:
        raise SchedulePublishError(_("The drafts have changed since they were reviewed. Review them again."))
    if environment.scheduled_publishes.waiting().exists():
        raise SchedulePublishError(_("This source already has a scheduled publish. Cancel it first."))
    return ScheduledPublish.objects.create(
        **values,
        due_at=at,
        note=note,
        ignore_test_case_failures=ignore_test_case_failures,
        created_by=by,
    )


def latest_scheduled_publish(environment: Environment) -> ScheduledPublish | None:
    """Return the waiting scheduled publish, or a failed one if nothing has been published since."""
    return latest_scheduled_publishes([environment]).first()


def latest_scheduled_publishes(environments: Iterable[Environment]) -> QuerySet[ScheduledPublish]:
    """Return the scheduled publish of each environment that ``latest_scheduled_publish`` returns, in one query."""
    of_the_same = {"environment": OuterRef("environment")}
    later = ScheduledPublish.objects.filter(**of_the_same, pk__gt=OuterRef("pk"))
    deployed = Deployment.objects.filter(**of_the_same, created_at__gt=OuterRef("ended_at"))
    failed = Q(state=State.FAILED) & ~Q(Exists(deployed))
    return ScheduledPublish.objects.filter(
        Q(state=State.WAITING) | failed, ~Q(Exists(later)), environment__in=list(environments)
    ).select_related("created_by", "environment__source", "release", "restored__release")


def is_outdated(scheduled: ScheduledPublish) -> bool:
    """Return whether a waiting publish will fail because the drafts have changed since they were reviewed."""
    return (
        scheduled.state == State.WAITING
        and scheduled.kind != Deployment.Kind.REDEPLOY
        and fingerprint(proposed_spec(scheduled)) != scheduled.fingerprint
    )


@source_changes()
def cancel_scheduled_publish(scheduled: ScheduledPublish, *, by: User) -> bool:
    """Cancel a scheduled publish. Returns False if it's no longer waiting."""
    found = lock_waiting(scheduled.pk)
    if found is None:
        return False
    found.finish(State.CANCELED, by=by)
    return True


def lock_waiting(key: int) -> ScheduledPublish | None:
    """Return a scheduled publish if it's still waiting, locked until the transaction ends."""
    found = for_update(ScheduledPublish.objects.waiting().filter(pk=key))
    return found.select_related("environment__source", "created_by").first()
