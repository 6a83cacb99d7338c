"""``manage.py run_scheduler [--parent PID] [--status]``"""

from __future__ import annotations

import logging
import os
import signal
import socket
import sys
import threading
import time
from datetime import timedelta
from typing import Any, Final

from django.core.management.base import CommandParser
from django.db import Error, connection
from django.utils.timesince import timesince

from fullstory_dest.management.database_command import DatabaseCommand
from fullstory_dest.management.report_deployment import report_deployment
from fullstory_dest.services.publishing.delete_unused_documents import delete_unused_documents
from fullstory_dest.services.publishing.publish_due import publish_due
from fullstory_dest.services.publishing.scheduler_status import (
    delete_old_heartbeats,
    expire_heartbeat,
    overdue_deployments,
    record_heartbeat,
    scheduler_status,
)

#: How often due publishes are looked up.
TICK_SECONDS: Final = 5.0
#: How long a heartbeat is valid: several ticks, and the longest possible publish.
LIFETIME: Final = timedelta(seconds=60)
CLEANUP_SECONDS: Final = 3600.0

_logger = logging.getLogger(__name__)


class Command(DatabaseCommand):
    help = (
        "Carries out scheduled deployments and deletes unused documents until stopped (SIGTERM or SIGINT). "
        "Several can run at once."
    )
    # The database can start or be migrated later than the scheduler.
    requires_migrations_checks = False

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--parent",
            type=int,
            metavar="PID",
            help="also stop when this process ends",
        )
        parser.add_argument(
            "--status",
            action="store_true",
            help="report whether a scheduler is running and what is overdue; exit with 1 if either needs attention",
        )

    def handle(self, *, parent: int | None, status: bool, **options: Any) -> None:
        if status:
            self.check_migrations()
            self._report()
            return
        self._stopping = threading.Event()
        self._name = f"{socket.gethostname()} {os.getpid()}"
        self._available = True
        self._cleaned_at = -CLEANUP_SECONDS
        previous = {number: signal.signal(number, self._stop) for number in (signal.SIGTERM, signal.SIGINT)}
        try:
            while not self._stopping.is_set() and not _is_orphan(parent):
                self._tick()
                self._wait(parent)
            self._try(lambda: expire_heartbeat(self._name))
        finally:
            for number, handler in previous.items():
                signal.signal(number, handler)

    def _stop(self, number: int, _frame: object) -> None:
        """Finish the current publish, then stop. A second signal stops immediately."""
        signal.signal(number, signal.SIG_DFL)
        self._stopping.set()

    def _wait(self, parent: int | None) -> None:
        """Wait until the next tick, or until a second after the parent has ended."""
        end = time.monotonic() + TICK_SECONDS
        while time.monotonic() < end and not _is_orphan(parent) and not self._stopping.wait(1):
            pass

    def _tick(self) -> None:
        if not self._try(self._publish):
            return
        if time.monotonic() - self._cleaned_at >= CLEANUP_SECONDS and self._try(self._clean_up):
            self._cleaned_at = time.monotonic()

    def _publish(self) -> None:
        record_heartbeat(self._name, LIFETIME)
        for scheduled in publish_due():
            report_deployment(self, scheduled)
            if self._stopping.is_set():
                return
            record_heartbeat(self._name, LIFETIME)

    def _clean_up(self) -> None:
        delete_old_heartbeats()
        if deleted := delete_unused_documents():
            self.stdout.write(f"Deleted {deleted} unused documents.")

    def _try(self, work: Any) -> bool:
        """Do some work. Log a failure once, and leave the work to a later tick."""
        try:
            work()
        except Error as error:
            if self._available:
                _logger.warning("Database not available, retrying: %s", error)
            self._available = False
            connection.close()
            return False
        except Exception:
            _logger.exception("Scheduler failed, retrying")
            return False
        if not self._available:
            _logger.warning("Database available again")
        self._available = True
        return True

    def _report(self) -> None:
        found = scheduler_status()
        late = list(overdue_deployments(found))
        last_seen = (
            f"last seen {timesince(found.last_seen_at)} ago" if found.last_seen_at else "none has run yet"
        )
        if found.running:
            self.stdout.write("A scheduler is running.")
        else:
            self.stdout.write(
                f"No scheduler is running ({last_seen}). Start manage.py run_scheduler, or run "
                "manage.py publish_due every minute from cron."
            )
        for scheduled in late:
            self.stdout.write(
                f"Overdue: {scheduled.environment.source}, due {scheduled.due_at:%Y-%m-%d %H:%M %Z}"
            )
        if late or not found.running:
            sys.exit(1)


def _is_orphan(parent: int | None) -> bool:
    """Whether the parent has ended, so that the system has assigned another one."""
    return parent is not None and os.getppid() != parent
