"""``sources/``: websites, with publishing, diffs, previews and install instructions."""

from __future__ import annotations

from typing import Any, get_args

from django.db.models import OuterRef, Subquery
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request
from rest_framework.response import Response

from fullstory_dest.api.base.environment_names import EnvironmentNameField, get_environment
from fullstory_dest.api.base.filters import SourceFilter
from fullstory_dest.api.base.schema import schema_of
from fullstory_dest.api.base.viewsets import (
    ModelResourceViewSet,
    StrictModelSerializer,
    authenticated_user,
    validated,
)
from fullstory_dest.api.deployments import DeploymentSerializer, DeploySerializer
from fullstory_dest.api.environments import deployed, override_of
from fullstory_dest.api.preview import PreviewResultsSerializer, PreviewSerializer
from fullstory_dest.api.releases import get_release
from fullstory_dest.api.scheduled_deployments import ScheduledDeploymentSerializer, scheduled
from fullstory_dest.compiler.compile import compile_source, configure
from fullstory_dest.compiler.schema import SourceSpec
from fullstory_dest.models import Deployment, Environment, Source
from fullstory_dest.services.accounts.permissions import OVERRIDE_APPROVALS, PUBLISH, VIEW_DRAFTS
from fullstory_dest.services.previews.preview import preview_events
from fullstory_dest.services.previews.try_event import try_event
from fullstory_dest.services.publishing.approvals import requires_approvals
from fullstory_dest.services.publishing.deploy import fingerprint
from fullstory_dest.services.publishing.diff import Change, diff
from fullstory_dest.services.publishing.publish_with_test_cases import publish_with_test_cases
from fullstory_dest.services.publishing.schedule_deployment import next_scheduled
from fullstory_dest.services.publishing.scheduler_status import SchedulerStatus, scheduler_status
from fullstory_dest.services.sources.install import InstallInstructions, install_instructions
from fullstory_dest.services.sources.status import StatusCode
from fullstory_dest.services.spec import drafts_in, live_spec, release_in, source_spec


class NextDeploymentSerializer(serializers.Serializer[Any]):
    """The next deployment that is scheduled."""

    kind = serializers.ChoiceField(choices=Deployment.Kind.choices)
    due_at = serializers.DateTimeField()
    overdue = serializers.BooleanField(
        help_text="Whether the scheduled time has passed without a deployment."
    )
    scheduler_running = serializers.BooleanField(
        help_text="Whether `run_scheduler`, or `publish_due` by cron, is running."
    )
    scheduler_last_seen_at = serializers.DateTimeField(allow_null=True)


class SourceSerializer(StrictModelSerializer[Source]):
    """A website that sends events."""

    status = serializers.ChoiceField(
        source="stored_status.code",
        choices=get_args(StatusCode),
        read_only=True,
        help_text="How the drafts compare with the live release. `ahead`: publishing undoes a rollback. "
        "`idle`: nothing enabled sends events.",
    )
    scheduled_deployment = serializers.SerializerMethodField(
        help_text="The next scheduled deployment, if any."
    )
    live_release = serializers.IntegerField(
        read_only=True,
        default=None,
        allow_null=True,
        help_text="The number of the release that browsers get.",
    )

    write_key = serializers.CharField(
        required=False, max_length=64, help_text="The write key of the last environment, Production."
    )
    api_host = serializers.CharField(
        required=False,
        allow_blank=True,
        max_length=200,
        help_text="The API host of the last environment, Production.",
    )

    class Meta:
        model = Source
        fields = [
            "id",
            "name",
            "slug",
            "write_key",
            "enabled",
            "status",
            "api_host",
            "honor_gpc",
            "honor_dnt",
            "live_release",
            "scheduled_deployment",
            "created_at",
            "updated_at",
        ]

    def validate_write_key(self, write_key: str) -> str:
        """Report a taken key together with the problems of other fields."""
        if Environment.objects.filter(write_key=write_key).exclude(source=self.instance).exists():
            raise serializers.ValidationError("source with this write key already exists.")
        return write_key

    @extend_schema_field(NextDeploymentSerializer(allow_null=True))
    def get_scheduled_deployment(self, source: Source) -> dict[str, Any] | None:
        due_at = getattr(source, "scheduled_at", None)
        if due_at is None:
            return None
        # Computed once for a page of sources.
        context: Any = self.context
        status: SchedulerStatus = context.get("scheduler") or scheduler_status()
        context["scheduler"] = status
        return NextDeploymentSerializer(
            {
                "kind": source.scheduled_kind,  # type: ignore[attr-defined]
                "due_at": due_at,
                "overdue": status.is_overdue(due_at),
                "scheduler_running": status.running,
                "scheduler_last_seen_at": status.last_seen_at,
            }
        ).data


class PublishSerializer(DeploySerializer):
    """Options of a publish."""

    environment = EnvironmentNameField(
        required=False, help_text="The slug or the ID of the environment. The default is the first one."
    )
    ignore_test_case_failures = serializers.BooleanField(
        default=False, help_text="Publishes even if test cases fail."
    )
    reviewed = serializers.CharField(
        required=False,
        max_length=64,
        help_text="The value of `reviewed` from `diff`. If the drafts have changed since then, returns 409.",
    )


@extend_schema_field(schema_of(list[Change]))
class ChangesField(serializers.JSONField):
    """Differences, in the order of the spec."""


class DiffSerializer(serializers.Serializer[Any]):
    """The changes that publishing would make."""

    release = serializers.IntegerField(
        allow_null=True, help_text="The number of the live release, or null if there is none."
    )
    changes = ChangesField()
    reviewed = serializers.CharField(help_text="Identifies these drafts. Send it with `publish`.")


ENVIRONMENT = OpenApiParameter(
    "environment", str, description="The slug or the ID of an environment. The default is the first one."
)


class SourceViewSet(ModelResourceViewSet[Source]):
    """Sources are websites. Changes to a source and its destinations reach browsers when you publish them."""

    queryset = Source.objects.annotate(
        live_release=Subquery(
            Environment.objects.filter(source=OuterRef("pk"))
            .order_by("-position", "-id")
            .values("live__release__number")[:1]
        ),
        scheduled_at=next_scheduled("due_at"),
        scheduled_kind=next_scheduled("kind"),
    )
    queryset = queryset.select_related("stored_status").prefetch_related("environments").order_by("id")
    serializer_class = SourceSerializer
    filterset_class = SourceFilter

    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return self._with_status(super().create(request, *args, **kwargs))

    def update(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return self._with_status(super().update(request, *args, **kwargs))

    def _with_status(self, response: Response) -> Response:
        """Read the source again. Its status is stored at the end of the change."""
        source = self.get_queryset().get(pk=response.data["id"])
        return Response(self.get_serializer(source).data, response.status_code, headers=response.headers)

    def perform_update(self, serializer: Any) -> None:
        was = serializer.instance.enabled
        if serializer.validated_data.get("enabled", was) != was:
            self._require_publish_permission("enable or disable a source")
        super().perform_update(serializer)

    def perform_destroy(self, instance: Source) -> None:
        self._require_publish_permission("delete a source")
        if requires_approvals(instance) and not self.request.user.has_perms(OVERRIDE_APPROVALS):
            raise PermissionDenied(
                "You don't have permission to delete a source that requires approvals. It requires permission to "
                "override them."
            )
        super().perform_destroy(instance)

    def _require_publish_permission(self, act: str) -> None:
        """Raise PermissionDenied for users who can't publish. The change reaches browsers at once."""
        if not self.request.user.has_perms(PUBLISH):
            raise PermissionDenied(f"You don't have permission to {act}. It requires permission to publish.")

    @extend_schema(
        request=PublishSerializer,
        responses={
            200: OpenApiResponse(DeploymentSerializer, "The live deployment, because nothing has changed."),
            201: OpenApiResponse(DeploymentSerializer, "The new deployment."),
            202: OpenApiResponse(ScheduledDeploymentSerializer, "With `at`: the scheduled deployment."),
        },
    )
    @action(detail=True, methods=["post"], required_permissions=PUBLISH)
    def publish(self, request: Request, pk: str) -> Response:
        """Publish the drafts: make a release of them, and deploy it to an environment.

        Returns 409 if the drafts can't be compiled (`cannot-compile`, with pointers into the source's spec) or if test
        cases fail (`test-cases-fail`, with their names), and 403 without the required approvals (`approval-required`).
        Send `ignore_test_case_failures` to publish even if test cases fail. Send `reviewed` to publish only the drafts
        that you reviewed; otherwise, the current drafts are published. Publishes of a source run one at a time. Returns
        503 with `Retry-After` after 20 seconds of waiting.
        """
        sent = validated(PublishSerializer, request.data)
        environment = get_environment(
            self.get_object(), sent.pop("environment", request.query_params.get("environment"))
        )
        if at := sent.pop("at", None):
            return scheduled(request, environment, at, **sent)
        override = override_of(request, sent)
        sent.pop("override_reason", None)
        return deployed(
            publish_with_test_cases(environment, by=authenticated_user(request), override=override, **sent)
        )

    @extend_schema(responses=DiffSerializer, parameters=[ENVIRONMENT])
    @action(detail=True, required_permissions=VIEW_DRAFTS)
    def diff(self, request: Request, pk: str) -> Response:
        """Compare the drafts with what is live in an environment."""
        environment = _environment_of_query(request, self.get_object())
        live, drafts = environment.live, drafts_in(environment)
        changes = diff(live_spec(live) if live else None, drafts)
        number = live.release.number if live else None
        return Response({"release": number, "changes": changes, "reviewed": fingerprint(drafts)})

    @extend_schema(request=PreviewSerializer, responses=PreviewResultsSerializer)
    @action(detail=True, methods=["post"], required_permissions=VIEW_DRAFTS)
    def preview(self, request: Request, pk: str) -> Response:
        """Preview the calls to FullStory that events lead to, with the drafts or a release.

        A user can run two previews at a time. A busy server returns 429 with `Retry-After`.
        """
        sent = validated(PreviewSerializer, request.data)
        source = self.get_object()
        environment = get_environment(
            source, sent.get("environment", request.query_params.get("environment"))
        )
        events, number = sent["events"], sent["release"]
        if number == "draft":
            spec = drafts_in(environment)
            config = compile_source(spec)
        else:
            release = get_release(source, number)
            spec = release_in(release, environment)
            config = configure(spec, release.compiled)
        if sent["explain"]:
            run = try_event(spec, events[0], config)
            return Response({"results": [{**run.result, "traces": run.traces}]})
        return Response({"results": preview_events(spec, config, events)})

    @extend_schema(responses={200: schema_of(SourceSpec)})
    @action(detail=True, required_permissions=VIEW_DRAFTS)
    def spec(self, request: Request, pk: str) -> Response:
        """Return the source with its destinations and mappings, as publishing would use them."""
        return Response(source_spec(self.get_object()))

    @extend_schema(responses={200: schema_of(InstallInstructions)}, parameters=[ENVIRONMENT])
    @action(detail=True, required_permissions=VIEW_DRAFTS)
    def install(self, request: Request, pk: str) -> Response:
        """List the install methods of the source in an environment, each with code to copy."""
        return Response(install_instructions(_environment_of_query(request, self.get_object())))


def _environment_of_query(request: Request, source: Source) -> Environment:
    return get_environment(source, request.query_params.get("environment"))
