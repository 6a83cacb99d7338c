"""The context of ``mappings/test_panel.html``: the URLs and labels of the panel."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from fullstory_dest.admin.base.json_field import pretty
from fullstory_dest.catalog.sample_events import SAMPLE_EVENTS
from fullstory_dest.models import Mapping, Source


def panel_context(
    request: HttpRequest, source: Source | None, mapping: Mapping | None = None
) -> dict[str, Any]:
    """The context ``panel`` of test_panel.html. Without a source, only the mapping in the form runs."""
    may_see = request.user.has_perm("fullstory_dest.view_testcase")
    test_cases = source.test_cases.only("id", "name", "source").order_by("name") if source and may_see else []
    return {
        "run_url": reverse("admin:fullstory_dest_mapping_run_event")
        if mapping or source is None
        else reverse("admin:fullstory_dest_source_run_event", args=[source.pk]),
        "test_case_url": reverse("admin:fullstory_dest_source_test_case", args=[source.pk, 0])
        if source
        else "",
        "save_url": reverse("admin:fullstory_dest_source_save_test_case", args=[source.pk])
        if source and request.user.has_perm("fullstory_dest.add_testcase")
        else "",
        "mapping": mapping.pk if mapping else "",
        "tab_url": reverse("admin:fullstory_dest_source_test", args=[source.pk]) if source else "",
        "generated": {key: pretty(event) for key, event in SAMPLE_EVENTS.items()},
        "test_cases": test_cases,
        "words": _words(),
    }


def _words() -> dict[str, str]:
    """The labels and messages of the panel's script."""
    return {
        "trigger": _("Trigger"),
        "fields": _("Fields"),
        "action": _("Action"),
        "event": _("Event"),
        "test_case": _("Name"),
        "source": _("Drafts"),
        "running": _("Running…"),
        "failed": _("The server didn't respond. Check your connection and run again."),
        "busy": _("The server is busy. Run again in a moment."),
        "expired": _("Session expired. Log in again in another tab, then run again."),
        "forbidden": _("Permission denied. Reload the page and try again."),
        "refused": _("The server rejected the request. The event may be too large."),
        "matches": _("Trigger matches"),
        "matchesNot": _("Trigger does not match"),
        "fails": _("Mapping failed"),
        "decided": _("Why"),
        "holds": _("true"),
        "holdsNot": _("false"),
        "field": _("Field"),
        "written": _("Template"),
        "value": _("Value"),
        "absent": _("not set"),
        "calls": _("FullStory calls"),
        "noCalls": _("Nothing is sent to FullStory"),
        "warnings": _("FullStory warnings"),
        "others": _("Other mappings that ran"),
        "noOthers": _("No other mappings of this source ran."),
        "silent": _("Did not match"),
        "isDisabled": _("This mapping is disabled. Enable it to send these calls."),
        "met": _("Matches the expected result."),
        "unmet": _("Differs from the expected result."),
        "open": _("Open"),
        "unnamed": _("this mapping"),
    }
