"""Status of the scheduler, and overdue scheduled deployments."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.db.models import QuerySet
from django.utils import timezone

from fullstory_dest.models import ScheduledDeployment, SchedulerHeartbeat

#: The name and the lifetime of the heartbeat that all runs of ``publish_due`` share. cron runs it every minute.
CRON_NAME: Final = "publish_due"
CRON_LIFETIME: Final = timedelta(seconds=150)
#: The delay after which a scheduled deployment is overdue while a scheduler is running.
OVERDUE_AFTER: Final = timedelta(minutes=2)


@dataclass(frozen=True, slots=True)
class SchedulerStatus:
    """Whether a scheduler is running, and when one last reported (UTC; None if none ever did)."""

    running: bool
    last_seen_at: datetime | None

    def is_overdue(self, due_at: datetime) -> bool:
        """Return whether a waiting deployment should have run by now."""
        return due_at <= timezone.now() - (OVERDUE_AFTER if self.running else timedelta(0))


def scheduler_status() -> SchedulerStatus:
    """Return the status of the scheduler from its heartbeats, in one query."""
    beats = list(SchedulerHeartbeat.objects.values_list("beat_at", "expires_at"))
    now = timezone.now()
    return SchedulerStatus(
        running=any(expires > now for _beat_at, expires in beats),
        last_seen_at=max((beat_at for beat_at, _expires in beats), default=None),
    )


def scheduler_context(scheduled: ScheduledDeployment | None) -> dict[str, Any]:
    """Return template context: the ``scheduler``, and whether a scheduled deployment is ``pending_overdue``."""
    status = scheduler_status()
    waiting = scheduled if scheduled and scheduled.state == ScheduledDeployment.State.WAITING else None
    return {"scheduler": status, "pending_overdue": waiting is not None and status.is_overdue(waiting.due_at)}


def overdue_deployments(status: SchedulerStatus) -> QuerySet[ScheduledDeployment]:
    """Return the scheduled deployments that should have run by now, the earliest first."""
    limit = timezone.now() - (OVERDUE_AFTER if status.running else timedelta(0))
    waiting = ScheduledDeployment.objects.waiting().filter(due_at__lte=limit)
    return waiting.select_related("environment__source").order_by("due_at", "id")


def record_heartbeat(name: str, lifetime: timedelta) -> None:
    """Record that a scheduler is running, and will report again within ``lifetime``."""
    now = timezone.now()
    SchedulerHeartbeat.objects.update_or_create(
        name=name, defaults={"beat_at": now, "expires_at": now + lifetime}
    )


def expire_heartbeat(name: str) -> None:
    """Record that a scheduler has stopped. The time of its last report is kept."""
    SchedulerHeartbeat.objects.filter(name=name).update(expires_at=timezone.now())


def delete_old_heartbeats() -> None:
    """Delete the rows of schedulers that have stopped, except for the latest one."""
    last = SchedulerHeartbeat.objects.order_by("-beat_at").values_list("name", flat=True).first()
    SchedulerHeartbeat.objects.filter(expires_at__lte=timezone.now()).exclude(name=last).delete()
