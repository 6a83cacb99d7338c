"""``manage.py publish SOURCE [--note NOTE]``"""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from fullstory_dest.compiler.compile import CompileError
from fullstory_dest.management.named_source import SOURCE_HELP, named_source
from fullstory_dest.models.release import MAXIMUM_NOTE_LENGTH
from fullstory_dest.services.publish import publish


class Command(BaseCommand):
    help = "Publishes a source: from then on browsers get its drafts."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("source", metavar="SOURCE", help=SOURCE_HELP)
        parser.add_argument("--note", default="", help="what changed, for whoever reads the releases")

    def handle(self, *, source: str, note: str, **options: Any) -> None:
        found = named_source(source)
        if len(note) > MAXIMUM_NOTE_LENGTH:
            raise CommandError(f"the note has {len(note)} characters; {MAXIMUM_NOTE_LENGTH} at most")
        try:
            publication = publish(found, note=note)
        except CompileError as error:
            problems = "".join(f"\n- {problem.message}" for problem in error.problems)
            raise CommandError(f"{found} is not published:{problems}") from error
        release = publication.release
        done = "Published" if publication.created else "Nothing has changed since"
        self.stdout.write(f"{done} release {release.number} of {found}: {release.digest}")
