"""``manage.py promote SOURCE [--to ENVIRONMENT] [--release NUMBER] [--note NOTE]``"""

from __future__ import annotations

from functools import partial
from typing import Any

from django.core.management.base import CommandError, CommandParser

from fullstory_dest.management.deploy_command import (
    DeployCommand,
    add_environment_argument,
    arguments_of,
    get_environment,
)
from fullstory_dest.management.named_source import get_source
from fullstory_dest.models import Environment, Release
from fullstory_dest.services.environments.previous_environment import previous_environment
from fullstory_dest.services.publishing.promote import promote


class Command(DeployCommand):
    help = "Promotes a release of a source to an environment."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        add_environment_argument(parser, "the last")
        parser.add_argument(
            "--release",
            metavar="NUMBER",
            type=int,
            help="number of a release; the default is the one that is live in the environment before",
        )
        parser.add_argument(
            "--ignore-test-case-failures",
            action="store_true",
            help="promote even if test cases fail",
        )

    def handle(self, *, source: str, **options: Any) -> None:
        found = get_source(source)
        environment = get_environment(found, options["environment"], found.production)
        release = _release(environment, options["release"])
        act = partial(
            promote, release, environment, ignore_test_case_failures=options["ignore_test_case_failures"]
        )
        self.report(found, self.deploy(found, act, **arguments_of(options)), "Promoted")


def _release(environment: Environment, number: int | None) -> Release:
    if number is not None:
        release = environment.source.releases.filter(number=number).first()
        if release is None:
            raise CommandError(f"{environment.source} has no release {number}.")
        return release
    previous = previous_environment(environment)
    if previous is None:
        raise CommandError(f"{environment} is the first environment. Use publish, or specify --release.")
    if previous.live is None:
        raise CommandError(f"Nothing is live in {previous}. Publish there first, or specify --release.")
    return previous.live.release
