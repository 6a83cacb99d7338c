"""Deployment: the one place where a release goes live in an environment."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import lru_cache

from django.conf import settings
from django.contrib.auth.models import User
from django.db.models import F

from fullstory_dest.compiler.artifacts import DeploymentFiles, build_files, runtime_digest
from fullstory_dest.compiler.compile import in_environment
from fullstory_dest.compiler.files import canonical_json
from fullstory_dest.compiler.schema import DeployedSpec, EnvironmentSpec, SourceSpec
from fullstory_dest.models import Deployment, Document, Environment, Release, ScheduledDeployment
from fullstory_dest.services.publishing.approvals import Override, require_approvals
from fullstory_dest.services.spec import live_spec


@dataclass(frozen=True, slots=True)
class DeployResult:
    """The live deployment, whether it was created, and the scheduled deployment that was canceled, if any."""

    deployment: Deployment
    created: bool
    canceled: ScheduledDeployment | None = None


class OutdatedReviewError(ValueError):
    """The drafts, the release or the environment changed after the review."""


class RollBackError(ValueError):
    """The environment can't be rolled back to this deployment."""


class LiveDeploymentChangedError(RollBackError):
    """Another deployment is live than the user expected."""


def deploy(
    deployment: Deployment, *, override: Override | None = None, canceled: ScheduledDeployment | None = None
) -> DeployResult:
    """Save a deployment and make it live, unless its environment, which is locked, has the same one.

    All ways to change what browsers get end here. Closes the approved review, if one is required. Raises
    ApprovalRequiredError.
    """
    live = deployment.environment.live
    created = live is None or not _is_same(live, deployment)
    if created:
        review = require_approvals(deployment, fingerprint(live_spec(deployment)), override)
        deployment.save()
        live = deployment
        if review:
            review.deployment = deployment
            review.close(review.State.DEPLOYED, by=deployment.created_by)
    _set_live(deployment.environment, live, deployment.build)
    return DeployResult(live or deployment, created, canceled)


def _set_live(environment: Environment, live: Deployment | None, build: str) -> None:
    environment.live, environment.live_build = live, build
    Environment.objects.filter(pk=environment.pk).update(
        live=live, live_build=build, updated_at=F("updated_at")
    )


def new_deployment(
    environment: Environment,
    release: Release,
    values: EnvironmentSpec,
    *,
    kind: Deployment.Kind,
    by: User | None,
    note: str,
) -> Deployment:
    """Build a release for an environment with these values, and store its documents."""
    files = build_files(in_environment(release.spec, values), release.compiled, settings.PUBLIC_URL)
    _store_documents(files)
    return Deployment(
        environment=environment,
        release=release,
        kind=kind,
        note=note,
        environment_spec=values,
        build=current_build(),
        created_by=by,
        snippet_id=files.snippet.digest,
        plugin_id=files.plugin.digest,
        settings_document_id=files.settings.digest,
        config_document_id=files.config.digest,
    )


def fingerprint(spec: DeployedSpec) -> str:
    """Return a hash of a spec, which shows whether it has changed since it was reviewed.

    It ignores the write key, because rotating it doesn't affect the review.
    """
    without_key: DeployedSpec = {**spec, "write_key": ""}
    return drafts_fingerprint(without_key)


def drafts_fingerprint(drafts: SourceSpec) -> str:
    """Return a hash of drafts without an environment."""
    return hashlib.sha256(canonical_json(drafts).encode()).hexdigest()


def check_review(spec: DeployedSpec, reviewed: str | None) -> None:
    """Raise OutdatedReviewError if the spec isn't the reviewed one, if any."""
    if reviewed is not None and reviewed != fingerprint(spec):
        raise OutdatedReviewError


def check_live(environment: Environment, expected: int | None) -> None:
    """Raise LiveDeploymentChangedError unless the deployment with this ID is live, if one is expected. 0 is none."""
    live = environment.live_id or 0
    if expected is not None and live != expected:
        raise LiveDeploymentChangedError(f"deployment {live} is live now instead of deployment {expected}")


def current_build() -> str:
    """Return what identifies documents that are made now: the runtime's code and the public URL."""
    return _build(settings.PUBLIC_URL)


@lru_cache(maxsize=4)
def _build(public_url: str) -> str:
    return hashlib.sha256(f"{runtime_digest()} {public_url}".encode()).hexdigest()


def _store_documents(files: DeploymentFiles) -> None:
    """Save the files that don't exist yet, with their compressed bodies.

    Documents that are marked for deletion are kept: this waits for the cleanup, or the cleanup skips the locked rows.
    """
    by_digest = {file.digest: file for file in (files.snippet, files.plugin, files.settings, files.config)}
    documents = Document.objects.filter(digest__in=by_digest)
    stored = dict(documents.values_list("digest", "unused_since"))
    for digest in sorted(digest for digest, unused_since in stored.items() if unused_since):
        if not documents.filter(digest=digest).update(unused_since=None):
            del stored[digest]  # The cleanup has just deleted it.
    Document.objects.bulk_create(
        [
            Document(
                digest=digest,
                content_type=file.content_type,
                body=file.body,
                gzip=file.gzip(),
                brotli=file.brotli(),
            )
            for digest, file in sorted(by_digest.items())
            if digest not in stored
        ],
        # Another source might be publishing the same plugin at this time.
        ignore_conflicts=True,
    )


def cancel_superseded(
    environment: Environment, outcome: str, *, by: User | None, exclude: ScheduledDeployment | None = None
) -> ScheduledDeployment | None:
    """Cancel and return the scheduled deployment of a locked environment, because another release is live."""
    scheduled = environment.scheduled_deployments.waiting().first()
    if scheduled is None or scheduled == exclude:
        return None
    scheduled.finish(ScheduledDeployment.State.CANCELED, outcome, by=by)
    return scheduled


def _is_same(live: Deployment, other: Deployment) -> bool:
    return (
        live.release_id == other.release_id
        and live.environment_spec == other.environment_spec
        and content(live) == content(other)
    )


def content(deployment: Deployment) -> tuple[str, ...]:
    """Return the digests of a deployment's documents."""
    return (
        deployment.snippet_id,
        deployment.plugin_id,
        deployment.settings_document_id,
        deployment.config_document_id,
    )
