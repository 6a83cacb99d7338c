"""Warnings to review before publishing: valid drafts that are probably a mistake."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from fullstory_dest.admin.links import admin_url
from fullstory_dest.admin.mappings.summary import INACTIVE_REASON_LABELS
from fullstory_dest.compiler.check import differs_in_segment
from fullstory_dest.compiler.schema import SourceSpec
from fullstory_dest.models import Mapping, Source
from fullstory_dest.services.previews.event_routes import event_routes


def differing_triggers(spec: SourceSpec) -> list[dict[str, Any]]:
    """The enabled mappings whose triggers Segment's client evaluates differently, and the reasons."""
    return [
        {"name": mapping["name"], "url": admin_url(Mapping, "change", mapping["id"]), "reasons": reasons}
        for destination in spec["destinations"]
        for mapping in destination["mappings"]
        if destination["enabled"] and mapping["enabled"]
        if (reasons := differs_in_segment(mapping["trigger"]))
    ]


def sending_warnings(source: Source, spec: SourceSpec) -> list[str]:
    """Warnings that nothing, or only session recordings, would be sent to FullStory."""
    enabled = [destination for destination in spec["destinations"] if destination["enabled"]]
    warnings = []
    if source.archived_at:
        warnings.append(
            _("This source is archived. Its pages send nothing to FullStory until you restore it.")
        )
    elif not source.enabled:
        warnings.append(
            _("This source is disabled. Its pages send nothing to FullStory until you enable it.")
        )
    if not enabled:
        warnings.append(_("No destination is enabled. Nothing is sent to FullStory."))
    warnings += [
        _("“%(name)s” has no enabled mappings. FullStory records sessions but receives no events.")
        % {"name": destination["name"]}
        for destination in enabled
        if not any(mapping["enabled"] for mapping in destination["mappings"])
    ]
    return warnings


def mapping_warnings(spec: SourceSpec) -> list[str]:
    """Warnings about enabled mappings that never run, or that run on the same events, as on the Overview tab."""
    warnings = []
    for route in event_routes(spec):
        place = f"{route.destination['name']} › {route.mapping['name']}"  # noqa: RUF001
        enabled = route.destination["enabled"] and route.mapping["enabled"]
        if enabled and route.inactive_reason and route.inactive_reason != "trigger":
            warnings.append(f"{place}: {INACTIVE_REASON_LABELS[route.inactive_reason]}")
        # Only the first of two overlapping mappings gets the warning.
        ids = [mapping["id"] for mapping in route.destination["mappings"]]
        warnings += [
            _("%(place)s: can run on the same events as “%(other)s”, which sends them twice.")
            % {"place": place, "other": other["name"]}
            for other in route.overlapping
            if ids.index(route.mapping["id"]) < ids.index(other["id"])
        ]
    return warnings
