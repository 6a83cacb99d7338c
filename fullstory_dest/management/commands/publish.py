"""``manage.py publish SOURCE [--note NOTE] [--ignore-test-case-failures]``"""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.db import OperationalError

from fullstory_dest.compiler.check import CompileError
from fullstory_dest.management.database_command import DatabaseCommand
from fullstory_dest.management.named_source import SOURCE_HELP, get_source
from fullstory_dest.models.release import MAXIMUM_NOTE_LENGTH
from fullstory_dest.services.publishing.publish_with_test_cases import (
    FailingTestCasesError,
    publish_with_test_cases,
)
from fullstory_dest.services.row_locks import is_lock_timeout


class Command(DatabaseCommand):
    help = "Publishes the drafts of a source."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("source", metavar="SOURCE", help=SOURCE_HELP)
        parser.add_argument("--note", default="", help="description of the change, shown with the release")
        parser.add_argument(
            "--ignore-test-case-failures",
            action="store_true",
            help="publish even if test cases fail",
        )

    def handle(self, *, source: str, note: str, ignore_test_case_failures: bool, **options: Any) -> None:
        found = get_source(source)
        if len(note) > MAXIMUM_NOTE_LENGTH:
            raise CommandError(f"The note has {len(note)} characters; the maximum is {MAXIMUM_NOTE_LENGTH}.")
        try:
            result = publish_with_test_cases(
                found.first_environment, note=note, ignore_test_case_failures=ignore_test_case_failures
            )
        except CompileError as error:
            problems = "".join(f"\n- {problem.message}" for problem in error.problems)
            raise CommandError(f"{found} was not published:{problems}") from error
        except FailingTestCasesError as error:
            hint = "Fix the test cases or the drafts, or use --ignore-test-case-failures."
            raise CommandError(f"{found} was not published: {error} {hint}") from error
        except OperationalError as error:
            if not is_lock_timeout(error):
                raise
            raise CommandError(
                f"{found} was not published: other changes took too long. Try again."
            ) from error
        done = "Published" if result.created else "No changes since"
        number, digest = result.deployment.release.number, result.deployment.digest
        self.stdout.write(f"{done} release {number} of {found}: {digest}")
