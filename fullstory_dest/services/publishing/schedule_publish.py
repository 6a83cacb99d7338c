"""Publishes drafts at a time: just those that were reviewed, or none."""

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
from fullstory_dest.services.publishing.publish import OutdatedReviewError, fingerprint, lock
from fullstory_dest.services.publishing.publish_with_test_cases import (
    FailingTestCasesError,
    PublishBusyError,
    publish_with_test_cases,
)
from fullstory_dest.services.publishing.scheduled_publish import end, scheduled_publish
from fullstory_dest.services.row_locks import held, timed_out
from fullstory_dest.services.spec import source_spec

State = ScheduledPublish.State
LONGEST_WAIT: Final = timedelta(days=366)

_logger = logging.getLogger(__name__)


class SchedulePublishError(ValueError):
    """The drafts cannot be published at that time. The message says why, to a person."""


def check_time(at: datetime) -> None:
    """Raises SchedulePublishError for a time at which nothing can be published."""
    now = timezone.now()
    if at <= now:
        raise SchedulePublishError(_("This time is in the past. Choose a later one, or publish now."))
    if at > now + LONGEST_WAIT:
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
    """Has the drafts published at a time, by whoever runs ``publish_due`` then.

    ``reviewed`` is the fingerprint of the drafts that were looked at. Raises SchedulePublishError.
    """
    check_time(at)
    source = lock(source)
    if fingerprint(source_spec(source)) != reviewed:
        raise SchedulePublishError(_("The drafts have changed since they were reviewed. Review them again."))
    if scheduled_publish(source):
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
    """The publication that waits, or else one that was refused and that nothing was published after."""
    last = source.scheduled_publishes.select_related("created_by").first()
    if last is None or last.state == State.WAITING:
        return last
    if last.state != State.REFUSED:
        return None
    return None if source.releases.filter(created_at__gt=last.ended_at).exists() else last


def is_outdated(pending: ScheduledPublish) -> bool:
    """Whether it waits in vain: the drafts are no longer those that were reviewed."""
    return pending.state == State.WAITING and fingerprint(source_spec(pending.source)) != pending.fingerprint


@transaction.atomic
def cancel(pending: ScheduledPublish, *, by: User) -> bool:
    """Ends the wait. False when it was over already."""
    found = _hold(pending.pk)
    if found is None:
        return False
    end(found, State.CANCELLED, by=by)
    return True


def publish_due(now: datetime | None = None) -> list[ScheduledPublish]:
    """Publishes what is due, as ``each_due`` does, and gives back what became of each."""
    return list(each_due(now))


def each_due(now: datetime | None = None) -> Iterator[ScheduledPublish]:
    """Publish what is due, the earliest first, and yield what became of each, once that is committed.

    Each is a transaction of its own. Run twice at once, each is done by one of the two. An unforeseen failure is logged
    and refuses that one publish, so that it keeps back none of the others. One whose source others hold for too long
    stays due. Raises OperationalError or InterfaceError when the database goes away: what that interrupts still waits.
    """
    due = ScheduledPublish.objects.filter(state=State.WAITING, due_at__lte=now or timezone.now())
    for key in list(due.order_by("due_at", "id").values_list("pk", flat=True)):
        try:
            done = _publish_one(key)
        except PublishBusyError:
            continue
        except (OperationalError, InterfaceError) as error:
            if timed_out(error):
                continue
            raise
        except Exception:
            _logger.exception("scheduled publish %s failed", key)
            done = _refuse_one(key)
        if done:
            yield done


@transaction.atomic
def _refuse_one(key: int) -> ScheduledPublish | None:
    pending = _hold(key)
    if pending:
        end(pending, State.REFUSED, _("Something went wrong. The server's log has the details."))
    return pending


@transaction.atomic
def _publish_one(key: int) -> ScheduledPublish | None:
    # The source first, as all do who publish: two that wait for each other would never end.
    found = Source.objects.filter(scheduled_publishes=key).first()
    if found is None:
        return None
    source = lock(found)
    pending = _hold(key)
    if pending is None:
        return None
    if reason := _refusal(pending, source):
        end(pending, State.REFUSED, reason)
        return pending
    try:
        with transaction.atomic():
            publication = publish_with_test_cases(
                source,
                by=pending.created_by,
                note=pending.note,
                reviewed=pending.fingerprint,
                scheduled=pending,
                ignore_test_case_failures=pending.ignore_test_case_failures,
            )
    except OutdatedReviewError:
        end(pending, State.REFUSED, _("The drafts have changed since they were reviewed."))
        return pending
    except FailingTestCasesError as error:
        end(pending, State.REFUSED, str(error))
        return pending
    except CompileError as error:
        end(pending, State.REFUSED, "\n".join(problem.message for problem in error.problems))
        return pending
    pending.release = publication.release
    end(pending, State.DONE, "" if publication.created else _("Nothing had changed. It was already live."))
    return pending


def _refusal(pending: ScheduledPublish, source: Source) -> str:
    """Why the drafts must not be published now; empty when they may."""
    by = pending.created_by
    if by is None or not by.has_perm("fullstory_dest.publish_source"):
        return _("The user who scheduled it no longer has permission to publish.")
    if source.archived_at:
        return _("The source was archived.")
    return ""


def _hold(key: int) -> ScheduledPublish | None:
    """A publication that still waits, held until the transaction ends."""
    found = held(ScheduledPublish.objects.filter(pk=key, state=State.WAITING))
    return found.select_related("source", "created_by").first()
