"""The history of a source with that of its environments, whose write keys and API hosts are the source's."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from fullstory_dest.admin.base.history import compare_versions
from fullstory_dest.models import Environment, Source


def source_versions(versions: QuerySet[Any], source: int) -> Any:
    """Return the versions of a source and of its environments that differ, newest first.

    Those of environments have the ``environment_name``, unless the source always had only one.
    """
    if not Source.objects.filter(pk=source).exists():
        return versions
    records = Environment.history.filter(source=source)
    others = list(records.select_related("history_user").order_by("-history_date", "-history_id"))
    keys = {version.id for version in others}
    for version in others:
        version.environment_name = version.name if len(keys) > 1 else ""
    found = sorted([*versions, *others], key=lambda version: version.history_date, reverse=True)
    compare_versions(found)
    # The first environment was added together with the source.
    added = [version for version in others if version.history_type == "+" and version.id == min(keys)]
    # Those of environments that others moved in the promotion order are compared, but not shown.
    return [
        version
        for version in found
        if version.history_change_reason is None and getattr(version, "changes", version not in added)
    ]
