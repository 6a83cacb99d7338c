"""``sources/``: web sites, and what is done with them: publish, roll back, compare, preview."""

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
from fullstory_dest.services.accounts.permissions import CHANGE_LIVE_SOURCE, PUBLISH, VIEW_DRAFTS
from fullstory_dest.services.previews.preview import preview_events
from fullstory_dest.services.previews.try_event import try_event
from fullstory_dest.services.publishing.diff import Change, diff
from fullstory_dest.services.publishing.publish import fingerprint, live_release
from fullstory_dest.services.publishing.publish_with_test_cases import publish_with_test_cases
from fullstory_dest.services.publishing.roll_back import roll_back
from fullstory_dest.services.publishing.scheduler import SchedulerStatus, scheduler_status
from fullstory_dest.services.sources.install import InstallInstructions, install_instructions
from fullstory_dest.services.sources.rotate_key import GRACE_DAYS, MAXIMUM_GRACE_DAYS, rotate_key
from fullstory_dest.services.sources.status import StatusCode
from fullstory_dest.services.sources.status_cache import cached_statuses
from fullstory_dest.services.spec import source_spec


class ScheduledPublishSerializer(serializers.Serializer[Any]):
    """A publish that waits for its time."""

    due_at = serializers.DateTimeField()
    overdue = serializers.BooleanField(help_text="It should have happened by now.")
    scheduler_running = serializers.BooleanField(
        help_text="Whether `run_scheduler`, or `publish_due` by cron, is there to publish it."
    )
    scheduler_last_seen_at = serializers.DateTimeField(allow_null=True)


class SourceSerializer(StrictModelSerializer[Source]):
    status = serializers.SerializerMethodField(
        help_text="The drafts compared with what is live: `live`; `changed`, when drafts wait to be published; "
        "`ahead`, when publishing them would undo a rollback; `problems`, when they can't be published; `idle`, when "
        "nothing is enabled that sends events; `never_published`, `disabled`, `archived`."
    )
    scheduled_publish = serializers.SerializerMethodField(help_text="The publish that waits for its time.")
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
        # Once for a page of sources.
        context: Any = self.context
        if "statuses" not in context:
            page: Any = self.parent.instance if self.parent else [source]
            context["statuses"] = cached_statuses(Source.objects.filter(pk__in=[row.pk for row in page]))
        statuses: dict[int, StatusCode] = context["statuses"]
        return statuses.get(source.pk, "disabled")  # Deleted since the page was read: it sends nothing.

    @extend_schema_field(ScheduledPublishSerializer(allow_null=True))
    def get_scheduled_publish(self, source: Source) -> dict[str, Any] | None:
        due_at = getattr(source, "scheduled_at", None)
        if due_at is None:
            return None
        # Once for a page of sources.
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
    note = serializers.CharField(default="", allow_blank=True, max_length=2000, help_text="What changed.")
    ignore_test_case_failures = serializers.BooleanField(
        default=False, help_text="Publish although a test case does not lead to what is expected of it."
    )
    reviewed = serializers.CharField(
        required=False,
        max_length=64,
        help_text="What `diff` named the drafts that somebody looked at. When they are others by now: 409.",
    )


class RotateKeySerializer(StrictSerializer):
    grace_days = serializers.IntegerField(
        default=GRACE_DAYS,
        min_value=0,
        max_value=MAXIMUM_GRACE_DAYS,
        help_text="For how many days the old key is served the same documents. 0: not at all.",
    )
    write_key = serializers.CharField(
        required=False, help_text="The key to be rotated, as you read it. When it is another one by now: 409."
    )


class RollBackSerializer(StrictSerializer):
    release = serializers.IntegerField(min_value=1, help_text="The number of the release to go back to.")
    note = serializers.CharField(default="", allow_blank=True, max_length=2000, help_text="Why.")
    live_release = serializers.IntegerField(
        required=False,
        min_value=1,
        help_text="The number of the release that was live when you decided. When another one is by now: 409.",
    )


@extend_schema_field(schema_of(list[Change]))
class ChangesField(serializers.JSONField):
    """Differences, in the order of the spec."""


class DiffSerializer(serializers.Serializer[Any]):
    """What publishing would change."""

    release = serializers.IntegerField(
        allow_null=True, help_text="The live release; null when there is none."
    )
    changes = ChangesField()
    reviewed = serializers.CharField(help_text="Names the drafts as they are compared here, for `publish`.")


class SourceViewSet(ModelResourceViewSet[Source]):
    """Sources. A change to one, or to anything below it, reaches browsers when it is published."""

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
        """These reach browsers at once, without being published."""
        if not self.request.user.has_perms(PUBLISH):
            raise PermissionDenied(f"You may not {act}: that takes the permission to publish.")

    @extend_schema(
        request=PublishSerializer,
        responses={
            200: OpenApiResponse(ReleaseSerializer, "Nothing has changed: the release that is live."),
            201: OpenApiResponse(ReleaseSerializer, "The new release."),
        },
    )
    @action(detail=True, methods=["post"], required_permissions=PUBLISH)
    def publish(self, request: Request, pk: str) -> Response:
        """Makes a release of the drafts.

        Drafts that cannot be compiled are a conflict, 409; pointers then lead into the source's spec. So are kept
        test cases that fail (`test-cases-fail`): each is named, and nothing is published unless
        `ignore_test_case_failures` is true.
        With `reviewed`, what somebody else has changed meanwhile is not published unseen: that is a conflict, too.
        Without it, publishing waits its turn and publishes what is there; 503 with `Retry-After` after 20 seconds.
        """
        sent = validated(PublishSerializer, request.data)
        published = publish_with_test_cases(self.get_object(), by=authenticated_user(request), **sent)
        code = status.HTTP_201_CREATED if published.created else status.HTTP_200_OK
        return Response(ReleaseSerializer(published.release).data, code)

    @extend_schema(request=RollBackSerializer, responses={201: ReleaseSerializer})
    @action(detail=True, methods=["post"], required_permissions=PUBLISH)
    def rollback(self, request: Request, pk: str) -> Response:
        """Makes a new release with the content of an old one. Drafts stay as they are.

        With `live_release`, what somebody else has published meanwhile is not rolled back unseen: that is a conflict,
        409, and nothing is done.
        """
        sent = validated(RollBackSerializer, request.data)
        release = _get_release(self.get_object(), sent["release"])
        again = roll_back(
            release, by=authenticated_user(request), note=sent["note"], expected_live=sent.get("live_release")
        )
        return Response(ReleaseSerializer(again).data, status.HTTP_201_CREATED)

    @extend_schema(request=RotateKeySerializer, responses=SourceSerializer)
    @action(
        detail=True,
        methods=["post"],
        url_path="rotate-key",
        required_permissions=CHANGE_LIVE_SOURCE,
    )
    def rotate_key(self, request: Request, pk: str) -> Response:
        """Gives the source a new write key. The old one goes on working for a while.

        With `write_key`, a request that is sent twice rotates once: the second time it is a conflict, 409.
        """
        sent = validated(RotateKeySerializer, request.data)
        rotate_key(self.get_object(), grace_days=sent["grace_days"], expected_write_key=sent.get("write_key"))
        return Response(self.get_serializer(self.get_object()).data)

    @extend_schema(responses=DiffSerializer)
    @action(detail=True, required_permissions=VIEW_DRAFTS)
    def diff(self, request: Request, pk: str) -> Response:
        """Compares the drafts with the live release."""
        source = self.get_object()
        live = live_release(source)
        drafts = source_spec(source)
        changes = diff(live.spec if live else None, drafts)
        number = live.number if live else None
        return Response({"release": number, "changes": changes, "reviewed": fingerprint(drafts)})

    @extend_schema(request=PreviewSerializer, responses=PreviewResultsSerializer)
    @action(detail=True, methods=["post"], required_permissions=VIEW_DRAFTS)
    def preview(self, request: Request, pk: str) -> Response:
        """Runs events through the drafts or a release, as browsers would: the calls FullStory would get.

        A busy server answers 429 with `Retry-After`. An account can have two previews at a time.
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
        """The source with its destinations and mappings, as they would be published."""
        return Response(source_spec(self.get_object()))

    @extend_schema(responses={200: schema_of(InstallInstructions)})
    @action(detail=True, required_permissions=VIEW_DRAFTS)
    def install(self, request: Request, pk: str) -> Response:
        """The ways to load the source into a site, each with the code to copy."""
        source = self.get_object()
        return Response(install_instructions(source, live_release(source)))


def _get_release(source: Source, number: int) -> Release:
    release = source.releases.filter(number=number).first()
    if release is None:
        raise serializers.ValidationError({"release": f"the source has no release {number}"})
    return release
