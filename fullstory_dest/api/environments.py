"""``environments/``: where sources run, with promotion, rollback and the rotation of write keys."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema, extend_schema_field
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request
from rest_framework.response import Response

from fullstory_dest.api.base.filters import EnvironmentFilter
from fullstory_dest.api.base.problems import ApiProblem
from fullstory_dest.api.base.schema import OVERRIDES_SCHEMA
from fullstory_dest.api.base.viewsets import (
    ModelResourceViewSet,
    ObjectField,
    StrictModelSerializer,
    StrictSerializer,
    authenticated_user,
    validated,
)
from fullstory_dest.api.deployments import DeploymentSerializer, DeploySerializer, NoteSerializer
from fullstory_dest.api.preview_links import (
    NewPreviewLinkSerializer,
    PreviewLinkSerializer,
    created_preview_link,
)
from fullstory_dest.api.releases import get_release
from fullstory_dest.api.scheduled_deployments import ScheduledDeploymentSerializer, scheduled
from fullstory_dest.models import Environment
from fullstory_dest.services.accounts.permissions import (
    CHANGE_LIVE_SOURCE,
    OVERRIDE_APPROVALS,
    PUBLISH,
    VIEW_DRAFTS,
)
from fullstory_dest.services.environments.create_environment import create_environment
from fullstory_dest.services.environments.delete_environment import DeleteEnvironmentError, delete_environment
from fullstory_dest.services.environments.reorder_environments import reorder_environments
from fullstory_dest.services.publishing.approvals import Override
from fullstory_dest.services.publishing.deploy import DeployResult
from fullstory_dest.services.publishing.promote import promote
from fullstory_dest.services.publishing.redeploy import redeploy
from fullstory_dest.services.publishing.roll_back import roll_back
from fullstory_dest.services.sources.rotate_key import GRACE_DAYS, MAXIMUM_GRACE_DAYS, rotate_key


@extend_schema_field(OVERRIDES_SCHEMA)
class OverridesField(ObjectField):
    """Settings that replace those of the source's destinations in this environment."""


class EnvironmentSerializer(StrictModelSerializer[Environment]):
    """Where a source runs. Changes to it reach browsers with the next deployment."""

    settings = OverridesField(default=dict)
    live = serializers.IntegerField(
        source="live_id", read_only=True, allow_null=True, help_text="The ID of the live deployment."
    )
    live_release = serializers.IntegerField(
        source="live.release.number",
        read_only=True,
        default=None,
        allow_null=True,
        help_text="The number of the live release.",
    )

    class Meta:
        model = Environment
        fields = [
            "id",
            "source",
            "name",
            "slug",
            "position",
            "write_key",
            "api_host",
            "settings",
            "required_approvals",
            "live",
            "live_release",
            "created_at",
            "updated_at",
        ]
        # The model checks it, with a message that names the source.
        validators: list[Any] = []

    def create(self, validated_data: dict[str, Any]) -> Environment:
        index = validated_data.pop("position", None)
        return create_environment(Environment(**validated_data), index=index)

    def update(self, instance: Environment, validated_data: dict[str, Any]) -> Environment:
        index = validated_data.pop("position", instance.position)
        if index != instance.position:
            self._move(instance, index)
        return super().update(instance, validated_data)

    def _move(self, instance: Environment, index: int) -> None:
        keys = list(instance.source.environments.exclude(pk=instance.pk).values_list("pk", flat=True))
        keys.insert(index, instance.pk)
        reorder_environments(instance.source, keys)
        instance.refresh_from_db(fields=["position", "updated_at"])


class PromoteSerializer(DeploySerializer):
    """The release to promote, and options."""

    release = serializers.IntegerField(min_value=1, help_text="The number of the release.")
    live = serializers.IntegerField(
        required=False,
        min_value=0,
        help_text="The ID of the deployment that you expect to be live, or 0 for none. If another one is live by now, "
        "returns 409.",
    )
    ignore_test_case_failures = serializers.BooleanField(
        default=False, help_text="Promotes even if test cases fail."
    )


class RollBackSerializer(DeploySerializer):
    """The deployment to restore, and options."""

    deployment = serializers.IntegerField(min_value=1, help_text="The ID of the deployment.")
    live = serializers.IntegerField(
        required=False,
        min_value=1,
        help_text="The ID of the deployment that you expect to be live. If another one is live by now, returns 409.",
    )


class RedeploySerializer(NoteSerializer):
    """Options of a redeployment, which requires no approvals."""


class RotateKeySerializer(StrictSerializer):
    """Options of a write key rotation."""

    grace_days = serializers.IntegerField(
        default=GRACE_DAYS,
        min_value=0,
        max_value=MAXIMUM_GRACE_DAYS,
        help_text="The number of days that the previous key keeps working. 0 revokes it at once.",
    )
    write_key = serializers.CharField(
        required=False, help_text="The key to rotate. If the environment has another key by now, returns 409."
    )


class EnvironmentViewSet(ModelResourceViewSet[Environment]):
    """Environments are where sources run. Releases are promoted from lower to higher positions."""

    queryset = (
        Environment.objects.select_related("source", "live__release")
        .defer("live__release__spec", "live__release__compiled")
        .order_by("id")
    )
    serializer_class = EnvironmentSerializer
    filterset_class = EnvironmentFilter

    def perform_create(self, serializer: Any) -> None:
        if serializer.validated_data.get("required_approvals"):
            self._require_override_permission("require approvals")
        super().perform_create(serializer)

    def perform_update(self, serializer: Any) -> None:
        before = serializer.instance.required_approvals
        if serializer.validated_data.get("required_approvals", before) != before:
            self._require_override_permission("change the required approvals")
        super().perform_update(serializer)

    def perform_destroy(self, instance: Environment) -> None:
        if instance.required_approvals:
            self._require_override_permission("delete an environment that requires approvals")
        try:
            delete_environment(instance, confirmed_name=self.request.query_params.get("name", ""))
        except DeleteEnvironmentError as error:
            raise ApiProblem(HTTPStatus.CONFLICT, "cannot-delete", str(error)) from error

    def _require_override_permission(self, act: str) -> None:
        if not self.request.user.has_perms(OVERRIDE_APPROVALS):
            raise PermissionDenied(
                f"You don't have permission to {act}. It requires permission to override approvals."
            )

    @extend_schema(
        parameters=[
            OpenApiParameter("name", str, description="The name of the environment, required if it's live.")
        ]
    )
    def destroy(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Delete an environment. Its write key stops working, and is never used again."""
        return super().destroy(request, *args, **kwargs)

    @extend_schema(
        request=PromoteSerializer,
        responses={
            200: OpenApiResponse(DeploymentSerializer, "The live deployment, because nothing has changed."),
            201: OpenApiResponse(DeploymentSerializer, "The new deployment."),
            202: OpenApiResponse(ScheduledDeploymentSerializer, "With `at`: the scheduled deployment."),
        },
    )
    @action(detail=True, methods=["post"], required_permissions=PUBLISH)
    def promote(self, request: Request, pk: str) -> Response:
        """Deploy a release of the source in this environment, with its own key, API host and settings.

        Returns 409 if test cases fail with them (`test-cases-fail`), or if the settings can't be used
        (`cannot-compile`); and 403 without the required approvals (`approval-required`).
        """
        sent = validated(PromoteSerializer, request.data)
        environment = self.get_object()
        release = get_release(environment.source, sent.pop("release"))
        if at := sent.pop("at", None):
            return scheduled(request, environment, at, release=release, **sent)
        result = promote(
            release,
            environment,
            by=authenticated_user(request),
            note=sent["note"],
            expected_live=sent.get("live"),
            ignore_test_case_failures=sent["ignore_test_case_failures"],
            override=override_of(request, sent),
        )
        return deployed(result)

    @extend_schema(
        request=RollBackSerializer,
        responses={
            201: OpenApiResponse(DeploymentSerializer, "The new deployment."),
            202: OpenApiResponse(ScheduledDeploymentSerializer, "With `at`: the scheduled deployment."),
        },
    )
    @action(detail=True, methods=["post"], required_permissions=PUBLISH)
    def rollback(self, request: Request, pk: str) -> Response:
        """Roll back to the documents of an earlier deployment. Drafts don't change."""
        sent = validated(RollBackSerializer, request.data)
        environment = self.get_object()
        restored = environment.deployments.filter(pk=sent["deployment"]).first()
        if restored is None:
            raise serializers.ValidationError(
                {"deployment": f"deployment {sent['deployment']} of this environment was not found"}
            )
        if at := sent.pop("at", None):
            return scheduled(request, environment, at, restored=restored, **sent)
        result = roll_back(
            restored,
            by=authenticated_user(request),
            note=sent["note"],
            expected_live=sent.get("live"),
            override=override_of(request, sent),
        )
        return deployed(result)

    @extend_schema(
        request=RedeploySerializer,
        responses={
            200: OpenApiResponse(DeploymentSerializer, "The live deployment, which has the same documents."),
            201: OpenApiResponse(DeploymentSerializer, "The new deployment."),
            202: OpenApiResponse(ScheduledDeploymentSerializer, "With `at`: the scheduled deployment."),
        },
    )
    @action(detail=True, methods=["post"], required_permissions=PUBLISH)
    def redeploy(self, request: Request, pk: str) -> Response:
        """Deploy what is live again, with the current runtime and public URL. It does the same as before."""
        sent = validated(RedeploySerializer, request.data)
        if at := sent.pop("at", None):
            return scheduled(request, self.get_object(), at, redeploys=True, **sent)
        return deployed(redeploy(self.get_object(), by=authenticated_user(request), note=sent["note"]))

    @extend_schema(request=NewPreviewLinkSerializer, responses={201: PreviewLinkSerializer})
    @action(detail=True, methods=["post"], url_path="preview-link", required_permissions=VIEW_DRAFTS)
    def preview_link(self, request: Request, pk: str) -> Response:
        """Create a link with which one browser gets the drafts, or a release, in this environment's settings."""
        return created_preview_link(request, self.get_object())

    @extend_schema(request=RotateKeySerializer, responses=EnvironmentSerializer)
    @action(
        detail=True,
        methods=["post"],
        url_path="rotate-key",
        required_permissions=CHANGE_LIVE_SOURCE,
    )
    def rotate_key(self, request: Request, pk: str) -> Response:
        """Rotate the write key. The previous key keeps working for a grace period.

        Send `write_key` to make retries safe: the key is rotated once, and a repeated request returns 409.
        """
        sent = validated(RotateKeySerializer, request.data)
        rotate_key(self.get_object(), grace_days=sent["grace_days"], expected_write_key=sent.get("write_key"))
        return Response(self.get_serializer(self.get_object()).data)


def deployed(result: DeployResult) -> Response:
    """Return the response to a request that deploys."""
    code = status.HTTP_201_CREATED if result.created else status.HTTP_200_OK
    return Response(DeploymentSerializer(result.deployment).data, code)


def override_of(request: Request, sent: dict[str, Any]) -> Override | None:
    """Return the override of a request with ``override_reason``."""
    reason = sent.get("override_reason")
    return None if reason is None else Override(authenticated_user(request), reason)
