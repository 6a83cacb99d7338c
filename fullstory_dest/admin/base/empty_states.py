"""What stands in place of a list with nothing in it: what would stand there, and what to do for that."""

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
    """A heading, a sentence, and a link to the next step: ``label`` is empty where there is none."""

    heading: str | Promise
    sentence: str | Promise
    label: str | Promise = ""
    url: str = ""
    #: Of who follows the link.
    needs: str = ""


#: By model. ``url`` names a page.
EMPTY: Final[dict[str, EmptyState]] = {
    "source": EmptyState(
        gettext_lazy("No site is connected yet"),
        gettext_lazy("A source is a web site. Connect the first, and it stands here."),
        gettext_lazy("Connect a source"),
        "admin:fullstory_dest_catalog",
        "fullstory_dest.add_source",
    ),
    "destination": EmptyState(
        gettext_lazy("No destination yet"),
        gettext_lazy("A destination is where a source's events go. Choose FullStory in the catalog."),
        gettext_lazy("Open the catalog"),
        "admin:fullstory_dest_catalog",
        "fullstory_dest.add_destination",
    ),
    "mapping": EmptyState(
        gettext_lazy("No mapping yet"),
        gettext_lazy(
            "Mappings say which events go to a destination, and as what. They come with a destination."
        ),
        gettext_lazy("Open the catalog"),
        "admin:fullstory_dest_catalog",
        "fullstory_dest.add_mapping",
    ),
    "release": EmptyState(
        gettext_lazy("Nothing has been published yet"),
        gettext_lazy("Publish a source, and its releases stand here."),
        gettext_lazy("Choose a source"),
        "admin:fullstory_dest_source_changelist",
        "fullstory_dest.view_source",
    ),
    "classicdestination": EmptyState(
        gettext_lazy("Nothing to migrate"),
        gettext_lazy(
            "Coming from FullStory (Classic)? Import its settings, and see what becomes of each before you migrate."
        ),
        gettext_lazy("Import settings"),
        "admin:fullstory_dest_classicdestination_add",
        "fullstory_dest.add_classicdestination",
    ),
    "migration": EmptyState(
        gettext_lazy("Nothing has been migrated yet"),
        gettext_lazy("Migrate a classic destination, and what became of it stands here."),
        gettext_lazy("See classic destinations"),
        "admin:fullstory_dest_classicdestination_changelist",
        "fullstory_dest.view_classicdestination",
    ),
    "user": EmptyState(
        gettext_lazy("Nobody is here yet"),
        gettext_lazy("Invite someone, and they stand here."),
        gettext_lazy("Invite someone"),
        "admin:auth_user_add",
        "auth.add_user",
    ),
}


def why_empty(changelist: Any, request: HttpRequest) -> EmptyState:
    """What to say of a list without rows, and the link that this person may follow from there."""
    if changelist.query or changelist.get_filters_params():
        return EmptyState(
            _("Nothing matches"),
            _("Nothing here is like what you look for."),
            _("Show all again"),
            "?",
        )
    if changelist.full_result_count:
        # Archived is the one filter that is on before anybody sets it.
        return EmptyState(
            _("All of them are archived"),
            _("What is archived is kept, and stands aside."),
            _("Show what is archived"),
            "?archived=yes",
        )
    found = EMPTY.get(changelist.opts.model_name)
    if found is None:
        return EmptyState(_("Nothing here yet"), "")
    if not request.user.has_perm(found.needs):
        return EmptyState(found.heading, found.sentence)
    return EmptyState(found.heading, found.sentence, found.label, reverse(found.url))
