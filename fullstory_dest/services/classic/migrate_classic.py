"""Migrates a classic destination: a destination and V2 mappings, and a row per setting saying what became of it."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Literal

from django.contrib.auth.models import User
from django.db import transaction

from fullstory_dest.catalog import DEFAULT_NAMESPACE, PRESETS, Preset, check_settings
from fullstory_dest.models import CLASSIC_DEFAULTS, ClassicDestination, Migration
from fullstory_dest.services.drafts.create_destination import create_destination
from fullstory_dest.services.row_locks import for_update, lock_source

SettingOutcome = Literal["setting", "mapping", "not available", "nothing to do", "problem"]

_presets = {preset.action.key: preset for preset in PRESETS}


@dataclass(frozen=True, slots=True)
class MigratedSetting:
    """What becomes of one classic setting."""

    setting: str
    value: Any
    outcome: SettingOutcome
    detail: str


@dataclass(frozen=True, slots=True)
class MigrationPlan:
    """What migrating would make. ``enabled`` is false where another destination already has FullStory's namespace."""

    settings: dict[str, Any]
    presets: tuple[Preset, ...]
    enabled: bool
    rows: tuple[MigratedSetting, ...]


def plan_migration(classic: ClassicDestination) -> MigrationPlan:
    """What migrating a classic destination would make. Changes nothing."""
    settings: dict[str, Any] = {"orgId": classic.setting("org")}
    if classic.setting("debug"):
        settings["debug"] = True
    if classic.setting("isOuterScript"):
        settings["recordOnlyThisIFrame"] = True
    presets = [_presets["identifyUserV2"], _presets["trackEventV2"]]
    if classic.setting("trackAllPages"):
        presets.append(_presets["viewedPageV2"])
    namespace_taken = any(
        destination.namespace == DEFAULT_NAMESPACE
        for destination in classic.source.destinations.filter(enabled=True)
    )
    problems = {str(problem.path[0]): problem.message for problem in check_settings(settings)}
    rows = tuple(
        MigratedSetting(key, classic.setting(key), "problem", problems["orgId"])
        if key == "org" and "orgId" in problems
        else _migrate_setting(key, classic.setting(key))
        for key in CLASSIC_DEFAULTS
    )
    return MigrationPlan(settings, tuple(presets), classic.enabled and not namespace_taken, rows)


def _migrate_setting(key: str, value: Any) -> MigratedSetting:
    """One row of the published migration table, as it applies to a value."""
    match key:
        case "org":
            return MigratedSetting(key, value, "setting", "FS Org, on the destination's settings.")
        case "debug":
            return MigratedSetting(key, value, "setting", "Debug mode, on the destination's settings.")
        case "isOuterScript":
            return MigratedSetting(
                key, value, "setting", "Capture only this iFrame, on the destination's settings."
            )
        case "trackAllPages" if value:
            detail = 'A mapping with the trigger type = "page" and the action Viewed Page V2.'
            return MigratedSetting(key, value, "mapping", detail)
        case "trackNamedPages" | "trackCategorizedPages" if value:
            detail = "The published table has nothing for it. Add a mapping with a trigger of your own."
            return MigratedSetting(key, value, "not available", detail)
        case "trackPagesWithEvents" if value:
            detail = "Viewed Page V2 sets page properties; it does not also send an event per page."
            return MigratedSetting(key, value, "not available", detail)
        case _:
            return MigratedSetting(key, value, "nothing to do", "It is off.")


class AlreadyMigratedError(ValueError):
    """Somebody else has just migrated the same classic destination: ``migration`` is theirs."""

    def __init__(self, migration: Migration) -> None:
        super().__init__("somebody else has just migrated it")
        self.migration = migration


def count_migrations(classic: ClassicDestination) -> int:
    """How often it was migrated: what ``migrate`` takes as ``expected_migrations``."""
    return Migration.objects.filter(classic=classic).count()


@transaction.atomic
def migrate(
    classic: ClassicDestination, *, by: User | None = None, expected_migrations: int | None = None
) -> Migration:
    """Writes the plan as drafts: nothing reaches browsers before the source is published.

    ``expected_migrations`` is what ``count_migrations`` returned when the user decided. Raises AlreadyMigratedError
    if there are more by now, and ValidationError where the classic settings make no valid destination; then nothing
    is kept.
    """
    lock_source(classic.source)
    classic = for_update(ClassicDestination.objects.all()).get(pk=classic.pk)
    latest = Migration.objects.filter(classic=classic).order_by("-pk").first()
    if latest and expected_migrations is not None and expected_migrations != count_migrations(classic):
        raise AlreadyMigratedError(latest)
    planned = plan_migration(classic)
    destination = create_destination(
        classic.source,
        name="FullStory (migrated)",
        settings=planned.settings,
        presets=planned.presets,
        enabled=planned.enabled,
    )
    migration = Migration(
        classic=classic, destination=destination, report=[asdict(row) for row in planned.rows], created_by=by
    )
    migration.save()
    return migration
