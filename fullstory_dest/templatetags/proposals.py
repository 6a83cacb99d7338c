"""Names of reviews and of scheduled deployments, and approvals that these need."""

from __future__ import annotations

from django import template

from fullstory_dest.admin.pages import has_several_environments
from fullstory_dest.admin.releases import proposal_words
from fullstory_dest.models import Deployment, Review, ScheduledDeployment
from fullstory_dest.services.publishing.approvals import missing_approvals

register = template.Library()


@register.simple_tag
def proposal_title(proposal: Review | ScheduledDeployment) -> str:
    """The title of a proposal. Scheduled deployments of a source with one environment don't name it."""
    return proposal_words.proposal_title(
        proposal, named=isinstance(proposal, Review) or has_several(proposal)
    )


@register.simple_tag
def approvals_missing(scheduled: ScheduledDeployment) -> int:
    """How many approvals a scheduled deployment needs before its time. A redeployment needs none."""
    if scheduled.kind == Deployment.Kind.REDEPLOY:
        return 0
    return missing_approvals(scheduled.environment, scheduled.fingerprint)[0]


@register.simple_tag
def has_several(proposal: Review | ScheduledDeployment) -> bool:
    """Whether the source of a proposal has several environments."""
    return has_several_environments(proposal.environment.source)
