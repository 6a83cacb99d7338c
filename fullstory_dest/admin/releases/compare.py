"""The comparison of two releases, deployments or the drafts, and of their test case results."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from fullstory_dest.admin.base.posted_inputs import parse_ids
from fullstory_dest.admin.pages import environments_of, source_tab, source_view
from fullstory_dest.admin.releases.diff import diff_items
from fullstory_dest.admin.releases.test_case_results import results_of_runs
from fullstory_dest.compiler.check import CompileError
from fullstory_dest.compiler.compile import compile_source, configure
from fullstory_dest.compiler.schema import CompiledConfig, DeployedSpec
from fullstory_dest.models import Deployment, Environment, Release, Source
from fullstory_dest.services.previews.engine import PreviewError
from fullstory_dest.services.previews.test_cases import run_test_cases
from fullstory_dest.services.spec import drafts_in, live_spec, release_in

RELEASES_SHOWN: Final = 50
DRAFTS: Final = "draft"
#: The first letter of a deployment's key, before its ID. Keys of releases are their numbers.
DEPLOYMENT: Final = "d"


@dataclass(frozen=True, slots=True)
class ComparedVersion:
    """One side of a comparison: a release or the drafts in an environment, or a deployment."""

    key: str
    name: str
    spec: DeployedSpec
    environment: Environment
    release: Release | None = None

    def config(self) -> CompiledConfig:
        """The config that browsers get. Raises CompileError for drafts with problems."""
        return configure(self.spec, self.release.compiled) if self.release else compile_source(self.spec)


@source_view("fullstory_dest.view_release")
def compare(request: HttpRequest, source: Source) -> HttpResponse:
    """Compare two releases or deployments, or one with the drafts, and their test case results.

    A release or the drafts are compared as they would be deployed in the environment of the other side.
    """
    environments = environments_of(source)
    keys = request.GET.get("from", ""), request.GET.get("to", DRAFTS)
    deployed = [_deployment(source, key) for key in keys]
    environment = next((each.environment for each in deployed if each), environments[0])
    before, after = (
        _deployed_version(found, several=len(environments) > 1)
        if found
        else _version(source, key, environment)
        for key, found in zip(keys, deployed, strict=True)
    )
    runs, run_error = [], ""
    try:
        test_cases = list(source.test_cases.order_by("name"))
        ran = run_test_cases(test_cases, after.config(), before.config())
        runs = results_of_runs(ran, everything="all" in request.GET)
    except CompileError:
        run_error = _("Test cases can't run because the drafts have problems.")
    except PreviewError as error:
        run_error = _("Test cases couldn't run: %(why)s.") % {"why": error}
    return source_tab(
        request,
        source,
        "releases",
        "fullstory_dest/releases/compare.html",
        before=before,
        after=after,
        changes=diff_items(before.spec, _same_key(before, after), everything="all" in request.GET),
        affected=[run for run in runs if run.changes],
        runs=runs,
        run_error=run_error,
        choices=choices(source, environments, before, after),
    )


def _same_key(before: ComparedVersion, after: ComparedVersion) -> DeployedSpec:
    """The spec of ``after``, with the same write key in another environment: two keys always differ."""
    if before.environment == after.environment:
        return after.spec
    return {**after.spec, "write_key": before.spec["write_key"]}


def _deployment(source: Source, key: str) -> Deployment | None:
    """The deployment that a key names, if it names one. Raises Http404."""
    if not key.startswith(DEPLOYMENT) or key == DRAFTS:
        return None
    related = Deployment.objects.select_related("release", "environment__source")
    found = related.filter(environment__source=source, pk__in=parse_ids([key.removeprefix(DEPLOYMENT)]))
    deployment = found.first()
    if deployment is None:
        raise Http404
    return deployment


def _deployed_version(deployment: Deployment, *, several: bool) -> ComparedVersion:
    name = deployment_name(deployment, several=several)
    key = f"{DEPLOYMENT}{deployment.pk}"
    return ComparedVersion(key, name, live_spec(deployment), deployment.environment, deployment.release)


def _version(source: Source, key: str, environment: Environment) -> ComparedVersion:
    if key == DRAFTS:
        return ComparedVersion(DRAFTS, _("Drafts"), drafts_in(environment), environment)
    release = source.releases.filter(number__in=parse_ids([key])).first()
    if release is None:
        raise Http404
    name = _("Release #%(number)s") % {"number": release.number}
    return ComparedVersion(str(release.number), name, release_in(release, environment), environment, release)


def deployment_name(deployment: Deployment, *, several: bool) -> str:
    """The number of a deployment's release, where if there are ``several`` environments, and when."""
    words = {
        "number": deployment.release.number,
        "environment": deployment.environment,
        "when": date_format(localtime(deployment.created_at), "DATETIME_FORMAT"),
    }
    text = _("#%(number)s in %(environment)s, %(when)s") if several else _("#%(number)s, %(when)s")
    return text % words


def choices(
    source: Source, environments: Sequence[Environment], *chosen: ComparedVersion
) -> list[tuple[str, str]]:
    """The keys and names to choose from: what's live in each of several environments, and the latest releases."""
    found = {version.key: version.name for version in chosen if version.key != DRAFTS}
    if len(environments) > 1:
        found |= {
            f"{DEPLOYMENT}{each.live.pk}": _("Live in %(environment)s (#%(number)s)")
            % {"environment": each, "number": each.live.release.number}
            for each in environments
            if each.live
        }
    numbers = source.releases.order_by("-number").values_list("number", flat=True)[:RELEASES_SHOWN]
    releases = {str(number): f"#{number}" for number in numbers}
    return list({**releases, **{key: name for key, name in found.items() if key not in releases}}.items())
