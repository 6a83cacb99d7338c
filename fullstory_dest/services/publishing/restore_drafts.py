"""Restores drafts: a source's destinations and mappings become what a release says."""

from __future__ import annotations

from typing import Final

from django.db import transaction
from django.db.models import F

from fullstory_dest.compiler.schema import DestinationSpec, MappingSpec
from fullstory_dest.models import Destination, Mapping, Release, Source
from fullstory_dest.models.validated import KEEP_UPDATED_AT
from fullstory_dest.services.publishing.publish import OutdatedReviewError, fingerprint
from fullstory_dest.services.row_locks import lock_source, lock_tree
from fullstory_dest.services.spec import destination_spec, mapping_spec, source_spec

#: Restoring writes, makes and deletes drafts.
RESTORE_PERMISSIONS: Final = (
    "fullstory_dest.view_release",
    "fullstory_dest.change_source",
    *(
        f"fullstory_dest.{verb}_{model}"
        for verb in ("add", "change", "delete")
        for model in ("destination", "mapping")
    ),
)


@transaction.atomic
def restore_drafts(release: Release, *, reviewed: str | None = None) -> Source:
    """Makes the drafts what a release's spec says, and publishes nothing.

    ``reviewed`` is the fingerprint of the drafts that somebody let go: OutdatedReviewError when they are others.

    Destinations and mappings that still exist keep their ids and their history; the others are made anew, those
    that the release does not know are deleted. The write key stays: pages load it. Raises ValidationError, when the
    rules have become stricter since; then nothing has changed.
    """
    source = lock_source(release.source)
    lock_tree(Source, [source.pk])
    if reviewed is not None and reviewed != fingerprint(source_spec(source)):
        raise OutdatedReviewError
    spec = release.spec
    wanted = {
        "name": spec["name"],
        "slug": spec["slug"],
        "api_host": spec["api_host"],
        "honor_gpc": spec.get("honor_gpc", False),
        "honor_dnt": spec.get("honor_dnt", False),
    }
    if any(getattr(source, field) != value for field, value in wanted.items()):
        for field, value in wanted.items():
            setattr(source, field, value)
        _save(source, release)

    kept = {
        destination.pk: destination
        for destination in Destination.objects.filter(source=source).prefetch_related("mappings")
    }
    before = {key: destination_spec(destination) for key, destination in kept.items()}
    for key in kept.keys() - {destination["id"] for destination in spec["destinations"]}:
        _delete(kept[key], release)
    # Two that change names of their globals with each other would meet: for a moment none is enabled.
    Destination.objects.filter(source=source).update(enabled=False, **KEEP_UPDATED_AT)
    for wanted_destination in spec["destinations"]:
        key = wanted_destination["id"]
        destination = kept.get(key) or Destination(source=source)
        _restore_destination(destination, wanted_destination, before.get(key), release)
    return source


def _restore_destination(
    destination: Destination, wanted: DestinationSpec, before: DestinationSpec | None, release: Release
) -> None:
    if before and {**before, "mappings": []} == {**wanted, "mappings": []}:
        Destination.objects.filter(pk=destination.pk).update(enabled=wanted["enabled"], **KEEP_UPDATED_AT)
        destination.enabled = wanted["enabled"]
    else:
        destination.name = wanted["name"]
        destination.enabled = wanted["enabled"]
        destination.settings = wanted["settings"]
        destination.consent_categories = wanted.get("consent_categories", [])
        _save(destination, release)
    _restore_mappings(destination, wanted["mappings"], release)


def _restore_mappings(destination: Destination, wanted: list[MappingSpec], release: Release) -> None:
    kept = {mapping.pk: mapping for mapping in Mapping.objects.filter(destination=destination)}
    for key in kept.keys() - {mapping["id"] for mapping in wanted}:
        _delete(kept.pop(key), release)
    # Positions are unique at every moment: all out of the way first.
    Mapping.objects.filter(destination=destination, position__gte=0).update(
        position=-1 - F("position"), **KEEP_UPDATED_AT
    )
    for position, spec in enumerate(wanted):
        mapping = kept.get(spec["id"]) or Mapping(destination=destination)
        if mapping.pk and mapping_spec(mapping) == spec and mapping.position == position:
            Mapping.objects.filter(pk=mapping.pk).update(position=position, **KEEP_UPDATED_AT)
            continue
        mapping.destination = destination
        mapping.name, mapping.enabled = spec["name"], spec["enabled"]
        mapping.action, mapping.trigger, mapping.fields = spec["action"], spec["trigger"], spec["fields"]
        mapping.position = position
        _save(mapping, release)


def _save(row: Source | Destination | Mapping, release: Release) -> None:
    row._change_reason = _reason(release)  # type: ignore[union-attr]
    row.save()


def _delete(row: Destination | Mapping, release: Release) -> None:
    row._change_reason = _reason(release)  # type: ignore[union-attr]
    row.delete()


def _reason(release: Release) -> str:
    """What the history of each row says of it."""
    return f"Drafts restored from release {release.number}"
