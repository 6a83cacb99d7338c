"""Publishes a source: compiles its drafts into a release. All or nothing, one at a time per source."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction
from django.utils.translation import gettext as _

from fullstory_dest.compiler.artifacts import ArtifactFile, ReleaseFiles, build_files, canonical_json
from fullstory_dest.compiler.check import check_source
from fullstory_dest.compiler.compile import compile_checked
from fullstory_dest.compiler.schema import CheckedSource, SourceSpec
from fullstory_dest.models import Document, Release, ScheduledPublish, Source
from fullstory_dest.services.row_locks import lock_source, lock_tree
from fullstory_dest.services.spec import source_spec


@dataclass(frozen=True, slots=True)
class PublishResult:
    """What publishing led to: the release that is live now, whether this call made it, and what waits no longer."""

    release: Release
    created: bool
    cancelled: ScheduledPublish | None = None


class OutdatedReviewError(ValueError):
    """The drafts are no longer what was reviewed."""


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
    """Makes a release of a source's drafts, unless they are just what is live.

    An upgrade of the runtime counts as a change: the same drafts then make another snippet. ``reviewed`` is the
    fingerprint of what somebody saw and agreed to. A publication that waits is cancelled, unless it is ``scheduled``,
    the one that is carried out. ``check`` gets the drafts when nobody can change them anymore. Raises CompileError,
    with every reason, when the drafts cannot be compiled, OutdatedReviewError when they are others than those, and
    what ``check`` raises; then nothing has changed.
    """
    source = lock_source(source)
    # Drafts are read in several queries: an edit that fell between two of them would be published in part.
    lock_tree(Source, [source.pk])
    spec = source_spec(source)
    check_review(spec, reviewed)
    checked = check(spec)
    config = compile_checked(checked)
    artifact_files = build_files(checked, config, settings.PUBLIC_URL)
    live = live_release(source)
    cancelled = cancel_superseded(source, _("The source was published before."), by=by, besides=scheduled)
    if live and _is_live(live, spec, artifact_files):
        return PublishResult(live, created=False, cancelled=cancelled)
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
    return PublishResult(release, created=True, cancelled=cancelled)


def fingerprint(spec: SourceSpec) -> str:
    """Names what a spec says, so that one can tell whether it is still what was reviewed.

    Not by the write key: rotating it changes nothing of what was agreed to.
    """
    return hashlib.sha256(canonical_json({**spec, "write_key": ""}).encode()).hexdigest()


def check_review(spec: SourceSpec, reviewed: str | None) -> None:
    """Raises OutdatedReviewError when something was reviewed, and the spec is not that."""
    if reviewed is not None and reviewed != fingerprint(spec):
        raise OutdatedReviewError


def live_release(source: Source) -> Release | None:
    """What browsers get now."""
    return source.releases.order_by("-number").first()


def cancel_superseded(
    source: Source, outcome: str, *, by: User | None, besides: ScheduledPublish | None = None
) -> ScheduledPublish | None:
    """Cancel and return the scheduled publish of a locked source, as something else has become live."""
    scheduled = source.scheduled_publishes.waiting().first()
    if scheduled is None or scheduled == besides:
        return None
    scheduled.finish(ScheduledPublish.State.CANCELLED, outcome, by=by)
    return scheduled


def store_document(file: ArtifactFile) -> Document:
    """The document with a file's content, compressed and saved unless it is there already.

    One that was about to be deleted is kept: this waits for the clean-up, or the clean-up leaves the row alone.
    """
    digest = file.digest
    document = Document.objects.defer("body", "gzip", "brotli").filter(digest=digest).first()
    if document and (
        document.unused_since is None or Document.objects.filter(digest=digest).update(unused_since=None)
    ):
        return document
    # Another source may be publishing the same plugin right now.
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
