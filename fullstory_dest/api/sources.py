"""``sources/``: websites, with publishing, rollback, diffs, previews and install instructions."""

from __future__ import annotations

from typing import Any

from django.db.models import OuterRef, Subquery
from drf_spectacular.utils import OpenApiResponse, extend_schema, extend_schema_field
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request
from rest_framework.response import Response

from fullstory_dest.api.base.filters import SourceFilter
from fullstory_dest.api.base.schema import schema_of
from fullstory_dest.api.base.viewsets import (
    ModelResourceViewSet,
    StrictModelSerializer,
    StrictSerializer,
    authenticated_user,
    validated,
)
from fullstory_dest.api.preview import PreviewResultsSerializer, PreviewSerializer
from fullstory_dest.api.releases import ReleaseSerializer
from fullstory_dest.compiler.compile import compile_source
from fullstory_dest.compiler.schema import SourceSpec
from fullstory_dest.models import Release, ScheduledPublish, Source
from fullstory_dest.models.release import MAXIMUM_NOTE_LENGTH
from fullstory_dest.services.accounts.permissions import CHANGE_LIVE_SOURCE, PUBLISH, VIEW_DRAFTS
from fullstory_dest.services.previews.preview import preview_events
from fullstory_dest.services.previews.try_event import try_event
from fullstory_dest.services.publishing.diff import Change, diff
from fullstory_dest.services.publishing.publish import fingerprint, live_release
from fullstory_dest.services.publishing.publish_with_test_cases import publish_with_test_cases
from fullstory_dest.services.publishing.roll_back import roll_back
from fullstory_dest.services.publishing.scheduler_status import SchedulerStatus, scheduler_status
from fullstory_dest.services.sources.install import InstallInstructions, install_instructions
from fullstory_dest.services.sources.rotate_key import GRACE_DAYS, MAXIMUM_GRACE_DAYS, rotate_key
from fullstory_dest.services.sources.status import StatusCode
from fullstory_dest.services.sources.status_cache import cached_statuses
from fullstory_dest.services.spec import source_spec


class ScheduledPublishSerializer(serializers.Serializer[Any]):
    """A publish that is scheduled for later."""

    due_at = serializers.DateTimeField()
    overdue = serializers.BooleanField(help_text="Whether the scheduled time has passed without a publish.")
    scheduler_running = serializers.BooleanField(
        help_text="Whether `run_scheduler`, or `publish_due` by cron, is running."
    )
    scheduler_last_seen_at = serializers.DateTimeField(allow_null=True)


class SourceSerializer(StrictModelSerializer[Source]):
    """A website that sends events."""

    status = serializers.SerializerMethodField(
        help_text="How the drafts compare with the live release. `ahead`: publishing undoes a rollback. "
        "`idle`: nothing enabled sends events."
    )
    scheduled_publish = serializers.SerializerMethodField(help_text="The scheduled publish, if any.")
    live_release = serializers.IntegerField(
        read_only=True,
        default=None,
        allow_null=True,
        help_text="The number of the release that browsers get.",
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
            "scheduled_publish",
            "created_at",
            "updated_at",
        ]

    def get_status(self, source: Source) -> StatusCode:
        # Computed once for a page of sources.
        context: Any = self.context
        if "statuses" not in context:
            page: Any = self.parent.instance if self.parent else [source]
            context["statuses"] = cached_statuses(Source.objects.filter(pk__in=[row.pk for row in page]))
        statuses: dict[int, StatusCode] = context["statuses"]
        return statuses.get(source.pk, "disabled")  # The source was deleted since the page was read.

    @extend_schema_field(ScheduledPublishSerializer(allow_null=True))
    def get_scheduled_publish(self, source: Source) -> dict[str, Any] | None:
        due_at = getattr(source, "scheduled_at", None)
        if due_at is None:
            return None
        # Computed once for a page of sources.
        context: Any = self.context
        status: SchedulerStatus = context.get("scheduler") or scheduler_status()
        context["scheduler"] = status
        return ScheduledPublishSerializer(
            {
                "due_at": due_at,
                "overdue": status.is_overdue(due_at),
                "scheduler_running": status.running,
                "scheduler_last_seen_at": status.last_seen_at,
            }
        ).data


class PublishSerializer(StrictSerializer):
    """Options of a publish."""

    note = serializers.CharField(
        default="",
        allow_blank=True,
        max_length=MAXIMUM_NOTE_LENGTH,
        help_text="A description of the changes.",
    )
    ignore_test_case_failures = serializers.BooleanField(
        default=False, help_text="Publishes even if test cases fail."
    )
    reviewed = serializers.CharField(
        required=False,
        max_length=64,
        help_text="The value of `reviewed` from `diff`. If the drafts have changed since then, returns 409.",
    )


class RotateKeySerializer(StrictSerializer):
    """Options of a write key rotation."""

    grace_days = serializers.IntegerField(
        default=GRACE_DAYS,
        min_value=0,
        max_value=MAXIMUM_GRACE_DAYS,
        help_text="The number of days that the previous key keeps working. 0 revokes it at once.",
    )
    write_key = serializers.CharField(
        required=False, help_text="The key to rotate. If the source has another key by now, returns 409."
    )


class RollBackSerializer(StrictSerializer):
    """The release to roll back to, and options."""

    release = serializers.IntegerField(min_value=1, help_text="The number of the release to restore.")
    note = serializers.CharField(
        default="", allow_blank=True, max_length=MAXIMUM_NOTE_LENGTH, help_text="The reason for the rollback."
    )
    live_release = serializers.IntegerField(
        required=False,
        min_value=1,
        help_text="The release that you expect to be live. If another one is live by now, returns 409.",
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


class SourceViewSet(ModelResourceViewSet[Source]):
    """Sources are websites. Changes to a source and its destinations reach browsers when you publish them."""

    queryset = Source.objects.annotate(
        live_release=Subquery(
            Release.objects.filter(source=OuterRef("pk")).order_by("-number").values("number")[:1]
        ),
        scheduled_at=Subquery(
            ScheduledPublish.objects.waiting().filter(source=OuterRef("pk")).values("due_at")
        ),
    ).order_by("id")
    serializer_class = SourceSerializer
    filterset_class = SourceFilter

    def perform_update(self, serializer: Any) -> None:
        was = serializer.instance.enabled
        if serializer.validated_data.get("enabled", was) != was:
            self._require_publish_permission("enable or disable a source")
        super().perform_update(serializer)

    def perform_destroy(self, instance: Source) -> None:
        self._require_publish_permission("delete a source")
        super().perform_destroy(instance)

    def _require_publish_permission(self, act: str) -> None:
        """Raise PermissionDenied for users who can't publish. The change reaches browsers at once."""
        if not self.request.user.has_perms(PUBLISH):
            raise PermissionDenied(f"You don't have permission to {act}. It requires permission to publish.")

    @extend_schema(
        request=PublishSerializer,
        responses={
            200: OpenApiResponse(ReleaseSerializer, "The live release, because nothing has changed."),
            201: OpenApiResponse(ReleaseSerializer, "The new release."),
        },
    )
    @action(detail=True, methods=["post"], required_permissions=PUBLISH)
    def publish(self, request: Request, pk: str) -> Response:
        """Publish the drafts as a new release.

        Returns 409 if the drafts can't be compiled (`cannot-compile`, with pointers into the source's spec) or if test
        cases fail (`test-cases-fail`, with their names). Send `ignore_test_case_failures` to publish even if test cases
        fail. Send `reviewed` to publish only the drafts that you reviewed; otherwise, the current drafts are published.
        Publishes of a source run one at a time. Returns 503 with `Retry-After` after 20 seconds of waiting.
        """
        sent = validated(PublishSerializer, request.data)
        published = publish_with_test_cases(self.get_object(), by=authenticated_user(request), **sent)
        code = status.HTTP_201_CREATED if published.created else status.HTTP_200_OK
        return Response(ReleaseSerializer(published.release).data, code)

    @extend_schema(request=RollBackSerializer, responses={201: ReleaseSerializer})
    @action(detail=True, methods=["post"], required_permissions=PUBLISH)
    def rollback(self, request: Request, pk: str) -> Response:
        """Roll back to an earlier release by creating a new release with its content. Drafts don't change.

        Send `live_release` to get 409 instead of a rollback if another release has been published since you read it.
        """
        sent = validated(RollBackSerializer, request.data)
        release = _get_release(self.get_object(), sent["release"])
        result = roll_back(
            release, by=authenticated_user(request), note=sent["note"], expected_live=sent.get("live_release")
        )
        return Response(ReleaseSerializer(result.release).data, status.HTTP_201_CREATED)

    @extend_schema(request=RotateKeySerializer, responses=SourceSerializer)
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

    @extend_schema(responses=DiffSerializer)
    @action(detail=True, required_permissions=VIEW_DRAFTS)
    def diff(self, request: Request, pk: str) -> Response:
        """Compare the drafts with the live release."""
        source = self.get_object()
        live = live_release(source)
        drafts = source_spec(source)
        changes = diff(live.spec if live else None, drafts)
        number = live.number if live else None
        return Response({"release": number, "changes": changes, "reviewed": fingerprint(drafts)})

    @extend_schema(request=PreviewSerializer, responses=PreviewResultsSerializer)
    @action(detail=True, methods=["post"], required_permissions=VIEW_DRAFTS)
    def preview(self, request: Request, pk: str) -> Response:
        """Preview the calls to FullStory that events lead to, with the drafts or a release.

        A user can run two previews at a time. A busy server returns 429 with `Retry-After`.
        """
        sent = validated(PreviewSerializer, request.data)
        source = self.get_object()
        events, number = sent["events"], sent["release"]
        if number == "draft":
            spec = source_spec(source)
            config = compile_source(spec)
        else:
            release = _get_release(source, number)
            spec, config = release.spec, release.config
        if sent["explain"]:
            run = try_event(spec, events[0], config)
            return Response({"results": [{**run.result, "traces": run.traces}]})
        return Response({"results": preview_events(spec, config, events)})

    @extend_schema(responses={200: schema_of(SourceSpec)})
    @action(detail=True, required_permissions=VIEW_DRAFTS)
    def spec(self, request: Request, pk: str) -> Response:
        """Return the source with its destinations and mappings, as publishing would use them."""
        return Response(source_spec(self.get_object()))

    @extend_schema(responses={200: schema_of(InstallInstructions)})
    @action(detail=True, required_permissions=VIEW_DRAFTS)
    def install(self, request: Request, pk: str) -> Response:
        """List the install methods of the source, each with code to copy."""
        source = self.get_object()
        return Response(install_instructions(source, live_release(source)))


def _get_release(source: Source, number: int) -> Release:
    release = source.releases.filter(number=number).first()
    if release is None:
        raise serializers.ValidationError({"release": f"release {number} of this source was not found"})
    return release
