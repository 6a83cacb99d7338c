"""``scheduled-deployments/``: deployments at a set time. Send ``at`` with a request that deploys to schedule it."""

from __future__ import annotations

from datetime import datetime
from http import HTTPStatus
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.decorators import action
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from fullstory_dest.api.base.environment_rows import EnvironmentRowSerializer
from fullstory_dest.api.base.filters import ScheduledDeploymentFilter
from fullstory_dest.api.base.problems import ApiProblem
from fullstory_dest.api.base.viewsets import BaseViewSet, authenticated_user
from fullstory_dest.models import Environment, ScheduledDeployment
from fullstory_dest.services.accounts.permissions import PUBLISH, VIEW_DRAFTS
from fullstory_dest.services.publishing.proposals import proposal_values
from fullstory_dest.services.publishing.schedule_deployment import (
    ScheduleError,
    cancel_scheduled_deployment,
    check_schedulable,
    schedule_deployment,
)


class ScheduledDeploymentSerializer(EnvironmentRowSerializer[ScheduledDeployment]):
    """A deployment that is scheduled, or that was."""

    class Meta:
        model = ScheduledDeployment
        fields = [
            "id",
            "source",
            "environment",
            "kind",
            "release",
            "restored",
            "due_at",
            "note",
            "state",
            "outcome",
            "deployment",
            "created_by",
            "created_at",
            "ended_at",
        ]
        read_only_fields = fields


class ScheduledDeploymentViewSet(ListModelMixin, RetrieveModelMixin, BaseViewSet[ScheduledDeployment]):
    """Scheduled deployments, oldest first."""

    queryset = ScheduledDeployment.objects.select_related("environment", "release", "created_by").order_by(
        "id"
    )
    serializer_class = ScheduledDeploymentSerializer
    filterset_class = ScheduledDeploymentFilter
    required_permissions = VIEW_DRAFTS

    @extend_schema(request=None, responses=ScheduledDeploymentSerializer)
    @action(detail=True, methods=["post"], required_permissions=PUBLISH)
    def cancel(self, request: Request, pk: str) -> Response:
        """Cancel a scheduled deployment. Returns 409 if it's no longer waiting."""
        if not cancel_scheduled_deployment(self.get_object(), by=authenticated_user(request)):
            raise ApiProblem(HTTPStatus.CONFLICT, "cannot-schedule", "It's no longer waiting.")
        return Response(self.get_serializer(self.get_object()).data)


def scheduled(request: Request, environment: Environment, at: datetime, **sent: Any) -> Response:
    """Schedule a deployment for a request that has ``at``, and return the response.

    Requests that would fail without ``at`` are refused, except for missing approvals, which can be given until then.
    """
    ignores = sent.get("ignore_test_case_failures", False)
    if "restored" not in sent and "redeploys" not in sent:
        check_schedulable(environment, release=sent.get("release"), ignore_test_case_failures=ignores)
    targets = {name: sent[name] for name in ("release", "restored", "redeploys") if name in sent}
    reviewed = sent.get("reviewed") or proposal_values(environment, **targets)["fingerprint"]
    try:
        made = schedule_deployment(
            environment,
            at=at,
            by=authenticated_user(request),
            reviewed=reviewed,
            note=sent.get("note", ""),
            ignore_test_case_failures=ignores,
            expected_live=sent.get("live"),
            **targets,
        )
    except ScheduleError as error:
        raise ApiProblem(HTTPStatus.CONFLICT, "cannot-schedule", str(error)) from error
    return Response(ScheduledDeploymentSerializer(made).data, status.HTTP_202_ACCEPTED)
