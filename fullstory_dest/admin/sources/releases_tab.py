"""The Releases tab of a source: the deployments, their timeline, and the live check."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _

from fullstory_dest.admin.base.posted_inputs import parse_number
from fullstory_dest.admin.pages import (
    chosen_environment,
    environments_of,
    has_several_environments,
    source_tab,
    source_view,
)
from fullstory_dest.admin.releases.compare import choices
from fullstory_dest.admin.releases.roll_back import is_same
from fullstory_dest.admin.sources.timeline import Span, draw_timelines
from fullstory_dest.models import Deployment, Environment, Source
from fullstory_dest.services.accounts.permissions import PUBLISH, REQUEST_REVIEW, RESTORE_DRAFTS

DEPLOYMENTS_SHOWN = 50


@source_view("fullstory_dest.view_release")
def releases(request: HttpRequest, source: Source) -> HttpResponse:
    """List the deployments, newest first. ``?before=`` shows those with lower IDs."""
    before = parse_number(request.GET.get("before", ""))
    environments = environments_of(source)
    found = _deployments(source)
    shown = list((found if before is None else found.filter(pk__lt=before))[: DEPLOYMENTS_SHOWN + 1])
    page = shown[:DEPLOYMENTS_SHOWN]
    latest = max((each.live for each in environments if each.live), key=lambda live: live.pk, default=None)
    timelines = draw_timelines(environments, page, *(_neighbors(source, page) if page else ({}, {})))
    lives = {each.pk: each.live for each in environments}
    spans = {span.deployment.pk: span for timeline in timelines for span in timeline.spans}
    return source_tab(
        request,
        source,
        "releases",
        timelines=timelines,
        rows=[_row(each, spans[each.pk], lives[each.environment_id]) for each in page],
        lives={live.pk for live in lives.values() if live},
        several=len(environments) > 1,
        older=page[-1].pk if len(shown) > DEPLOYMENTS_SHOWN else None,
        live=latest,
        **(live_check(_environment_of(latest, environments)) if latest else {}),
        choices=choices(source, environments),
        may_publish=request.user.has_perms(PUBLISH),
        may_request=request.user.has_perms(REQUEST_REVIEW),
        may_restore=request.user.has_perms(RESTORE_DRAFTS),
    )


def _row(deployment: Deployment, span: Span, live: Deployment | None) -> dict[str, Any]:
    """Template context of a deployment in the list. ``live`` is the live one of its environment."""
    return {
        "deployment": deployment,
        "span": span,
        "live": live and live.pk,
        "can_roll_back": live is not None and not is_same(live, deployment),
    }


def _deployments(source: Source) -> QuerySet[Deployment]:
    """The deployments of a source, newest first, without the contents of their releases."""
    related = Deployment.objects.filter(environment__source=source).select_related(
        "release", "environment", "created_by"
    )
    return related.defer("release__spec", "release__compiled").order_by("-pk")


def _neighbors(source: Source, page: list[Deployment]) -> tuple[dict[int, Deployment], dict[int, Deployment]]:
    """The deployments right before and right after a page, by environment. They end and begin its spans."""
    other = Deployment.objects.filter(environment=OuterRef("pk")).values("pk")
    environments = Environment.objects.filter(source=source).order_by()
    before = Subquery(other.filter(pk__lt=page[-1].pk).order_by("-pk")[:1])
    after = Subquery(other.filter(pk__gt=page[0].pk).order_by("pk")[:1])
    found = _deployments(source).filter(
        Q(pk__in=environments.annotate(key=before).values("key"))
        | Q(pk__in=environments.annotate(key=after).values("key"))
    )
    earlier = {each.environment_id: each for each in found if each.pk < page[0].pk}
    later = {each.environment_id: each for each in found if each.pk > page[0].pk}
    return earlier, later


def _environment_of(deployment: Deployment, environments: list[Environment]) -> Environment:
    return next(each for each in environments if each.pk == deployment.environment_id)


def live_check(environment: Environment) -> dict[str, Any]:
    """Context for live_check.html: the public URL of the config, and the script's messages."""
    live = environment.live
    return {
        "config_url": f"{settings.PUBLIC_URL}/v1/sources/{environment.write_key}/config",
        "checked": environment,
        "words": _words(live, environment) if live else {},
    }


@source_view("fullstory_dest.view_release")
def live(request: HttpRequest, source: Source) -> HttpResponse:
    """Return the config that browsers should receive, so that the live check can compare it."""
    deployment = chosen_environment(request, source, default="last").live
    if deployment is None:
        raise Http404
    return JsonResponse(
        {
            "number": deployment.release.number,
            "document": bytes(deployment.config_document.body).decode(),
            "enabled": source.enabled and not source.archived_at,
        }
    )


def _words(live: Deployment, environment: Environment) -> dict[str, str]:
    """The messages of the live check, by outcome."""
    several = has_several_environments(environment.source)
    number = {
        "number": live.release.number,
        "visitors": _("%(name)s's visitors") % {"name": environment} if several else _("Visitors"),
    }
    return {
        "asking": _("Checking the live script…"),
        "expired": _("Session expired. Log in again in another tab, then check again."),
        "live": _("%(visitors)s now get release #%(number)s.") % number,
        "disabled": _("This source is disabled. Visitors get a script that does nothing."),
        "older": _(
            "%(visitors)s don't get release #%(number)s yet. "
            "If this doesn't change in a few minutes, check your caches."
        )
        % number,
        "missing": _("The public URL returned 404 for this source. Check PUBLIC_URL."),
        "failed": _(
            "Your browser can't reach the public URL. Check PUBLIC_URL and your network, and use https for both pages."
        ),
    }
