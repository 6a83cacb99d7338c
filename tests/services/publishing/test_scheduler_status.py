"""Heartbeats of schedulers."""

from datetime import timedelta

import pytest
from django.utils import timezone

from fullstory_dest.models import ScheduledDeployment, SchedulerHeartbeat
from fullstory_dest.services.publishing.scheduler_status import (
    SchedulerStatus,
    delete_old_heartbeats,
    expire_heartbeat,
    overdue_deployments,
    record_heartbeat,
    scheduler_status,
)
from tests.factories import a_source

pytestmark = pytest.mark.django_db


def names():
    return set(SchedulerHeartbeat.objects.values_list("name", flat=True))


def test_it_deletes_stopped_schedulers_except_for_the_latest():
    for name in ("first", "running", "second"):
        record_heartbeat(name, timedelta(minutes=1))
    expire_heartbeat("first")
    expire_heartbeat("second")
    delete_old_heartbeats()
    assert names() == {"running", "second"}


def test_it_is_running_until_its_heartbeat_expires():
    assert (scheduler_status().running, scheduler_status().last_seen_at) == (False, None)
    record_heartbeat("first", timedelta(minutes=1))
    record_heartbeat("second", timedelta(minutes=1))
    expire_heartbeat("first")
    status = scheduler_status()
    assert (status.running, status.last_seen_at) == (
        True,
        SchedulerHeartbeat.objects.get(name="second").beat_at,
    )
    expire_heartbeat("second")
    assert not scheduler_status().running


@pytest.mark.parametrize(
    ("running", "seconds", "overdue"), [(True, 90, False), (True, 121, True), (False, 1, True)]
)
def test_it_reports_overdue_publishes(running, seconds, overdue):
    due = timezone.now() - timedelta(seconds=seconds)
    status = SchedulerStatus(running, None)
    ScheduledDeployment.objects.create(environment=a_source().production, due_at=due)
    assert status.is_overdue(due) == overdue
    assert overdue_deployments(status).count() == overdue
