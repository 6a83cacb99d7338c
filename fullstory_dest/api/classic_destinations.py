"""``classic-destinations/``: imported settings of FullStory (Classic), and their migration."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any, TypedDict

from django.core.exceptions import ValidationError as ModelValidationError
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request
from rest_framework.response import Response

from fullstory_dest.api.base.filters import ClassicDestinationFilter
from fullstory_dest.api.base.problems import ApiProblem, model_problems
from fullstory_dest.api.base.schema import CLASSIC_SETTINGS_SCHEMA, schema_of
from fullstory_dest.api.base.viewsets import (
    ModelResourceViewSet,
    ObjectField,
    StrictModelSerializer,
    authenticated_user,
)
from fullstory_dest.models import ClassicDestination, Migration, Source
from fullstory_dest.services.accounts.permissions import MIGRATE
from fullstory_dest.services.classic.import_classic import (
    ImportClassicError,
    UnknownSourceError,
    find_classic,
    import_classic,
)
from fullstory_dest.services.classic.migrate_classic import (
    AlreadyMigratedError,
    SettingOutcome,
    count_migrations,
    migrate,
    plan_migration,
)

PLAN_PERMISSIONS = ("fullstory_dest.view_classicdestination",)


@extend_schema_field(CLASSIC_SETTINGS_SCHEMA)
class ClassicSettingsField(ObjectField):
    """Settings of the classic destination."""


class ClassicDestinationSerializer(StrictModelSerializer[ClassicDestination]):
    """The imported settings of a classic destination."""

    source = serializers.PrimaryKeyRelatedField(  # type: ignore[assignment]  # hides Serializer's unused `source`
        queryset=Source.objects.all(),
        required=False,
        help_text="Optional if the document has a write key: the source with that key is used, or created.",
    )
    settings = ClassicSettingsField(required=False)
    document = ObjectField(
        write_only=True,
        required=False,
        help_text="A settings document from Segment, or a response of its Public API. Replaces `settings`.",
    )

    class Meta:
        model = ClassicDestination
        fields = ["id", "source", "settings", "document", "enabled", "imported_at"]

    def validate_settings(self, found: dict[str, Any]) -> dict[str, Any]:
        if "FullStory" in found or "Segment.io" in found:
            raise serializers.ValidationError(
                "These are the settings of several destinations. Send them as document instead."
            )
        return found

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        attrs = super().validate(attrs)
        if self.instance is not None:
            if "document" in attrs:
                raise serializers.ValidationError(
                    {"document": "documents can only create classic destinations"}
                )
            return attrs
        if "document" in attrs:
            if "settings" in attrs:
                raise serializers.ValidationError({"document": "expected settings or a document, found both"})
            return attrs
        missing = {key: "is required" for key in ("source", "settings") if key not in attrs}
        if missing:
            raise serializers.ValidationError(missing)
        return attrs

    def create(self, validated_data: dict[str, Any]) -> ClassicDestination:
        document = validated_data.pop("document", None)
        if document is None:
            return super().create(validated_data)
        source: Source | None = validated_data.pop("source", None)
        try:
            if source is None:
                self._may_make_source(find_classic(document).write_key)
            classic = import_classic(document, source=source)
        except UnknownSourceError as error:
            raise serializers.ValidationError({"source": str(error)}) from error
        except ImportClassicError as error:
            raise serializers.ValidationError({"document": str(error)}) from error
        return super().update(classic, validated_data) if validated_data else classic

    def _may_make_source(self, write_key: str) -> None:
        user = self.context["request"].user
        known = Source.objects.filter(environments__write_key=write_key).exists()
        if not known and not user.has_perm("fullstory_dest.add_source"):
            raise PermissionDenied(
                "No source has the document's write key, and you don't have permission to create sources."
            )


class PlannedMapping(TypedDict):
    name: str
    action: str
    trigger: str
    fields: dict[str, Any]


class MigrationReportRow(TypedDict):
    """The outcome of migrating a classic setting."""

    setting: str
    value: str | bool
    outcome: SettingOutcome
    detail: str


class MigrationPlanDocument(TypedDict):
    """The destination and the mappings that migrating would create."""

    settings: dict[str, Any]
    enabled: bool
    mappings: list[PlannedMapping]
    report: list[MigrationReportRow]


@extend_schema_field(schema_of(list[MigrationReportRow]))
class ReportField(serializers.JSONField):
    """The outcome of each classic setting."""


class MigrationSerializer(serializers.ModelSerializer[Migration]):
    """A migration of a classic destination, with the outcome of each setting."""

    classic_destination = serializers.PrimaryKeyRelatedField[ClassicDestination](
        source="classic", read_only=True
    )
    report = ReportField(read_only=True)
    created_by = serializers.SlugRelatedField[Migration](
        slug_field="username",
        read_only=True,
        allow_null=True,
        help_text="The user who migrated it, if known.",
    )

    class Meta:
        model = Migration
        fields = ["id", "classic_destination", "destination", "report", "created_by", "created_at"]
        read_only_fields = fields


class ClassicDestinationViewSet(ModelResourceViewSet[ClassicDestination]):
    """Classic destinations are imported so that you can migrate them. They aren't sent to browsers."""

    queryset = ClassicDestination.objects.order_by("id")
    serializer_class = ClassicDestinationSerializer
    filterset_class = ClassicDestinationFilter

    @extend_schema(request=None, responses={200: schema_of(MigrationPlanDocument)})
    @action(detail=True, methods=["post"], required_permissions=PLAN_PERMISSIONS)
    def plan(self, request: Request, pk: str) -> Response:
        """Plan a migration without changing anything. Shows the new destination and the outcome of each setting."""
        planned = plan_migration(self.get_object())
        document: MigrationPlanDocument = {
            "settings": planned.settings,
            "enabled": planned.enabled,
            "mappings": [
                {
                    "name": preset.name,
                    "action": preset.action.key,
                    "trigger": preset.trigger,
                    "fields": preset.fields,
                }
                for preset in planned.presets
            ],
            "report": [
                {"setting": row.setting, "value": row.value, "outcome": row.outcome, "detail": row.detail}
                for row in planned.rows
            ],
        }
        return Response(document)

    @extend_schema(request=None, responses={201: MigrationSerializer})
    @action(detail=True, methods=["post"], required_permissions=MIGRATE)
    def migrate(self, request: Request, pk: str) -> Response:
        """Create the destination and the mappings of the plan, as drafts.

        Returns 409 if the settings don't make a valid destination, with pointers into the plan.
        """
        classic = self.get_object()
        try:
            migration = migrate(
                classic, by=authenticated_user(request), expected_migrations=count_migrations(classic)
            )
        except AlreadyMigratedError as error:
            raise ApiProblem(
                HTTPStatus.CONFLICT, "conflict", f"{error}: migration {error.migration.pk}"
            ) from error
        except ModelValidationError as error:
            raise ApiProblem(HTTPStatus.CONFLICT, "cannot-migrate", model_problems(error)) from error
        return Response(MigrationSerializer(migration).data, status.HTTP_201_CREATED)
