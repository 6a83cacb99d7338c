"""``manage.py rollback SOURCE [--to ENVIRONMENT] [--deployment ID] [--note NOTE]``"""

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
from fullstory_dest.models import Deployment, Environment
from fullstory_dest.services.publishing.roll_back import roll_back


class Command(DeployCommand):
    help = "Rolls back an environment of a source to an earlier deployment."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        add_environment_argument(parser, "the last")
        parser.add_argument(
            "--deployment",
            metavar="ID",
            type=int,
            help="ID of a deployment; the default is the last one of an earlier release",
        )

    def handle(self, *, source: str, **options: Any) -> None:
        found = get_source(source)
        environment = get_environment(found, options["environment"], found.production)
        restored = _deployment(environment, options["deployment"])
        act = partial(roll_back, restored, expected_live=environment.live_id)
        self.report(found, self.deploy(found, act, **arguments_of(options)), "Rolled back to")


def _deployment(environment: Environment, key: int | None) -> Deployment:
    deployments = environment.deployments.select_related("environment__source", "release")
    if key is not None:
        if found := deployments.filter(pk=key).first():
            return found
        raise CommandError(f"{environment} has no deployment {key}.")
    live = environment.live
    while live is not None and live.restored is not None:
        live = live.restored  # so that another rollback goes further back
    earlier = (
        deployments.filter(pk__lt=live.pk).exclude(release=live.release_id) if live else deployments.none()
    )
    before = earlier.order_by("-pk").first()
    if before is None:
        raise CommandError(f"Nothing was live in {environment} before.")
    return before
