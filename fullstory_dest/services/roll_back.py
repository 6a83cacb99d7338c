"""Rolls a source back: a new release with the content of an old one, to the byte."""

from __future__ import annotations

from django.contrib.auth.models import User
from django.db import transaction
from django.utils.translation import gettext as _

from fullstory_dest.models import Release
from fullstory_dest.services.publish import live_release, lock
from fullstory_dest.services.waiting import overtake


class RollBackError(ValueError):
    """The release cannot be rolled back to."""


@transaction.atomic
def roll_back(release: Release, *, by: User | None = None, note: str = "") -> Release:
    """Makes the content of a release live again. Drafts stay as they are.

    A publication that waits is cancelled: it would undo the roll-back. Raises RollBackError when the release is live
    now.
    """
    source = lock(release.source)
    live = live_release(source)
    if live is None or live.pk == release.pk:
        raise RollBackError(f"release {release.number} is live already")
    again = Release(
        source=source,
        number=live.number + 1,
        note=note or f"Back to release {release.number}",
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
    overtake(source, _("Rolled back to release #%(number)s.") % {"number": release.number}, by=by)
    return again
