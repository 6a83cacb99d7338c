"""``manage.py issue_token USER``"""

from __future__ import annotations

from typing import Any

from django.contrib.auth import get_user_model
from django.core.management.base import CommandError, CommandParser

from fullstory_dest.management.database_command import DatabaseCommand
from fullstory_dest.services.accounts.tokens import create_token


class Command(DatabaseCommand):
    help = "Creates an API token for a user and prints it on the last line. It is shown only once."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("user", metavar="USER", help="username")
        parser.add_argument("--name", default="issue_token", help="name of the token in the admin")

    def handle(self, *, user: str, name: str, **options: Any) -> None:
        found = get_user_model().objects.filter(username=user).first()
        if found is None:
            raise CommandError(f'No user is named "{user}".')
        if not found.is_active:
            raise CommandError(f'The user "{user}" is not active, so the API would refuse the token.')
        if not found.is_staff:
            raise CommandError(
                f'The user "{user}" can\'t log in, so the API would refuse the token. '
                "Allow login for them in the admin, and try again."
            )
        _, token = create_token(found, name[:100])
        self.stdout.write(f"API token for {user}. Copy it now: only its hash is stored.")
        self.stdout.write(token)
