"""Runs of the scheduled deployments that are due."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import datetime

from django.db import InterfaceError, OperationalError
from django.utils import timezone
from django.utils.translation import gettext as _

from fullstory_dest.compiler.check import CompileError
from fullstory_dest.models import Environment, ScheduledDeployment, Source
from fullstory_dest.services.accounts.permissions import PUBLISH
from fullstory_dest.services.publishing.approvals import ApprovalRequiredError
from fullstory_dest.services.publishing.deploy import OutdatedReviewError, RollBackError
from fullstory_dest.services.publishing.proposals import deploy_proposal
from fullstory_dest.services.publishing.publish_with_test_cases import (
    FailingTestCasesError,
    PublishBusyError,
)
from fullstory_dest.services.publishing.redeploy import NothingLiveError
from fullstory_dest.services.publishing.schedule_deployment import changed_since_review, lock_waiting
from fullstory_dest.services.row_locks import is_lock_timeout, lock_environment
from fullstory_dest.services.source_changes import source_changes

State = ScheduledDeployment.State

_logger = logging.getLogger(__name__)


def publish_due(now: datetime | None = None) -> Iterator[ScheduledDeployment]:
    """Run the scheduled deployments that are due, the earliest first, and yield each one after it's committed.

    Each runs in a separate transaction, and only once, even if two processes run this at the same time. Unexpected
    errors are logged and end only that deployment. It stays due if its source is locked for too long. Raises
    OperationalError or InterfaceError if the connection to the database fails; the interrupted one stays due.
    """
    due = ScheduledDeployment.objects.waiting().filter(due_at__lte=now or timezone.now())
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
            _logger.exception("Scheduled deployment %s failed.", key)
            done = _fail_one(key)
        if done:
            yield done


@source_changes()
def _fail_one(key: int) -> ScheduledDeployment | None:
    scheduled = lock_waiting(key)
    if scheduled:
        scheduled.finish(State.FAILED, _("Something went wrong. The server's log has the details."))
    return scheduled


@source_changes()
def _publish_one(key: int) -> ScheduledDeployment | None:
    # Lock the source first, as all publishes do, to avoid deadlocks.
    found = Environment.objects.select_related("source").filter(scheduled_deployments=key).first()
    if found is None:
        return None
    environment = lock_environment(found)
    scheduled = lock_waiting(key)
    if scheduled is None:
        return None
    if reason := _refusal(scheduled, environment.source):
        scheduled.finish(State.FAILED, reason)
        return scheduled
    try:
        with source_changes():
            result = deploy_proposal(
                scheduled,
                by=scheduled.created_by,
                reviewed=scheduled.fingerprint,
                scheduled=scheduled,
                ignore_test_case_failures=scheduled.ignore_test_case_failures,
            )
    except OutdatedReviewError:
        scheduled.finish(State.FAILED, changed_since_review(scheduled.kind))
        return scheduled
    except (FailingTestCasesError, ApprovalRequiredError, RollBackError, NothingLiveError) as error:
        scheduled.finish(State.FAILED, str(error))
        return scheduled
    except CompileError as error:
        scheduled.finish(State.FAILED, "\n".join(problem.message for problem in error.problems))
        return scheduled
    scheduled.deployment = result.deployment
    scheduled.finish(State.DONE, "" if result.created else _("Nothing had changed. It was already live."))
    return scheduled


def _refusal(scheduled: ScheduledDeployment, source: Source) -> str:
    """Return the reason why it can't be deployed now, or an empty string."""
    by = scheduled.created_by
    if by is None or not by.has_perms(PUBLISH):
        return _("The user who scheduled it no longer has permission to publish.")
    if source.archived_at:
        return _("The source was archived.")
    return ""
