"""How commands report a scheduled publish."""

from __future__ import annotations

from django.core.management.base import BaseCommand

from fullstory_dest.models import ScheduledPublish


def tell_publish(command: BaseCommand, pending: ScheduledPublish) -> None:
    """Write what became of a scheduled publish: to standard output, or to standard error if it failed."""
    if pending.state == ScheduledPublish.State.DONE and pending.release:
        command.stdout.write(f"Published release {pending.release.number} of {pending.source}")
    else:
        command.stderr.write(f"{pending.source} is not published: {pending.outcome}")
