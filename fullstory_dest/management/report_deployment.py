"""The report of a scheduled deployment."""

from __future__ import annotations

from django.core.management.base import BaseCommand

from fullstory_dest.models import ScheduledDeployment


def report_deployment(command: BaseCommand, scheduled: ScheduledDeployment) -> None:
    """Print the result of a scheduled deployment: on standard output, or on standard error if it failed."""
    source = scheduled.environment.source
    place = f" in {scheduled.environment}" if source.environments.count() > 1 else ""
    if scheduled.state == ScheduledDeployment.State.DONE and scheduled.deployment:
        number = scheduled.deployment.release.number
        done = scheduled.get_kind_display()
        command.stdout.write(f"{done} release {number} of {source}{place}.")
    else:
        command.stderr.write(f"{scheduled.label} of {source}{place} failed: {scheduled.outcome}")
