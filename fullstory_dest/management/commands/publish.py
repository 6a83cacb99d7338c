"""``manage.py publish SOURCE [--to ENVIRONMENT] [--note NOTE] [--ignore-test-case-failures]``"""

from __future__ import annotations

from functools import partial
from typing import Any

from django.core.management.base import CommandParser

from fullstory_dest.management.deploy_command import (
    DeployCommand,
    add_environment_argument,
    arguments_of,
    get_environment,
)
from fullstory_dest.management.named_source import get_source
from fullstory_dest.services.publishing.publish_with_test_cases import publish_with_test_cases


class Command(DeployCommand):
    help = "Publishes the drafts of a source."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        add_environment_argument(parser, "the first")
        parser.add_argument(
            "--ignore-test-case-failures",
            action="store_true",
            help="publish even if test cases fail",
        )

    def handle(self, *, source: str, **options: Any) -> None:
        found = get_source(source)
        environment = get_environment(found, options["environment"], found.first_environment)
        act = partial(
            publish_with_test_cases,
            environment,
            ignore_test_case_failures=options["ignore_test_case_failures"],
        )
        self.report(found, self.deploy(found, act, **arguments_of(options)), "Published")
