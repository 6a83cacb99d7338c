"""Scheduled publishes, which publish only the drafts that were reviewed."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

from django.contrib.auth.models import User
from django.db import InterfaceError, OperationalError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from fullstory_dest.compiler.check import CompileError
from fullstory_dest.models import ScheduledPublish, Source
from fullstory_dest.services.accounts.permissions import PUBLISH
from fullstory_dest.services.publishing.publish import OutdatedReviewError, fingerprint
from fullstory_dest.services.publishing.publish_with_test_cases import (
    FailingTestCasesError,
    PublishBusyError,
    publish_with_test_cases,
)
from fullstory_dest.services.row_locks import for_update, is_lock_timeout, lock_source
from fullstory_dest.services.spec import source_spec

State = ScheduledPublish.State
MAXIMUM_DELAY: Final = timedelta(days=366)

_logger = logging.getLogger(__name__)


class SchedulePublishError(ValueError):
    """The publish can't be scheduled. The message is for the user."""


def check_time(at: datetime) -> None:
    """Raise SchedulePublishError if a time is in the past or more than a year away."""
    now = timezone.now()
    if at <= now:
        raise SchedulePublishError(_("This time is in the past. Choose a later one, or publish now."))
    if at > now + MAXIMUM_DELAY:
        raise SchedulePublishError(_("Choose a time within a year."))


@transaction.atomic
def schedule_publish(
    source: Source,
    *,
    at: datetime,
    by: User,
    reviewed: str,
    note: str = "",
    ignore_test_case_failures: bool = False,
) -> ScheduledPublish:
    """Schedule the drafts to be published at a time, by the next run of ``publish_due``.

    ``reviewed`` is the fingerprint of the drafts that the user reviewed. Raises SchedulePublishError.
    """
    check_time(at)
    source = lock_source(source)
    if fingerprint(source_spec(source)) != reviewed:
        raise SchedulePublishError(_("The drafts have changed since they were reviewed. Review them again."))
    if source.scheduled_publishes.waiting().exists():
        raise SchedulePublishError(_("This source already has a scheduled publish. Cancel it first."))
    return ScheduledPublish.objects.create(
        source=source,
        due_at=at,
        note=note,
        fingerprint=reviewed,
        ignore_test_case_failures=ignore_test_case_failures,
        created_by=by,
    )


def latest_scheduled_publish(source: Source) -> ScheduledPublish | None:
    """Return the waiting scheduled publish, or a failed one if nothing has been published since."""
    last = source.scheduled_publishes.select_related("created_by").first()
    if last is None or last.state == State.WAITING:
        return last
    if last.state != State.REFUSED:
        return None
    return None if source.releases.filter(created_at__gt=last.ended_at).exists() else last


def is_outdated(scheduled: ScheduledPublish) -> bool:
    """Return whether a waiting publish will fail because the drafts have changed since they were reviewed."""
    return (
        scheduled.state == State.WAITING
        and fingerprint(source_spec(scheduled.source)) != scheduled.fingerprint
    )


@transaction.atomic
def cancel_scheduled_publish(scheduled: ScheduledPublish, *, by: User) -> bool:
    """Cancel a scheduled publish. Returns False if it's no longer waiting."""
    found = _lock(scheduled.pk)
    if found is None:
        return False
    found.finish(State.CANCELLED, by=by)
    return True


def publish_due(now: datetime | None = None) -> Iterator[ScheduledPublish]:
    """Run the scheduled publishes that are due, the earliest first, and yield each one after it's committed.

    Each runs in a separate transaction, and only once, even if two processes run this at the same time. Unexpected
    errors are logged and end only that publish. A publish stays due if its source is locked for too long. Raises
    OperationalError or InterfaceError if the connection to the database fails; the interrupted publish stays due.
    """
    due = ScheduledPublish.objects.waiting().filter(due_at__lte=now or timezone.now())
    for key in list(due.order_by("due_at", "id").values_list("pk", flat=True)):
        try:
            done = _publish_one(key)
        except PublishBusyError:
            continue
        except (OperationalError, InterfaceError) as error:
            if is_lock_timeout(error):
                continue
            raise
        except Exception:
            _logger.exception("Scheduled publish %s failed.", key)
            done = _refuse_one(key)
        if done:
            yield done


@transaction.atomic
def _refuse_one(key: int) -> ScheduledPublish | None:
    scheduled = _lock(key)
    if scheduled:
        scheduled.finish(State.REFUSED, _("Something went wrong. The server's log has the details."))
    return scheduled


@transaction.atomic
def _publish_one(key: int) -> ScheduledPublish | None:
    # Lock the source first, as all publishes do, to avoid deadlocks.
    found = Source.objects.filter(scheduled_publishes=key).first()
    if found is None:
        return None
    source = lock_source(found)
    scheduled = _lock(key)
    if scheduled is None:
        return None
    if reason := _refusal(scheduled, source):
        scheduled.finish(State.REFUSED, reason)
        return scheduled
    try:
        with transaction.atomic():
            result = publish_with_test_cases(
                source,
                by=scheduled.created_by,
                note=scheduled.note,
                reviewed=scheduled.fingerprint,
                scheduled=scheduled,
                ignore_test_case_failures=scheduled.ignore_test_case_failures,
            )
    except OutdatedReviewError:
        scheduled.finish(State.REFUSED, _("The drafts have changed since they were reviewed."))
        return scheduled
    except FailingTestCasesError as error:
        scheduled.finish(State.REFUSED, str(error))
        return scheduled
    except CompileError as error:
        scheduled.finish(State.REFUSED, "\n".join(problem.message for problem in error.problems))
        return scheduled
    scheduled.release = result.release
    scheduled.finish(State.DONE, "" if result.created else _("Nothing had changed. It was already live."))
    return scheduled


def _refusal(scheduled: ScheduledPublish, source: Source) -> str:
    """Return the reason why the drafts can't be published now, or an empty string."""
    by = scheduled.created_by
    if by is None or not by.has_perms(PUBLISH):
        return _("The user who scheduled it no longer has permission to publish.")
    if source.archived_at:
        return _("The source was archived.")
    return ""


def _lock(key: int) -> ScheduledPublish | None:
    """Return a scheduled publish if it's still waiting, locked until the transaction ends."""
    found = for_update(ScheduledPublish.objects.waiting().filter(pk=key))
    return found.select_related("source", "created_by").first()
