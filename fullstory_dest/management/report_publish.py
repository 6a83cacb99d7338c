"""The report of a scheduled publish."""

from __future__ import annotations

from django.core.management.base import BaseCommand

from fullstory_dest.models import ScheduledPublish


def report_publish(command: BaseCommand, pending: ScheduledPublish) -> None:
    """Print the result of a scheduled publish: on standard output, or on standard error if it failed."""
    if pending.state == ScheduledPublish.State.DONE and pending.release:
        command.stdout.write(f"Published release {pending.release.number} of {pending.source}.")
    else:
        command.stderr.write(f"Scheduled publish of {pending.source} failed: {pending.outcome}")
