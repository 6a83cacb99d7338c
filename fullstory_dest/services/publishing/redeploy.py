"""Redeployment of what is live, with the current runtime and public URL."""

from __future__ import annotations

from django.contrib.auth.models import User
from django.db.models import Count, QuerySet

from fullstory_dest.models import Deployment, Environment
from fullstory_dest.services.publishing.deploy import DeployResult, current_build, deploy, new_deployment
from fullstory_dest.services.row_locks import lock_environment
from fullstory_dest.services.source_changes import source_changes


class NothingLiveError(ValueError):
    """Nothing was deployed in this environment yet."""


@source_changes()
def redeploy(environment: Environment, *, by: User | None = None, note: str = "") -> DeployResult:
    """Deploy the live release again. It does the same, so neither drafts nor settings of today are used."""
    environment = lock_environment(environment)
    live = environment.live
    if live is None:
        raise NothingLiveError("nothing is live in this environment")
    deployment = new_deployment(
        environment,
        live.release,
        live.environment_spec,
        kind=Deployment.Kind.REDEPLOY,
        by=by,
        note=note,
    )
    return deploy(deployment)


def outdated_environments() -> QuerySet[Environment]:
    """Return the environments that run an older runtime, or have documents for another public URL, by ID."""
    live = Environment.objects.filter(live__isnull=False, source__archived_at__isnull=True)
    return live.exclude(live_build=current_build()).order_by("pk")


def count_outdated_sources() -> int:
    """Return the number of sources with outdated environments, in one query."""
    count: int = outdated_environments().order_by().aggregate(count=Count("source", distinct=True))["count"]
    return count
