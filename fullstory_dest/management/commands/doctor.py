"""``manage.py doctor``"""

from __future__ import annotations

import sys
from typing import Any

from fullstory_dest.management.database_command import DatabaseCommand
from fullstory_dest.services.doctor import find_problems


class Command(DatabaseCommand):
    help = "Reports what needs attention in this installation, and what to do. Exits with 1 if anything does."
    # It reports missing migrations itself.
    requires_migrations_checks = False

    def handle(self, **options: Any) -> None:
        problems = list(find_problems())
        self.stdout.write("\n".join(problems) or "Everything is fine.")
        if problems:
            sys.exit(1)
