"""Rollback of a source: a new release with the exact content of an earlier one."""

from __future__ import annotations

from django.contrib.auth.models import User
from django.db import transaction
from django.utils.translation import gettext as _

from fullstory_dest.compiler.files import canonical_json
from fullstory_dest.models import Release
from fullstory_dest.services.publishing.publish import PublishResult, cancel_superseded, live_release
from fullstory_dest.services.row_locks import lock_source


class RollBackError(ValueError):
    """The source can't be rolled back to this release."""


class LiveReleaseChangedError(RollBackError):
    """Another release is live than the user expected."""


@transaction.atomic
def roll_back(
    release: Release, *, by: User | None = None, note: str = "", expected_live: int | None = None
) -> PublishResult:
    """Make the content of a release live again, as a new release. Drafts don't change.

    A scheduled publish is canceled, because it would undo the rollback. Raises RollBackError if the release is already
    live, and LiveReleaseChangedError if the live release isn't ``expected_live``, which was live when the user decided.
    """
    source = lock_source(release.source)
    live = live_release(source)
    if live is None or live.pk == release.pk:
        raise RollBackError(f"release {release.number} is already live")
    if expected_live is not None and live.number != expected_live:
        raise LiveReleaseChangedError(f"release {live.number} is live now instead of release {expected_live}")
    if _content(live) == _content(release):
        raise RollBackError(
            f"release {live.number} is live and has the same content as release {release.number}"
        )
    again = Release(
        source=source,
        number=live.number + 1,
        note=note or f"Rolled back to release {release.number}",
        spec=release.spec,
        config=release.config,
        snippet_id=release.snippet_id,
        plugin_id=release.plugin_id,
        settings_document_id=release.settings_document_id,
        config_document_id=release.config_document_id,
        rolled_back_to=release.number,
        created_by=by,
    )
    again.save()
    outcome = _("Rolled back to release #%(number)s.") % {"number": release.number}
    return PublishResult(again, created=True, canceled=cancel_superseded(source, outcome, by=by))


def _content(release: Release) -> tuple[str, ...]:
    return (
        canonical_json(release.spec),
        release.snippet_id,
        release.plugin_id,
        release.settings_document_id,
        release.config_document_id,
    )
