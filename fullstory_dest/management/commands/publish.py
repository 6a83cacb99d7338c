"""``manage.py publish SOURCE [--note NOTE] [--ignore-test-case-failures]``"""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import OperationalError

from fullstory_dest.compiler.check import CompileError
from fullstory_dest.management.named_source import SOURCE_HELP, get_source
from fullstory_dest.models.release import MAXIMUM_NOTE_LENGTH
from fullstory_dest.services.publishing.publish_with_test_cases import (
    FailingTestCasesError,
    publish_with_test_cases,
)
from fullstory_dest.services.row_locks import is_lock_timeout


class Command(BaseCommand):
    help = "Publishes a source: from then on browsers get its drafts."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("source", metavar="SOURCE", help=SOURCE_HELP)
        parser.add_argument("--note", default="", help="what changed, for whoever reads the releases")
        parser.add_argument(
            "--ignore-test-case-failures",
            action="store_true",
            help="publish although a test case does not lead to what is expected of it",
        )

    def handle(self, *, source: str, note: str, ignore_test_case_failures: bool, **options: Any) -> None:
        found = get_source(source)
        if len(note) > MAXIMUM_NOTE_LENGTH:
            raise CommandError(f"the note has {len(note)} characters; {MAXIMUM_NOTE_LENGTH} at most")
        try:
            result = publish_with_test_cases(
                found, note=note, ignore_test_case_failures=ignore_test_case_failures
            )
        except CompileError as error:
            problems = "".join(f"\n- {problem.message}" for problem in error.problems)
            raise CommandError(f"{found} is not published:{problems}") from error
        except FailingTestCasesError as error:
            hint = "Mend the test cases or the drafts, or add --ignore-test-case-failures."
            raise CommandError(f"{found} is not published: {error} {hint}") from error
        except OperationalError as error:
            if not is_lock_timeout(error):
                raise
            raise CommandError(
                f"{found} is not published: other changes took too long. Try again."
            ) from error
        release = result.release
        done = "Published" if result.created else "Nothing has changed since"
        self.stdout.write(f"{done} release {release.number} of {found}: {release.digest}")
