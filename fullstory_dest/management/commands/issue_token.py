"""``manage.py issue_token USER``"""

from __future__ import annotations

from typing import Any

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError, CommandParser

from fullstory_dest.services.accounts.tokens import create_token


class Command(BaseCommand):
    help = "Issues a new API token for a user and prints it, alone on the last line. It is shown once."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("user", metavar="USER", help="the user's name")
        parser.add_argument(
            "--name", default="issue_token", help="what the token is for, as the admin lists it"
        )

    def handle(self, *, user: str, name: str, **options: Any) -> None:
        found = get_user_model().objects.filter(username=user).first()
        if found is None:
            raise CommandError(f'there is no user "{user}"')
        if not found.is_active:
            raise CommandError(f'the user "{user}" is not active: the API would refuse the token')
        if not found.is_staff:
            raise CommandError(
                f'the user "{user}" may not log in, so the API would refuse the token: '
                "switch “May log in” on for them in the admin, then issue it"
            )
        _, token = create_token(found, name[:100])
        self.stdout.write(f"A new API token for {user}. Keep it now: only its hash is stored.")
        self.stdout.write(token)
