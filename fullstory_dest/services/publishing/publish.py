"""Publishing of a source's drafts as a release. Publishes of a source run one at a time."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from fullstory_dest.compiler.artifacts import ReleaseFiles, build_files
from fullstory_dest.compiler.check import check_source
from fullstory_dest.compiler.compile import compile_checked
from fullstory_dest.compiler.files import ArtifactFile, canonical_json
from fullstory_dest.compiler.schema import CheckedSource, SourceSpec
from fullstory_dest.models import Document, Release, ScheduledPublish, Source
from fullstory_dest.services.row_locks import lock_source, lock_tree
from fullstory_dest.services.spec import source_spec

#: Shown if a result has ``canceled``.
SCHEDULED_PUBLISH_CANCELED: Final = gettext_lazy("The scheduled publish was canceled.")


@dataclass(frozen=True, slots=True)
class PublishResult:
    """The live release, whether it was created, and the scheduled publish that was canceled, if any."""

    release: Release
    created: bool
    canceled: ScheduledPublish | None = None


class OutdatedReviewError(ValueError):
    """The drafts have changed since they were reviewed."""


@transaction.atomic
def publish(
    source: Source,
    *,
    by: User | None = None,
    note: str = "",
    reviewed: str | None = None,
    scheduled: ScheduledPublish | None = None,
    check: Callable[[SourceSpec], CheckedSource] = check_source,
) -> PublishResult:
    """Publish a source's drafts as a new release, unless the live release is the same.

    An upgrade of the runtime counts as a change, because the snippet differs. ``reviewed`` is the fingerprint of the
    drafts that the user reviewed. Other scheduled publishes than ``scheduled``, which is running, are canceled.
    ``check`` gets the drafts after they are locked.

    Raises CompileError with all problems if the drafts can't be compiled, OutdatedReviewError if they aren't the
    reviewed ones, and the exceptions of ``check``. In these cases, nothing changes.
    """
    source = lock_source(source)
    # Drafts are read in several queries. Without locks, an edit between two of them would be published in part.
    lock_tree(Source, [source.pk])
    spec = source_spec(source)
    check_review(spec, reviewed)
    checked = check(spec)
    config = compile_checked(checked)
    artifact_files = build_files(checked, config, settings.PUBLIC_URL)
    live = live_release(source)
    canceled = cancel_superseded(source, _("The source was published first."), by=by, exclude=scheduled)
    if live and _is_live(live, spec, artifact_files):
        return PublishResult(live, created=False, canceled=canceled)
    release = Release(
        source=source,
        number=live.number + 1 if live else 1,
        note=note,
        spec=spec,
        config=config,
        snippet=store_document(artifact_files.snippet),
        plugin=store_document(artifact_files.plugin),
        settings_document=store_document(artifact_files.settings),
        config_document=store_document(artifact_files.config),
        created_by=by,
    )
    release.save()
    return PublishResult(release, created=True, canceled=canceled)


def fingerprint(spec: SourceSpec) -> str:
    """Return a hash of a spec, which shows whether drafts have changed since they were reviewed.

    It ignores the write key, because rotating it doesn't affect the review.
    """
    return hashlib.sha256(canonical_json({**spec, "write_key": ""}).encode()).hexdigest()


def check_review(spec: SourceSpec, reviewed: str | None) -> None:
    """Raise OutdatedReviewError if the spec isn't the reviewed one, if any."""
    if reviewed is not None and reviewed != fingerprint(spec):
        raise OutdatedReviewError


def live_release(source: Source) -> Release | None:
    """Return the live release, if any."""
    return source.releases.order_by("-number").first()


def cancel_superseded(
    source: Source, outcome: str, *, by: User | None, exclude: ScheduledPublish | None = None
) -> ScheduledPublish | None:
    """Cancel and return the scheduled publish of a locked source, because another release is live."""
    scheduled = source.scheduled_publishes.waiting().first()
    if scheduled is None or scheduled == exclude:
        return None
    scheduled.finish(ScheduledPublish.State.CANCELED, outcome, by=by)
    return scheduled


def store_document(file: ArtifactFile) -> Document:
    """Return the document with a file's content. It's compressed and saved if it doesn't exist yet.

    A document that is marked for deletion is kept: this waits for the cleanup, or the cleanup skips the locked row.
    """
    digest = file.digest
    document = Document.objects.defer("body", "gzip", "brotli").filter(digest=digest).first()
    if document and (
        document.unused_since is None or Document.objects.filter(digest=digest).update(unused_since=None)
    ):
        return document
    # Another source might be publishing the same plugin at this time.
    document, _created = Document.objects.get_or_create(
        digest=digest,
        defaults={
            "content_type": file.content_type,
            "body": file.body,
            "gzip": file.gzip(),
            "brotli": file.brotli(),
        },
    )
    return document


def _is_live(live: Release, spec: SourceSpec, artifact_files: ReleaseFiles) -> bool:
    return canonical_json(live.spec) == canonical_json(spec) and (
        live.snippet_id,
        live.plugin_id,
        live.settings_document_id,
        live.config_document_id,
    ) == (
        artifact_files.snippet.digest,
        artifact_files.plugin.digest,
        artifact_files.settings.digest,
        artifact_files.config.digest,
    )
