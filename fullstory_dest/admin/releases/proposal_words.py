"""Names of proposed deployments: of reviews, and of what is scheduled."""

from __future__ import annotations

from django.utils.translation import gettext as _

from fullstory_dest.models import Deployment, Review, ScheduledDeployment

Kind = Deployment.Kind


def canceled_message(scheduled: ScheduledDeployment) -> str:
    """The message that a scheduled deployment was canceled."""
    return _("%(label)s canceled.") % {"label": scheduled.label}


def proposal_title(proposal: Review | ScheduledDeployment, *, named: bool = True) -> str:
    """The title of a proposal, such as "Promotion of #3 to Production". Names the environment only if ``named``."""
    target = proposal.restored.release if proposal.restored else proposal.release
    words = {"number": target.number if target else "", "environment": proposal.environment}
    match proposal.kind, named:
        case Kind.PROMOTE, _named:
            title = _("Promotion of #%(number)s to %(environment)s")
        case Kind.ROLLBACK, True:
            title = _("Rollback of %(environment)s to #%(number)s")
        case Kind.ROLLBACK, False:
            title = _("Rollback to #%(number)s")
        case Kind.REDEPLOY, True:
            title = _("Redeployment of %(environment)s")
        case Kind.REDEPLOY, False:
            title = _("Redeployment")
        case _kind, True:
            title = _("Publish of the drafts to %(environment)s")
        case _:
            title = _("Publish of the drafts")
    return title % words
