"""How commands report a scheduled publish."""

from __future__ import annotations

from django.core.management.base import BaseCommand

from fullstory_dest.models import ScheduledPublish


def report_publish(command: BaseCommand, scheduled: ScheduledPublish) -> None:
    """Write what became of a scheduled publish: to standard output, or to standard error if it failed."""
    if scheduled.state == ScheduledPublish.State.DONE and scheduled.release:
        command.stdout.write(f"Published release {scheduled.release.number} of {scheduled.source}")
    else:
        command.stderr.write(f"{scheduled.source} is not published: {scheduled.outcome}")
