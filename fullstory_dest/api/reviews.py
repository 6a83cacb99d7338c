"""``reviews/``: proposed deployments, with approvals."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from fullstory_dest.api.base.environment_names import EnvironmentNameField, find_environment
from fullstory_dest.api.base.environment_rows import EnvironmentRowSerializer
from fullstory_dest.api.base.filters import ReviewFilter
from fullstory_dest.api.base.schema import schema_of
from fullstory_dest.api.base.viewsets import BaseViewSet, StrictSerializer, authenticated_user, validated
from fullstory_dest.api.deployments import DeploymentSerializer, OverrideSerializer
from fullstory_dest.api.environments import deployed, override_of
from fullstory_dest.api.releases import get_release
from fullstory_dest.models import Environment, Review
from fullstory_dest.models.release import MAXIMUM_NOTE_LENGTH
from fullstory_dest.services.accounts.permissions import PUBLISH, REQUEST_REVIEW, VIEW_DRAFTS
from fullstory_dest.services.publishing.approvals import approvers
from fullstory_dest.services.publishing.diff import Change, diff
from fullstory_dest.services.publishing.reviews import (
    approve,
    compared_specs,
    decline,
    deploy_review,
    request_review,
    reviewed_fingerprint,
    withdraw,
)


class ReviewSummarySerializer(EnvironmentRowSerializer[Review]):
    """A proposed deployment."""

    closed_by = serializers.SlugRelatedField[Review](slug_field="username", read_only=True, allow_null=True)

    class Meta:
        model = Review
        fields = [
            "id",
            "source",
            "environment",
            "kind",
            "release",
            "restored",
            "note",
            "state",
            "reason",
            "deployment",
            "created_by",
            "created_at",
            "closed_by",
            "closed_at",
        ]
        read_only_fields = fields


@extend_schema_field(schema_of(list[Change]))
class ReviewChangesField(serializers.JSONField):
    """Differences between what is live and what is proposed, in the order of the spec."""


class ReviewSerializer(ReviewSummarySerializer):
    """A proposed deployment, with what it would change now, or what its deployment changed."""

    changes = serializers.SerializerMethodField()
    reviewed = serializers.SerializerMethodField(
        help_text="Identifies what is proposed now. Send it to approve and to deploy."
    )
    outdated = serializers.SerializerMethodField(
        help_text="Whether the drafts or settings have changed since the review was requested."
    )
    approved_by = serializers.SerializerMethodField(
        help_text="The users whose approvals count. Approvals of something else are void."
    )
    required_approvals = serializers.IntegerField(source="environment.required_approvals", read_only=True)

    class Meta(ReviewSummarySerializer.Meta):
        fields = [
            *ReviewSummarySerializer.Meta.fields,
            "changes",
            "reviewed",
            "outdated",
            "approved_by",
            "required_approvals",
        ]
        read_only_fields = fields

    @extend_schema_field(ReviewChangesField)
    def get_changes(self, review: Review) -> list[Change]:
        before, proposed = compared_specs(review)
        return diff(before, proposed) if proposed else []

    def get_reviewed(self, review: Review) -> str:
        return reviewed_fingerprint(review)

    def get_outdated(self, review: Review) -> bool:
        return reviewed_fingerprint(review) != review.fingerprint

    def get_approved_by(self, review: Review) -> list[str]:
        return sorted(user.username for user in approvers(review, reviewed_fingerprint(review)))


class RequestReviewSerializer(StrictSerializer):
    """A deployment to propose. Without a release and a deployment, it publishes the drafts."""

    environment = EnvironmentNameField(
        help_text="The ID of the environment, or its slug together with `source`."
    )
    # The parent class has an unused attribute of this name.
    source = serializers.IntegerField(  # type: ignore[assignment]
        required=False, min_value=1, help_text="The ID of the source. Required with a slug."
    )
    release = serializers.IntegerField(
        required=False, min_value=1, help_text="The number of a release to promote."
    )
    deployment = serializers.IntegerField(
        required=False, min_value=1, help_text="The ID of a deployment to roll back to."
    )
    note = serializers.CharField(default="", allow_blank=True, max_length=MAXIMUM_NOTE_LENGTH)
    reviewed = serializers.CharField(
        required=False,
        max_length=64,
        help_text="The value of `reviewed` from `diff`. If the drafts have changed since then, returns 409.",
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        attrs["environment"] = self._environment(attrs.pop("source", None), attrs["environment"])
        if "release" in attrs and "deployment" in attrs:
            raise serializers.ValidationError(
                {"deployment": "expected a release or a deployment, found both"}
            )
        return attrs

    def _environment(self, source: int | None, name: str | int) -> Environment:
        environments = Environment.objects.all()
        if source is not None:
            environments = environments.filter(source=source)
        elif str(name).isdigit():
            name = int(name)
        else:
            raise serializers.ValidationError({"source": "required together with the slug of an environment"})
        found = find_environment(environments, name)
        if found is None:
            raise serializers.ValidationError({"environment": f"unknown environment {name!r}"})
        return found


class ReviewedSerializer(StrictSerializer):
    """The state that was reviewed."""

    reviewed = serializers.CharField(
        max_length=64, help_text="The value of `reviewed`. If something else is proposed by now, returns 409."
    )


class DeclineSerializer(StrictSerializer):
    """The reason to decline."""

    reason = serializers.CharField(max_length=MAXIMUM_NOTE_LENGTH)


class DeployReviewSerializer(OverrideSerializer, ReviewedSerializer):
    """The state that was reviewed, and options."""

    ignore_test_case_failures = serializers.BooleanField(
        default=False, help_text="Deploys even if test cases fail."
    )


class ReviewViewSet(ListModelMixin, RetrieveModelMixin, BaseViewSet[Review]):
    """Reviews are proposed deployments. Approvals are only for exactly what was reviewed."""

    queryset = Review.objects.select_related(
        "environment__source", "environment__live__release", "release", "restored", "created_by", "closed_by"
    ).order_by("id")
    filterset_class = ReviewFilter

    def get_serializer_class(self) -> type[ReviewSummarySerializer]:
        return ReviewSummarySerializer if self.action == "list" else ReviewSerializer

    @extend_schema(responses=ReviewSerializer)
    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Return a review with its changes, which requires permission to view drafts."""
        if not request.user.has_perms(VIEW_DRAFTS):
            self.permission_denied(request)
        return super().retrieve(request, *args, **kwargs)

    @extend_schema(request=RequestReviewSerializer, responses={201: ReviewSerializer})
    def create(self, request: Request) -> Response:
        """Propose a deployment."""
        if not request.user.has_perms(REQUEST_REVIEW):
            self.permission_denied(request)
        sent = validated(RequestReviewSerializer, request.data)
        environment: Environment = sent["environment"]
        restored = None
        if "deployment" in sent:
            restored = environment.deployments.filter(pk=sent["deployment"]).first()
            if restored is None:
                raise serializers.ValidationError(
                    {"deployment": f"deployment {sent['deployment']} of this environment was not found"}
                )
        review = request_review(
            environment,
            by=authenticated_user(request),
            note=sent["note"],
            release=get_release(environment.source, sent["release"]) if "release" in sent else None,
            restored=restored,
            reviewed=sent.get("reviewed"),
        )
        return self._review(review, status.HTTP_201_CREATED)

    @extend_schema(request=ReviewedSerializer, responses=ReviewSerializer)
    @action(detail=True, methods=["post"], required_permissions=PUBLISH)
    def approve(self, request: Request, pk: str) -> Response:
        """Approve what was reviewed. Authors can't approve their own changes."""
        review = self.get_object()
        approve(review, by=authenticated_user(request), **validated(ReviewedSerializer, request.data))
        return self._review(review)

    @extend_schema(request=DeclineSerializer, responses=ReviewSerializer)
    @action(detail=True, methods=["post"], required_permissions=PUBLISH)
    def decline(self, request: Request, pk: str) -> Response:
        """Close the review without a deployment."""
        sent = validated(DeclineSerializer, request.data)
        return self._review(decline(self.get_object(), by=authenticated_user(request), **sent))

    @extend_schema(request=None, responses=ReviewSerializer)
    @action(detail=True, methods=["post"], required_permissions=REQUEST_REVIEW)
    def withdraw(self, request: Request, pk: str) -> Response:
        """Close a review that you requested."""
        return self._review(withdraw(self.get_object(), by=authenticated_user(request)))

    @extend_schema(request=DeployReviewSerializer, responses={201: DeploymentSerializer})
    @action(detail=True, methods=["post"], required_permissions=PUBLISH)
    def deploy(self, request: Request, pk: str) -> Response:
        """Deploy what was reviewed. Returns 403 without the required approvals (`approval-required`)."""
        sent = validated(DeployReviewSerializer, request.data)
        result = deploy_review(
            self.get_object(),
            by=authenticated_user(request),
            reviewed=sent["reviewed"],
            ignore_test_case_failures=sent["ignore_test_case_failures"],
            override=override_of(request, sent),
        )
        return deployed(result)

    def _review(self, review: Review, code: int = status.HTTP_200_OK) -> Response:
        current = self.get_queryset().get(pk=review.pk)
        return Response(ReviewSerializer(current).data, code)
