"""Detection of drafts that would undo a rollback because they still have the removed changes."""

from __future__ import annotations

from fullstory_dest.compiler.schema import SourceSpec
from fullstory_dest.models import Deployment, Release
from fullstory_dest.services.publishing.diff import Change, diff


def are_drafts_ahead(live: Deployment | None, drafts: SourceSpec) -> bool:
    """Return whether publishing these drafts would undo the rollback to the live deployment."""
    if live is None or live.kind != Deployment.Kind.ROLLBACK:
        return False
    published = Release.objects.filter(source=live.release.source_id).latest("number")
    return published != live.release and undoes_rollback(drafts, live.release.spec, published.spec)


def undoes_rollback(drafts: SourceSpec, live: SourceSpec, published: SourceSpec) -> bool:
    """Return whether drafts have a change to the live spec that was published and then rolled back.

    Loading a release into the drafts restores deleted rows with new IDs, so missing IDs are ignored if there are such
    rows.
    """
    rolled_back = diff(live, published)
    changes = diff(live, drafts)
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
