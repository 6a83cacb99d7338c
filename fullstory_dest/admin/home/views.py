"""The home page: first steps, sources with their status and next step, and recent activity."""

from __future__ import annotations

from typing import Any, Final

from django.core.paginator import Paginator
from django.db.models import Count, QuerySet, Value
from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from fullstory_dest.admin.home.activity import activity_sentences
from fullstory_dest.admin.pages import current_user
from fullstory_dest.admin.setup.session import resume_url, resumed_source
from fullstory_dest.models import Review, Source
from fullstory_dest.models.scheduled_deployment import SCHEDULED_LABELS
from fullstory_dest.services.accounts.permissions import PUBLISH, REQUEST_REVIEW, VIEW_DRAFTS
from fullstory_dest.services.publishing.approvals import reviews_awaiting
from fullstory_dest.services.publishing.redeploy import outdated_environments
from fullstory_dest.services.publishing.schedule_deployment import next_scheduled
from fullstory_dest.services.publishing.scheduler_status import scheduler_status
from fullstory_dest.services.sources.search import source_search_q
from fullstory_dest.services.sources.status import SourceStatus, source_statuses, with_statuses
from fullstory_dest.unstorable_text import without_unstorable

SOURCES_SHOWN: Final = 20
REVIEWS_SHOWN: Final = 10

#: Filter labels by status code.
FILTERS: Final[dict[str, str | Promise]] = {
    "": gettext_lazy("All"),
    "live": gettext_lazy("Published"),
    "changed": gettext_lazy("Unpublished changes"),
    "ahead": gettext_lazy("Drafts ahead after rollback"),
    "problems": gettext_lazy("Problems"),
    "idle": gettext_lazy("Sends no events"),
    "never_published": gettext_lazy("Never published"),
    "disabled": gettext_lazy("Disabled"),
}


def home(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """Add the items that the user can view to the home page's context."""
    user = request.user
    may_see = user.has_perm("fullstory_dest.view_source")
    query = without_unstorable(request.GET.get("q", "")).strip()[:200]
    chosen = request.GET.get("state", "")
    chosen = chosen if chosen in FILTERS else ""
    searching = bool(query or chosen)
    found = _found(query, chosen) if may_see else Source.objects.none()
    paginator = Paginator(found, SOURCES_SHOWN)
    counts = _counts() if may_see and not searching else {}
    if counts:
        paginator.count = counts["all"]
    page: Any = paginator.get_page(request.GET.get("page"))
    shown = with_statuses(page.object_list).annotate(
        due_at=next_scheduled("due_at"), scheduled_kind=next_scheduled("kind")
    )
    sources: list[Any] = list(shown)
    states = source_statuses(sources)
    first_run = not searching and page.number == 1 and not any(state.published for state in states)
    waiting = {source.pk: source.due_at for source in sources if source.due_at}
    for source in sources:
        source.scheduled_label = SCHEDULED_LABELS.get(source.scheduled_kind)
    scheduler = scheduler_status() if waiting else None
    context |= {
        "title": _("Home"),
        "may_see": may_see,
        "states": states,
        "scheduler": scheduler,
        "overdue": {key for key, due_at in waiting.items() if scheduler and scheduler.is_overdue(due_at)},
        "page": page,
        "page_numbers": page.paginator.get_elided_page_range(page.number, on_each_side=2, on_ends=1),
        "query": query,
        "chosen": chosen,
        "filters": FILTERS.items(),
        "searching": searching,
        "steps": first_steps(states) if first_run and page.paginator.num_pages == 1 else [],
        # Search results show only sources.
        "reviews": _reviews(request) if counts.get("reviews") else [],
        "activity": [] if searching else activity_sentences(request),
        "resumed": resumed_source(request) if may_see and not searching and resume_url(request) else None,
        "resume_url": resume_url(request),
        "may_set_up": user.has_perm("fullstory_dest.add_destination"),
        "may_add_source": user.has_perm("fullstory_dest.add_source"),
        "may_view_drafts": user.has_perms(VIEW_DRAFTS),
        "may_publish": user.has_perms(PUBLISH),
        "outdated_sources": counts.get("outdated", 0) if user.has_perms(PUBLISH) else 0,
    }
    return context


def _reviews(request: HttpRequest) -> QuerySet[Review] | list[Review]:
    """The open reviews that the user requested or can approve. Loads no specs."""
    user = current_user(request)
    if not user.has_perm("fullstory_dest.view_review") or not user.has_perms(REQUEST_REVIEW):
        return []
    reviews = reviews_awaiting(user).select_related(
        "environment__source", "release", "restored__release", "created_by"
    )
    specs = [
        f"{path}__{field}" for path in ("release", "restored__release") for field in ("spec", "compiled")
    ]
    return reviews.defer(*specs)[:REVIEWS_SHOWN]


def _found(query: str, chosen: str) -> QuerySet[Source]:
    """Sources that match a search and a filter, last changed first."""
    sources = Source.objects.filter(archived_at=None).order_by("-updated_at", "-id")
    if query:
        sources = sources.filter(source_search_q(query))
    if chosen == "disabled":
        sources = sources.filter(enabled=False)
    elif chosen:
        sources = sources.filter(stored_status__code=chosen)
    return sources


def _counts() -> dict[str, int]:
    """Count ``all`` sources, those that run an ``outdated`` runtime, and open ``reviews``, in one query."""
    counted = {
        "all": (Source.objects.filter(archived_at=None), Count("pk")),
        "outdated": (outdated_environments(), Count("source", distinct=True)),
        "reviews": (Review.objects.filter(state=Review.State.OPEN), Count("pk")),
    }
    first, *others = (
        rows.order_by().annotate(of=Value(name)).values("of").annotate(count=count).values_list("of", "count")
        for name, (rows, count) in counted.items()
    )
    return dict.fromkeys(counted, 0) | dict(first.union(*others, all=True))


def first_steps(states: list[SourceStatus]) -> list[dict[str, Any]]:
    """The steps until the first release: connect a source, set up a destination, publish and install."""
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
