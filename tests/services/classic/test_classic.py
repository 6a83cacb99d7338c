"""Importing classic destinations, and migrating them to drafts with a report."""

import pytest
from django.core.exceptions import ValidationError

from fullstory_dest.models import ClassicDestination, Destination, Migration, Source
from fullstory_dest.services.classic.import_classic import ImportClassicError, find_classic, import_classic
from fullstory_dest.services.classic.migrate_classic import (
    AlreadyMigratedError,
    count_migrations,
    migrate,
    plan_migration,
)
from tests.factories import a_destination, a_source

SETTINGS = {
    "org": "ABC12",
    "debug": True,
    "trackAllPages": True,
    "trackNamedPages": True,
    "trackCategorizedPages": False,
    "trackPagesWithEvents": True,
    "isOuterScript": True,
}
DOCUMENT = {
    "integrations": {
        "FullStory": {**SETTINGS, "versionSettings": {"version": "3.0.1"}, "type": "browser"},
        "Segment.io": {"apiKey": "writekey1", "apiHost": "api.segment.io/v1"},
    },
    "plan": {},
}
PUBLIC_API = {
    "data": {"destination": {"settings": SETTINGS, "enabled": False, "metadata": {"slug": "fullstory"}}}
}
CONNECTED = {
    "data": {
        "destinations": [
            {"settings": {"apiKey": "x"}, "metadata": {"slug": "amplitude"}},
            {"settings": SETTINGS, "enabled": True, "metadata": {"slug": "fullstory"}},
        ]
    }
}


@pytest.mark.parametrize("document", [DOCUMENT, PUBLIC_API, CONNECTED, SETTINGS])
def test_it_finds_the_settings_in_every_kind_of_document(document):
    assert find_classic(document).settings == SETTINGS


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        ([], "expected a JSON object, found an array"),
        ({}, "expected a settings document"),
        ({"integrations": {"Amplitude": {}}}, "expected integrations.FullStory, found Amplitude"),
        ({"integrations": {"FullStory": "x"}}, "integrations.FullStory: expected an object, found a string"),
        ({"integrations": {"\ud800": {}}}, "isn't allowed"),
        ({"data": {"destinations": []}}, "has no classic FullStory destination"),
        ({"data": {"destinations": [5, None]}}, "has no classic FullStory destination"),
    ],
)
def test_it_refuses_a_document_without_classic_settings(document, expected):
    with pytest.raises(ImportClassicError, match=expected):
        find_classic(document)


@pytest.mark.django_db
def test_it_imports_a_source_with_its_write_key():
    classic = import_classic(DOCUMENT)
    assert classic.source.write_key == "writekey1"
    assert import_classic(DOCUMENT).source == classic.source


@pytest.mark.django_db
def test_it_needs_a_source_for_a_document_without_one():
    with pytest.raises(ImportClassicError, match="has no write key"):
        import_classic(SETTINGS)
    source = a_source()
    assert import_classic(PUBLIC_API, source=source).enabled is False


@pytest.mark.django_db
def test_it_keeps_nothing_of_wrong_settings():
    broken = {**DOCUMENT, "integrations": {**DOCUMENT["integrations"], "FullStory": {"org": 5}}}
    with pytest.raises(ImportClassicError, match="/org: expected a string, found a number"):
        import_classic(broken)
    assert not Source.objects.exists()


@pytest.mark.django_db
def test_it_migrates_every_setting_and_reports_its_outcome():
    migration = migrate(import_classic(DOCUMENT))
    destination = migration.destination
    assert destination.enabled
    assert destination.settings == {"orgId": "ABC12", "debug": True, "recordOnlyThisIFrame": True}
    assert [(m.action, m.trigger, m.enabled) for m in destination.mappings.all()] == [
        ("identifyUserV2", 'type = "identify"', True),
        ("trackEventV2", 'type = "track"', True),
        ("viewedPageV2", 'type = "page"', True),
    ]
    assert {row["setting"]: row["outcome"] for row in migration.report} == {
        "org": "setting",
        "debug": "setting",
        "trackAllPages": "mapping",
        "trackNamedPages": "not available",
        "trackCategorizedPages": "nothing to do",
        "trackPagesWithEvents": "not available",
        "isOuterScript": "setting",
    }


@pytest.mark.django_db
def test_it_skips_pages_if_classic_did_not_send_them():
    classic = ClassicDestination(source=a_source(), settings={"org": "ABC12"})
    classic.save()
    assert [preset.action.key for preset in plan_migration(classic).presets] == [
        "identifyUserV2",
        "trackEventV2",
    ]


@pytest.mark.django_db
def test_it_disables_the_new_destination_on_a_namespace_conflict():
    source = a_source()
    a_destination(source)
    assert migrate(import_classic(SETTINGS, source=source)).destination.enabled is False


@pytest.mark.django_db
def test_it_refuses_settings_that_make_no_destination():
    classic = import_classic({**SETTINGS, "org": ""}, source=a_source())
    with pytest.raises(ValidationError, match="FS Org is required"):
        migrate(classic)
    assert not Destination.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("classic_is_on", "holder_is_on", "namespace", "enabled"),
    [
        (True, True, "FS", False),
        (True, True, "FS2", True),
        (True, False, "FS", True),
        (False, False, "FS", False),
    ],
)
def test_it_enables_the_new_destination_only_if_both_allow_it(
    classic_is_on, holder_is_on, namespace, enabled
):
    source = a_source()
    a_destination(source, enabled=holder_is_on, settings={"orgId": "o-1", "namespace": namespace})
    classic = ClassicDestination(source=source, settings={"org": "ABC12"}, enabled=classic_is_on)
    classic.save()
    assert plan_migration(classic).enabled is enabled
    assert migrate(classic).destination.enabled is enabled


@pytest.mark.django_db
def test_it_migrates_again_only_if_the_user_has_seen_the_first():
    classic = import_classic(SETTINGS, source=a_source())
    first = migrate(classic, expected_migrations=0)
    with pytest.raises(AlreadyMigratedError, match="another user has just migrated it") as refused:
        migrate(classic, expected_migrations=0)
    assert refused.value.migration == first
    assert count_migrations(classic) == 1
    assert migrate(classic, expected_migrations=1) != first
    assert migrate(classic).classic == classic
    assert count_migrations(classic) == 3
    Migration.objects.all().delete()
    assert migrate(classic, expected_migrations=3).classic == classic


@pytest.mark.django_db
def test_it_reports_an_invalid_organization_before_migrating():
    classic = ClassicDestination(source=a_source(), settings={"org": "", "trackNamedPages": False})
    classic.save()
    rows = {row.setting: row for row in plan_migration(classic).rows}
    assert rows["org"].outcome == "problem"
    assert "FS Org is required" in rows["org"].detail
    assert rows["trackNamedPages"].outcome == "nothing to do"
