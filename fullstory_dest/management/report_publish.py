"""The report of a scheduled publish."""

from __future__ import annotations

from django.core.management.base import BaseCommand

from fullstory_dest.models import ScheduledPublish


def report_publish(command: BaseCommand, scheduled: ScheduledPublish) -> None:
    """Print the result of a scheduled publish: on standard output, or on standard error if it failed."""
    source = scheduled.environment.source
    if scheduled.state == ScheduledPublish.State.DONE and scheduled.deployment:
        number = scheduled.deployment.release.number
        command.stdout.write(f"Published release {number} of {source}.")
    else:
        command.stderr.write(f"Scheduled publish of {source} failed: {scheduled.outcome}")
