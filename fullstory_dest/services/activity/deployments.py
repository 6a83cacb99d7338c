"""Recent deployments, and what happened to reviews."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, Final

from django.contrib.auth.models import User
from django.db.models import Case, Exists, F, Model, OuterRef, QuerySet, TextField, Value, When
from django.db.models.functions import Coalesce

from fullstory_dest.models import Approval, Deployment, Environment, Release, Review, Source
from fullstory_dest.services.activity.item import ActivityItem, Verb

#: The verb of each kind of deployment.
VERBS: Final[dict[str, Verb]] = {
    Deployment.Kind.PUBLISH: "published",
    Deployment.Kind.PROMOTE: "promoted",
    Deployment.Kind.ROLLBACK: "rolled_back",
    Deployment.Kind.REDEPLOY: "redeployed",
}
_NO_REASON: Final = Value("", output_field=TextField())


def deployment_items(models: Collection[type[Model]], limit: int) -> list[ActivityItem]:
    """Return the latest deployments and events of reviews, those of them that are in ``models``, in one query."""
    parts = []
    if Deployment in models:
        latest = Deployment.objects.order_by("-id")
        parts.append(_events(latest, limit, Value("deployment"), at="created_at", by="created_by"))
    if Review in models:
        reason = Case(
            When(state=Review.State.DEPLOYED, then=Coalesce("deployment__override_reason", _NO_REASON)),
            default=F("reason"),
        )
        closed = Review.objects.filter(closed_at__isnull=False).order_by("-closed_at")
        approvals = Approval.objects.order_by("-id")
        parts += [
            _events(
                Review.objects.order_by("-id"),
                limit,
                Value("requested"),
                at="created_at",
                by="created_by",
                reason=_NO_REASON,
            ),
            _events(closed, limit, F("state"), at="closed_at", by="closed_by", reason=reason),
            _events(
                approvals,
                limit,
                Value("approved"),
                at="created_at",
                by="user",
                path="review__",
                reason=_NO_REASON,
            ),
        ]
    if not parts:
        return []
    return [_item(event) for event in parts[0].union(*parts[1:], all=True)]


def _events(
    latest: QuerySet[Any], limit: int, verb: Any, *, at: str, by: str, path: str = "", reason: Any = None
) -> Any:
    """Return the first rows, with equal columns for all models. ``path`` leads to the deployment or the review."""
    # A subquery, because SQLite can't limit the parts of a union.
    rows = latest.model._default_manager.filter(pk__in=latest.values("pk")[:limit]).order_by()
    others = Environment.objects.filter(source=OuterRef(f"{path}environment__source"))
    return rows.values(
        verb=verb,
        at=F(at),
        by=F(by),
        username=F(f"{by}__username"),
        row=F(f"{path}id"),
        kind_=F(f"{path}kind"),
        release_=F(f"{path}release"),
        number=Coalesce(f"{path}restored__release__number", f"{path}release__number"),
        environment_=F(f"{path}environment"),
        environment_name=F(f"{path}environment__name"),
        source=F(f"{path}environment__source"),
        source_name=F(f"{path}environment__source__name"),
        several=Exists(others.exclude(pk=OuterRef(f"{path}environment"))),
        why=reason or F("override_reason"),
    )


def _item(event: dict[str, Any]) -> ActivityItem:
    source = Source(pk=event["source"], name=event["source_name"])
    environment = Environment(pk=event["environment_"], name=event["environment_name"], source=source)
    of_review = event["verb"] != "deployment"
    verb: Verb = event["verb"] if of_review else VERBS[event["kind_"]]
    review = Review(pk=event["row"], kind=event["kind_"], environment=environment) if of_review else None
    if review:
        review.release = Release(number=event["number"]) if event["number"] else None
    return ActivityItem(
        at=event["at"],
        by=User(pk=event["by"], username=event["username"]) if event["by"] else None,
        channel="",
        verb="overridden" if verb == "deployed" and event["why"] else verb,
        kind="review" if review else "deployment",
        id=event["row"],
        name=str(review or f"#{event['number']}"),
        exists=True,
        release=None if review else event["release_"],
        reason=event["why"],
        source=source,
        environment=environment,
        several_environments=event["several"],
        review=review,
    )
