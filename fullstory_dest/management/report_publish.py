"""The report of a scheduled publish."""

from __future__ import annotations

from django.core.management.base import BaseCommand

from fullstory_dest.models import ScheduledPublish


def report_publish(command: BaseCommand, scheduled: ScheduledPublish) -> None:
    """Print the result of a scheduled publish: on standard output, or on standard error if it failed."""
    source = scheduled.environment.source
    if scheduled.state == ScheduledPublish.State.DONE and scheduled.deployment:
        number = scheduled.deployment.release.number
        done = scheduled.get_kind_display()
        place = f" in {scheduled.environment}" if source.environments.count() > 1 else ""
        command.stdout.write(f"{done} release {number} of {source}{place}.")
    else:
        command.stderr.write(f"Scheduled publish of {source} failed: {scheduled.outcome}")
