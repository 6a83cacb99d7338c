"""Detection of drafts that would undo a rollback because they still have the removed changes."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from fullstory_dest.compiler.schema import SourceSpec
from fullstory_dest.models import Release
from fullstory_dest.services.publishing.diff import Change, diff


def published_specs(**of: Any) -> QuerySet[Release, SourceSpec]:
    """Return the specs of releases that were published from drafts, newest first, without rollbacks."""
    releases = Release.objects.filter(rolled_back_to=None, **of)
    return releases.order_by("-number").values_list("spec", flat=True)


def are_drafts_ahead(live: Release | None, drafts: SourceSpec) -> bool:
    """Return whether publishing these drafts would undo the rollback to the live release."""
    if live is None or live.rolled_back_to is None:
        return False
    published = published_specs(source=live.source_id).first()
    return published is not None and undoes_rollback(drafts, live.spec, published)


def undoes_rollback(drafts: SourceSpec, live: SourceSpec, published: SourceSpec) -> bool:
    """Return whether drafts have a change to the live spec that was published and then rolled back.

    Loading a release into the drafts restores deleted rows with new IDs, so missing IDs are ignored if there are such
    rows. Write keys are ignored because they aren't restored.
    """
    rolled_back = diff(live, published)
    changes = [change for change in diff(live, drafts) if change["where"] != ["write_key"]]
    restored = any(
        change["kind"] == "added" and _is_row(change) and change not in rolled_back for change in changes
    )
    return any(
        change in rolled_back
        for change in changes
        if not (restored and change["kind"] == "removed" and _is_row(change))
    )


def _is_row(change: Change) -> bool:
    """Return whether a whole destination or mapping was added or removed."""
    row = change["after"] or change["before"]
    return isinstance(row, dict) and "id" in row
