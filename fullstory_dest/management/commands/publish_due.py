"""``manage.py publish_due``"""

from __future__ import annotations

import sys
from typing import Any

from fullstory_dest.management.database_command import DatabaseCommand
from fullstory_dest.management.report_deployment import report_deployment
from fullstory_dest.models import ScheduledDeployment
from fullstory_dest.services.publishing.publish_due import publish_due
from fullstory_dest.services.publishing.scheduler_status import CRON_LIFETIME, CRON_NAME, record_heartbeat


class Command(DatabaseCommand):
    help = (
        "Carries out due scheduled deployments, as an alternative to run_scheduler. Run it from cron every minute. "
        "Exits with 1 if one failed."
    )

    def handle(self, **options: Any) -> None:
        record_heartbeat(CRON_NAME, CRON_LIFETIME)
        refused = False
        for scheduled in publish_due():
            report_deployment(self, scheduled)
            refused |= scheduled.state != ScheduledDeployment.State.DONE
        if refused:
            sys.exit(1)
