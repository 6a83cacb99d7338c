"""``manage.py update_statuses``"""

from __future__ import annotations

from typing import Any

from fullstory_dest.management.database_command import DatabaseCommand
from fullstory_dest.services.sources.stored_status import store_all_statuses


class Command(DatabaseCommand):
    help = "Computes the stored statuses of all sources again, such as after an upgrade. Can be interrupted."

    def handle(self, **options: Any) -> None:
        for done, total in store_all_statuses():
            self.stdout.write(f"{done} of {total}")
        self.stdout.write("All statuses are up to date.")
