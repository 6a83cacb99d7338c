"""Empty states of lists: a heading, an explanation, and a link to the next step."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy


@dataclass(frozen=True, slots=True)
class EmptyState:
    """A heading, a sentence, and a link to the next step; without a link, ``label`` is empty."""

    heading: str | Promise
    sentence: str | Promise
    label: str | Promise = ""
    url: str = ""
    #: The permission that the link requires.
    needs: str = ""


#: Empty states by model name. ``url`` is the name of a URL.
EMPTY: Final[dict[str, EmptyState]] = {
    "source": EmptyState(
        gettext_lazy("No sources yet"),
        gettext_lazy("Connect a website to start sending events."),
        gettext_lazy("Connect source"),
        "admin:fullstory_dest_catalog",
        "fullstory_dest.add_source",
    ),
    "destination": EmptyState(
        gettext_lazy("No destinations yet"),
        gettext_lazy("A destination sends a source's events to FullStory. Add one from the catalog."),
        gettext_lazy("Open catalog"),
        "admin:fullstory_dest_catalog",
        "fullstory_dest.add_destination",
    ),
    "mapping": EmptyState(
        gettext_lazy("No mappings yet"),
        gettext_lazy("Mappings choose which events reach FullStory. Set up a destination to add some."),
        gettext_lazy("Open catalog"),
        "admin:fullstory_dest_catalog",
        "fullstory_dest.add_mapping",
    ),
    "release": EmptyState(
        gettext_lazy("No releases yet"),
        gettext_lazy("Each publish creates a release that you can roll back to."),
        gettext_lazy("Choose source"),
        "admin:fullstory_dest_source_changelist",
        "fullstory_dest.view_source",
    ),
    "classicdestination": EmptyState(
        gettext_lazy("No classic destinations"),
        gettext_lazy("Moving from FullStory (Classic)? Import its settings to preview the migration."),
        gettext_lazy("Import settings"),
        "admin:fullstory_dest_classicdestination_add",
        "fullstory_dest.add_classicdestination",
    ),
    "migration": EmptyState(
        gettext_lazy("No migrations yet"),
        gettext_lazy("Each migration of a classic destination creates a report of its settings."),
        gettext_lazy("View classic destinations"),
        "admin:fullstory_dest_classicdestination_changelist",
        "fullstory_dest.view_classicdestination",
    ),
    "testcase": EmptyState(
        gettext_lazy("No test cases yet"),
        gettext_lazy("Save an event on a source's Test tab. It then runs before each publish."),
        gettext_lazy("View sources"),
        "admin:fullstory_dest_source_changelist",
        "fullstory_dest.view_source",
    ),
    "user": EmptyState(
        gettext_lazy("No users yet"),
        gettext_lazy("Invite your team to share sources and drafts."),
        gettext_lazy("Invite user"),
        "admin:auth_user_add",
        "auth.add_user",
    ),
}


def why_empty(changelist: Any, request: HttpRequest) -> EmptyState:
    """The empty state of a list: for its filters, or for its model. Omits links that the user can't open."""
    if changelist.query or changelist.get_filters_params():
        return EmptyState(
            _("No results"),
            _("Change your search or filters."),
            _("Show all"),
            "?",
        )
    if changelist.full_result_count:
        # Only the archive filter applies by default.
        return EmptyState(
            _("All archived"),
            _("This list hides archived items."),
            _("Show archived"),
            "?archived=yes",
        )
    found = EMPTY.get(changelist.opts.model_name)
    if found is None:
        return EmptyState(_("Nothing here yet"), "")
    if not request.user.has_perm(found.needs):
        return EmptyState(found.heading, found.sentence)
    return EmptyState(found.heading, found.sentence, found.label, reverse(found.url))
