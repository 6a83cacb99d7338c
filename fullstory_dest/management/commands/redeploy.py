"""``manage.py redeploy SOURCE [--to ENVIRONMENT]`` and ``manage.py redeploy --all``"""

from __future__ import annotations

from functools import partial
from typing import Any

from django.core.management.base import CommandError, CommandParser

from fullstory_dest.management.deploy_command import DeployCommand, add_environment_argument, get_environment
from fullstory_dest.management.named_source import SOURCE_HELP, get_source
from fullstory_dest.services.publishing.deploy import DeployResult
from fullstory_dest.services.publishing.redeploy import outdated_environments, redeploy


class Command(DeployCommand):
    help = "Deploys what is live again, with the current runtime and PUBLIC_URL. It does the same as before."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("source", metavar="SOURCE", nargs="?", help=SOURCE_HELP)
        add_environment_argument(parser, "all")
        parser.add_argument(
            "--all",
            action="store_true",
            help="all sources that need it; can be interrupted and run again",
        )
        parser.add_argument("--note", default="", help="reason, shown with the deployment")

    def handle(self, *, source: str | None, note: str, **options: Any) -> None:
        if (source is None) != options["all"]:
            raise CommandError("Specify a source, or --all.")
        if source is None:
            self._redeploy_all(note)
            return
        found = get_source(source)
        environments = found.environments.select_related("source").filter(live__isnull=False)
        if options["environment"]:
            environments = environments.filter(
                pk=get_environment(found, options["environment"], found.production).pk
            )
        if not environments:
            raise CommandError(f"Nothing is live in {found}.")
        for environment in environments:
            result = self.deploy(found, partial(_redeploy, environment), note=note, user=None, override=None)
            self.report(found, result, "Redeployed")

    def _redeploy_all(self, note: str) -> None:
        """Redeploy every environment that needs it, each in a separate transaction."""
        keys = list(outdated_environments().values_list("pk", flat=True))
        failures = 0
        for number, key in enumerate(keys, 1):
            environment = outdated_environments().select_related("source").filter(pk=key).first()
            if environment is None:
                continue  # Someone else has deployed to it, or deleted it.
            source = environment.source
            try:
                self.deploy(source, partial(_redeploy, environment), note=note, user=None, override=None)
                self.stdout.write(f"{number} of {len(keys)}: {source}, {environment}")
            except CommandError as error:
                failures += 1
                self.stderr.write(f"{number} of {len(keys)}: {error}")
        if failures:
            raise CommandError(f"{failures} of {len(keys)} environments failed. Run the command again.")
        self.stdout.write(f"Redeployed {len(keys)} environments." if keys else "All are up to date.")


def _redeploy(environment: Any, *, note: str, **_unused: object) -> DeployResult:
    return redeploy(environment, note=note)
