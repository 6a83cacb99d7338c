"""The header of every tab of a source: its status, the next step, and the tabs."""

from __future__ import annotations

from typing import Any, Final

from django import template

from fullstory_dest.admin.links import TABS, tab_url
from fullstory_dest.admin.pages import environments_of, has_several_environments
from fullstory_dest.services.accounts.permissions import PUBLISH, VIEW_DRAFTS
from fullstory_dest.services.publishing.schedule_deployment import is_outdated, latest_scheduled_deployments
from fullstory_dest.services.publishing.scheduler_status import scheduler_status
from fullstory_dest.services.sources.status import source_status

#: The permissions of tabs that don't show drafts.
TAB_PERMISSIONS: Final[dict[str, tuple[str, ...]]] = {
    "releases": ("fullstory_dest.view_release",),
    "reviews": ("fullstory_dest.view_review", *VIEW_DRAFTS),
    "settings": (),
}

register = template.Library()


@register.inclusion_tag("fullstory_dest/sources/head.html", takes_context=True)
def source_head(context: dict[str, Any]) -> dict[str, Any]:
    """The header of ``source`` on the tab ``tab``. Passing ``state`` saves three queries."""
    source, user = context["source"], context["request"].user
    environments = environments_of(source)
    scheduled = list(latest_scheduled_deployments(environments))
    scheduler = scheduler_status() if scheduled else None
    for each in scheduled:
        each.environment.source = source
    # Teams without approvals don't see reviews.
    reviewed = any(each.required_approvals or getattr(each, "has_reviews", False) for each in environments)
    return {
        "source": source,
        "several": has_several_environments(source),
        "first": source.first_environment,
        "tab": context["tab"],
        "scheduler": scheduler,
        "scheduled": [
            {
                "pending": each,
                "overdue": scheduler and each.state == "waiting" and scheduler.is_overdue(each.due_at),
                "outdated": is_outdated(each),
            }
            for each in scheduled
        ],
        "state": context.get("state") or source_status(source),
        "tabs": [
            {"label": label, "url": tab_url(source, tab), "current": tab == context["tab"]}
            for tab, label in TABS.items()
            if (tab != "reviews" or reviewed) and user.has_perms(TAB_PERMISSIONS.get(tab, VIEW_DRAFTS))
        ],
        "urls": {tab: tab_url(source, tab) for tab in TABS},
        "may_view_drafts": user.has_perms(VIEW_DRAFTS),
        "may_publish": user.has_perms(PUBLISH),
        "user": user,
    }
