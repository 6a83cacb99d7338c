"""The history of a source with one environment, whose write key and API host are shown as the source's."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from fullstory_dest.admin.base.history import compare_versions
from fullstory_dest.models import Environment


def source_versions(versions: QuerySet[Any], source: str) -> Any:
    """Return the versions of a source, newest first. Those of its only environment are added if they differ."""
    environments = Environment.objects.filter(source=source)[:2]
    if len(environments) != 1:
        return versions
    # Others moved the environment in the promotion order while they existed.
    others = environments[0].history.filter(history_change_reason=None).select_related("history_user")
    found = sorted([*versions, *others], key=lambda version: version.history_date, reverse=True)
    compare_versions(found)
    return [
        version for version in found if getattr(version, "changes", version.opts.model is not Environment)
    ]
