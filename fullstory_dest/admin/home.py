"""The landing page: every source with its state and next step, and what changed lately; for a first run, the way."""

from __future__ import annotations

from typing import Any, Final

from django.core.paginator import Paginator
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from fullstory_dest.admin.recent import recent
from fullstory_dest.admin.setup import begun_set_up, resume_url
from fullstory_dest.admin.state import SourceState, source_states
from fullstory_dest.models import Destination, Mapping, Release, Source

SOURCES_SHOWN: Final = 20

FILTERS: Final[dict[str, str | Promise]] = {
    "": gettext_lazy("All"),
    "live": gettext_lazy("Published"),
    "changes": gettext_lazy("Changes waiting"),
    "never": gettext_lazy("Never published"),
    "disabled": gettext_lazy("Disabled"),
}

#: Of the sources that may have changes: the kinds of state that are meant.
WAITING: Final = ("changes", "problems")


def home(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """Adds to the landing page's context what a person may see."""
    user = request.user
    may_see = user.has_perm("fullstory_dest.view_source")
    query = request.GET.get("q", "").replace("\0", "").strip()[:200]
    chosen = request.GET.get("state", "")
    chosen = chosen if chosen in FILTERS else ""
    found = _found(query, chosen) if may_see else Source.objects.none()
    # What takes its time to find is found once: counting would do so again.
    slow = chosen in ("live", "changes")
    page: Any = Paginator(
        list(found.values_list("pk", flat=True)) if slow else found, SOURCES_SHOWN
    ).get_page(request.GET.get("page"))
    sources = list(Source.objects.filter(pk__in=page.object_list) if slow else page.object_list)
    if slow:
        sources.sort(key=lambda source: page.object_list.index(source.pk))
    states = _of_kind(source_states(sources), chosen)
    first_run = not query and not chosen and page.number == 1 and not any(state.live for state in states)
    context |= {
        "title": _("Home"),
        "may_see": may_see,
        "states": states,
        "page": page,
        "page_numbers": page.paginator.get_elided_page_range(page.number, on_each_side=2, on_ends=1),
        "query": query,
        "chosen": chosen,
        "filters": FILTERS.items(),
        "searching": bool(query or chosen),
        "steps": first_steps(states) if first_run and page.paginator.num_pages == 1 else [],
        "happenings": recent(request),
        "begun": begun_set_up(request) if may_see else None,
        "resume_url": resume_url(request),
        "may_set_up": user.has_perm("fullstory_dest.add_destination"),
        "may_add_source": user.has_perm("fullstory_dest.add_source"),
        "may_publish": user.has_perm("fullstory_dest.publish_source"),
    }
    return context


def _found(query: str, chosen: str) -> QuerySet[Source]:
    """The sources that a search and a filter leave, those changed last first.

    For changes waiting: those that somebody has touched since the last release, as telling whether drafts differ takes
    their specs. Those that turn out to be the same are left out of the page.
    """
    sources = Source.objects.filter(archived_at=None).order_by("-updated_at", "-id")
    if query:
        sources = sources.filter(
            Q(name__icontains=query) | Q(slug__icontains=query) | Q(write_key__iexact=query)
        )
    released = Exists(Release.objects.filter(source=OuterRef("pk")))
    if chosen == "disabled":
        return sources.filter(enabled=False)
    if chosen == "never":
        return sources.filter(~released, enabled=True)
    if chosen == "live":
        return sources.filter(released, ~_touched(), enabled=True)
    if chosen == "changes":
        return sources.filter(released, _touched(), enabled=True)
    return sources


def _touched() -> Q:
    """Whether drafts may differ from what is live: changed or taken away since, or rolled back."""
    live = Release.objects.filter(source=OuterRef("pk")).order_by("-number")
    since = Subquery(live.values("created_at")[:1])
    same = {"source": OuterRef("pk")}
    history: Any = Mapping.history.model
    old: Any = Destination.history.model
    published = Subquery(
        Release.objects.filter(source=OuterRef(OuterRef("pk"))).order_by("-number").values("created_at")[:1]
    )
    return (
        Q(updated_at__gt=since)
        | Q(Exists(Destination.objects.filter(**same, updated_at__gt=published)))
        | Q(Exists(Mapping.objects.filter(destination__source=OuterRef("pk"), updated_at__gt=published)))
        | Q(
            Exists(old.objects.filter(source_id=OuterRef("pk"), history_type="-", history_date__gt=published))
        )
        | Q(
            Exists(
                history.objects.filter(
                    destination_id__in=Destination.objects.filter(source=OuterRef(OuterRef("pk"))).values(
                        "pk"
                    ),
                    history_type="-",
                    history_date__gt=published,
                )
            )
        )
        | Q(Exists(Release.objects.live().filter(**same, rolled_back_to__isnull=False)))
    )


def _of_kind(states: list[SourceState], chosen: str) -> list[SourceState]:
    return [state for state in states if state.kind in WAITING] if chosen == "changes" else states


def first_steps(states: list[SourceState]) -> list[dict[str, Any]]:
    """The path of a first run, until the first release: connect, choose what to send, publish and install."""
    state = states[0] if states else None
    reached = 0 if state is None else 1 if not state.mappings else 2
    return [
        {
            "number": number,
            "key": key,
            "done": number - 1 < reached,
            "current": number - 1 == reached,
            "source": state.source if state else None,
        }
        for number, key in enumerate(("source", "destination", "publish"), 1)
    ]
