"""The context of ``mappings/test_panel.html``: where the panel sends events, and the words of its script."""

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
    """What ``test_panel.html`` needs, as ``panel``. Without a source only the mapping in the form is run."""
    may_see = request.user.has_perm("fullstory_dest.view_testcase")
    test_cases = source.test_cases.only("id", "name", "source").order_by("name") if source and may_see else []
    return {
        "run_url": reverse("admin:fullstory_dest_mapping_try")
        if mapping or source is None
        else reverse("admin:fullstory_dest_source_test_run", args=[source.pk]),
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
    """What the panel's script says."""
    return {
        "trigger": _("Trigger"),
        "fields": _("Fields"),
        "action": _("Action"),
        "event": _("Event"),
        "test_case": _("Name"),
        "source": _("Drafts"),
        "running": _("Running…"),
        "failed": _("The server did not answer. Check your connection, then run again."),
        "busy": _("Other previews are running. Run again in a moment."),
        "expired": _(
            "Session expired. Log in again in another tab, then run again: what you typed here stays."
        ),
        "forbidden": _("You no longer have permission to do this, or this page is too old. Reload it."),
        "refused": _("The server refused what was sent. It may be too large."),
        "matches": _("The trigger matches"),
        "matchesNot": _("The trigger does not match"),
        "fails": _("The mapping fails"),
        "decided": _("What decided"),
        "holds": _("true"),
        "holdsNot": _("false"),
        "field": _("Field"),
        "written": _("As written"),
        "value": _("For this event"),
        "absent": _("absent"),
        "calls": _("What FullStory gets"),
        "noCalls": _("Nothing reaches FullStory"),
        "warnings": _("What FullStory would reject or change"),
        "others": _("Other mappings that fire, too"),
        "noOthers": _("No other mapping of this source fires."),
        "silent": _("Mappings that stay silent"),
        "isDisabled": _("This mapping is disabled: it does this only once you enable it."),
        "met": _("FullStory gets just what the test case expects."),
        "unmet": _("FullStory does not get what the test case expects."),
        "open": _("Open"),
        "unnamed": _("this mapping"),
    }
