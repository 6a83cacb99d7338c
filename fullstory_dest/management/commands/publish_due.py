"""``manage.py publish_due``"""

from __future__ import annotations

import sys
from typing import Any

from django.core.management.base import BaseCommand

from fullstory_dest.models import PendingPublication
from fullstory_dest.services.publish_later import publish_due


class Command(BaseCommand):
    help = (
        "Publishes what was to be published by now. For cron, every minute: two at once do each only once. "
        "Ends with 1 when something that was due was not published."
    )

    def handle(self, **options: Any) -> None:
        done = publish_due()
        for pending in done:
            if pending.state == PendingPublication.State.DONE and pending.release:
                self.stdout.write(f"Published release {pending.release.number} of {pending.source}")
            else:
                self.stderr.write(f"{pending.source} is not published: {pending.outcome}")
        if any(pending.state != PendingPublication.State.DONE for pending in done):
            sys.exit(1)
