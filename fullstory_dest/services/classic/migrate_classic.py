"""Migration of a classic destination to a destination with V2 mappings, and a report on each setting."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Literal

from django.contrib.auth.models import User

from fullstory_dest.catalog import DEFAULT_NAMESPACE, PRESETS, Preset, check_settings
from fullstory_dest.models import CLASSIC_DEFAULTS, ClassicDestination, Migration
from fullstory_dest.services.drafts.create_destination import create_destination
from fullstory_dest.services.row_locks import for_update, lock_source
from fullstory_dest.services.source_changes import source_changes

SettingOutcome = Literal["setting", "mapping", "not available", "nothing to do", "problem"]

_presets = {preset.action.key: preset for preset in PRESETS}


@dataclass(frozen=True, slots=True)
class MigratedSetting:
    """The outcome of migrating a classic setting."""

    setting: str
    value: Any
    outcome: SettingOutcome
    detail: str


@dataclass(frozen=True, slots=True)
class MigrationPlan:
    """The planned destination. It isn't ``enabled`` if another destination already uses FullStory's namespace."""

    settings: dict[str, Any]
    presets: tuple[Preset, ...]
    enabled: bool
    rows: tuple[MigratedSetting, ...]


def plan_migration(classic: ClassicDestination) -> MigrationPlan:
    """Return the result of migrating a classic destination, without changing anything."""
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
    """Return the outcome of a setting, according to Segment's migration table."""
    match key:
        case "org":
            return MigratedSetting(key, value, "setting", "FS Org in the destination's settings.")
        case "debug":
            return MigratedSetting(key, value, "setting", "Debug mode in the destination's settings.")
        case "isOuterScript":
            return MigratedSetting(
                key, value, "setting", "Capture only this iFrame in the destination's settings."
            )
        case "trackAllPages" if value:
            detail = 'A mapping with the trigger type = "page" and the action Viewed Page V2.'
            return MigratedSetting(key, value, "mapping", detail)
        case "trackNamedPages" | "trackCategorizedPages" if value:
            detail = (
                "Segment's migration table has no replacement. Add a mapping with a trigger for these pages."
            )
            return MigratedSetting(key, value, "not available", detail)
        case "trackPagesWithEvents" if value:
            detail = "Viewed Page V2 sets page properties. It doesn't also send an event for each page."
            return MigratedSetting(key, value, "not available", detail)
        case _:
            return MigratedSetting(key, value, "nothing to do", "This setting is off.")


class AlreadyMigratedError(ValueError):
    """Another user has just migrated the same classic destination. ``migration`` is the result."""

    def __init__(self, migration: Migration) -> None:
        super().__init__("another user has just migrated it")
        self.migration = migration


def count_migrations(classic: ClassicDestination) -> int:
    """Return the number of migrations, for ``expected_migrations`` of ``migrate``."""
    return Migration.objects.filter(classic=classic).count()


@source_changes()
def migrate(
    classic: ClassicDestination, *, by: User | None = None, expected_migrations: int | None = None
) -> Migration:
    """Save the plan as drafts, which don't reach browsers until the source is published.

    ``expected_migrations`` is the result of ``count_migrations`` when the user decided. Raises AlreadyMigratedError if
    there are more by now, and ValidationError if the classic settings don't make a valid destination. In both cases,
    nothing is saved.
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
