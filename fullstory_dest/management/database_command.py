"""The base of commands that use the database."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import Error, connection

from fullstory_dest.services.doctor import is_migrated


class DatabaseCommand(BaseCommand):
    """A command that ends with one line if the database fails or lacks migrations. ``--traceback`` shows more."""

    requires_migrations_checks = True

    def run_from_argv(self, argv: list[str]) -> None:
        # A command needs one connection. A pool would retry for 30 seconds before it reports a failure.
        connection.settings_dict["OPTIONS"].pop("pool", None)
        super().run_from_argv(argv)

    def execute(self, *args: Any, **options: Any) -> str | None:
        try:
            return super().execute(*args, **options)
        except Error as error:
            raise CommandError(f"The database failed: {' '.join(str(error).split())}") from error

    def check_migrations(self) -> None:
        """Raise CommandError if migrations are missing. Django's method only prints them."""
        if not is_migrated():
            raise CommandError("The database isn't set up. Run manage.py migrate.")
