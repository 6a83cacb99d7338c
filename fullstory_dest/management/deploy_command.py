"""The base of commands that deploy a source."""

from __future__ import annotations

from argparse import ArgumentTypeError
from collections.abc import Callable
from typing import Any

from django.contrib.auth.models import User
from django.core.management.base import CommandError, CommandParser
from django.db import OperationalError

from fullstory_dest.compiler.check import CompileError
from fullstory_dest.management.database_command import DatabaseCommand
from fullstory_dest.management.named_source import SOURCE_HELP
from fullstory_dest.models import Environment, Source
from fullstory_dest.models.release import MAXIMUM_NOTE_LENGTH
from fullstory_dest.services.publishing.approvals import ApprovalRequiredError, Override
from fullstory_dest.services.publishing.deploy import DeployResult, RollBackError
from fullstory_dest.services.publishing.publish_with_test_cases import FailingTestCasesError
from fullstory_dest.services.publishing.redeploy import NothingLiveError
from fullstory_dest.services.row_locks import is_lock_timeout


class DeployCommand(DatabaseCommand):
    """A command with the arguments and the errors of everything that deploys."""

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("source", metavar="SOURCE", help=SOURCE_HELP)
        parser.add_argument("--note", type=_note, default="", help="description of the change, or the reason")
        parser.add_argument(
            "--override",
            metavar="REASON",
            type=_note,
            help="deploy without the required approvals, in an emergency; requires --user",
        )
        parser.add_argument(
            "--user", metavar="NAME", help="user who deploys; with --override, one with permission"
        )

    def deploy(
        self,
        source: Source,
        act: Callable[..., DeployResult],
        *,
        note: str,
        user: str | None,
        override: str | None,
    ) -> DeployResult:
        """Call ``act`` with the note, the user and the override. Raises CommandError if nothing is deployed."""
        by = _user(user)
        if override is not None and by is None:
            raise CommandError("--override requires --user.")
        overrides = Override(by, override) if by and override is not None else None
        try:
            return act(by=by, note=note, override=overrides)
        except CompileError as error:
            problems = "".join(f"\n- {problem.message}" for problem in error.problems)
            raise CommandError(f"{source} was not deployed:{problems}") from error
        except FailingTestCasesError as error:
            hint = "Fix the test cases or the drafts, or use --ignore-test-case-failures."
            raise CommandError(f"{source} was not deployed: {error} {hint}") from error
        except (ApprovalRequiredError, RollBackError, NothingLiveError) as error:
            raise CommandError(f"{source} was not deployed: {error}") from error
        except OperationalError as error:
            if not is_lock_timeout(error):
                raise
            raise CommandError(
                f"{source} was not deployed: other changes took too long. Try again."
            ) from error

    def report(self, source: Source, result: DeployResult, done: str) -> None:
        """Print what is live: ``Published release 2 of Shop: 3b1f…``."""
        deployment = result.deployment
        several = source.environments.count() > 1
        place = f" in {deployment.environment}" if several else ""
        done = done if result.created else "No changes since"
        self.stdout.write(
            f"{done} release {deployment.release.number} of {source}{place}: {deployment.digest}"
        )


def add_environment_argument(parser: CommandParser, default: str) -> None:
    """Add ``--to``, which has the same two names in each command."""
    parser.add_argument(
        "--to",
        "--environment",
        dest="environment",
        metavar="ENVIRONMENT",
        help=f"slug of an environment; the default is {default}",
    )


def get_environment(source: Source, slug: str | None, default: Environment) -> Environment:
    """Return a source's environment by its slug. Raises CommandError with the known ones."""
    if slug is None:
        return default
    environments = {each.slug: each for each in source.environments.select_related("source", "live__release")}
    if slug not in environments:
        known = ", ".join(environments)
        raise CommandError(f'{source} has no environment "{slug}". Use one of: {known}.')
    return environments[slug]


def _user(name: str | None) -> User | None:
    if name is None:
        return None
    user = User.objects.filter(username=name, is_active=True).first()
    if user is None:
        raise CommandError(f'No active user is called "{name}".')
    return user


def _note(text: str) -> str:
    if len(text) > MAXIMUM_NOTE_LENGTH:
        raise ArgumentTypeError(f"it has {len(text)} characters; the maximum is {MAXIMUM_NOTE_LENGTH}")
    return text


def arguments_of(options: dict[str, Any]) -> dict[str, Any]:
    """Return the options that ``deploy`` takes."""
    return {name: options[name] for name in ("note", "user", "override")}
