"""Restoring of a source's drafts from a release."""

from __future__ import annotations

from fullstory_dest.compiler.schema import DestinationSpec, SourceSpec
from fullstory_dest.models import Destination, Release, Source
from fullstory_dest.models.validated import KEEP_UPDATED_AT
from fullstory_dest.services.drafts.write_spec import write_destination, write_mappings
from fullstory_dest.services.publishing.deploy import OutdatedReviewError, drafts_fingerprint
from fullstory_dest.services.row_locks import lock_drafts, lock_source
from fullstory_dest.services.source_changes import source_changes
from fullstory_dest.services.spec import destination_spec, source_spec


@source_changes()
def restore_drafts(release: Release, *, reviewed: str | None = None) -> Source:
    """Replace the drafts with the spec of a release, without publishing.

    Destinations and mappings that still exist keep their IDs and their history. Others are added again, and those that
    the release doesn't have are deleted. Environments don't change.

    ``reviewed`` is the fingerprint of the drafts that the user agreed to discard; raises OutdatedReviewError if they
    have changed since then. Raises ValidationError if the rules have become stricter. In both cases, nothing changes.
    """
    source = lock_source(release.source)
    lock_drafts([source.pk])
    if reviewed is not None and reviewed != drafts_fingerprint(source_spec(source)):
        raise OutdatedReviewError
    spec, reason = release.spec, f"Drafts restored from release {release.number}"
    _restore_source(source, spec, reason)
    existing = {
        destination.pk: destination
        for destination in Destination.objects.filter(source=source).prefetch_related("mappings")
    }
    before = {key: destination_spec(destination) for key, destination in existing.items()}
    for key in existing.keys() - {destination["id"] for destination in spec["destinations"]}:
        existing[key]._change_reason = reason
        existing[key].delete()
    # Disable all first, because two destinations that swap their namespaces would conflict.
    Destination.objects.filter(source=source).update(enabled=False, **KEEP_UPDATED_AT)
    for wanted in spec["destinations"]:
        key = wanted["id"]
        destination = existing.get(key) or Destination(source=source)
        _restore_destination(destination, wanted, before.get(key), reason)
    return source


def _restore_source(source: Source, spec: SourceSpec, reason: str) -> None:
    values = {
        "name": spec["name"],
        "slug": spec["slug"],
        "honor_gpc": spec.get("honor_gpc", False),
        "honor_dnt": spec.get("honor_dnt", False),
    }
    if any(getattr(source, field) != value for field, value in values.items()):
        for field, value in values.items():
            setattr(source, field, value)
        source._change_reason = reason
        source.save()


def _restore_destination(
    destination: Destination, wanted: DestinationSpec, before: DestinationSpec | None, reason: str
) -> None:
    if before and {**before, "mappings": []} == {**wanted, "mappings": []}:
        Destination.objects.filter(pk=destination.pk).update(enabled=wanted["enabled"], **KEEP_UPDATED_AT)
        destination.enabled = wanted["enabled"]
    else:
        write_destination(destination, wanted, reason=reason)
    write_mappings(destination, wanted["mappings"], reason=reason)
