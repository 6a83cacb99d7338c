"""Importing a classic destination and migrating it."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from fullstory_dest.models import CLASSIC_DEFAULTS, ClassicDestination, Destination, Migration, Source
from tests.admin.pages import errors, text, url
from tests.factories import a_destination, a_source

SETTINGS = {"org": "ABC12", "trackAllPages": True, "trackNamedPages": True}
DOCUMENT = {"integrations": {"Segment.io": {"apiKey": "the-key"}, "FullStory": SETTINGS}}


def a_classic(**settings) -> ClassicDestination:
    classic = ClassicDestination(source=a_source(), settings={**SETTINGS, **settings})
    classic.save()
    return classic


def sent(response) -> dict[str, list[str]]:
    return {name: list(found) for name, found in response.context["form"].errors.items()}


def test_it_imports_pasted_settings_and_opens_the_plan(owner):
    response = owner.post(url("classicdestination", "add"), {"pasted": json.dumps(DOCUMENT)}, follow=True)
    classic = ClassicDestination.objects.get()
    assert (classic.source.write_key, classic.settings) == ("the-key", SETTINGS)
    assert response.redirect_chain[-1][0] == url("classicdestination", "migrate_classic", classic.pk)


def test_it_reads_pasted_settings_with_a_byte_order_mark(owner):
    owner.post(url("classicdestination", "add"), {"pasted": "\ufeff" + json.dumps(DOCUMENT)})
    assert ClassicDestination.objects.get().settings == SETTINGS


def test_it_imports_an_uploaded_file_on_the_chosen_source(owner):
    source = a_source()
    file = SimpleUploadedFile("settings.json", b"\xef\xbb\xbf" + json.dumps(SETTINGS).encode())
    owner.post(url("classicdestination", "add"), {"uploaded": file, "source": source.pk})
    assert ClassicDestination.objects.get().source == source


@pytest.mark.parametrize(
    ("pasted", "message"),
    [
        ("", "No settings were given. Paste them or choose a file."),
        ("{", "Invalid JSON"),
        ("[]", "Expected a JSON object, found an array."),
        ('{"integrations": {"Google": {}}}', "Expected integrations.FullStory, found Google."),
        ('{"what": 1}', "Expected a settings document"),
        ('{"integrations": {"Segment.io": {"apiKey": "k"}, "FullStory": {"org": 7}}}', "expected a string"),
        ('{"integrations": {"Segment.io": {"apiKey": "a b"}, "FullStory": {"org": "x"}}}', "Use letters"),
    ],
)
def test_it_reports_a_pasted_mistake_and_keeps_the_text(owner, pasted, message):
    response = owner.post(url("classicdestination", "add"), {"pasted": pasted})
    assert response.status_code == 200
    assert list(sent(response)) == ["pasted"]
    assert message in sent(response)["pasted"][0]
    assert response.context["form"]["pasted"].value() == pasted
    assert not Source.objects.exists()


def test_it_reports_a_missing_source_at_the_source(owner):
    response = owner.post(url("classicdestination", "add"), {"pasted": '{"org": "ABC12"}'})
    assert sent(response) == {"source": ["The settings don't name a source. Choose one."]}


@pytest.mark.parametrize(
    ("content", "message"), [(b"\xff\xfe\x00", "not UTF-8 text"), (b"{", "Invalid JSON"), (b"", "empty")]
)
def test_it_reports_a_mistake_in_a_file_at_the_file(owner, content, message):
    response = owner.post(
        url("classicdestination", "add"), {"uploaded": SimpleUploadedFile("settings.json", content)}
    )
    assert list(sent(response)) == ["uploaded"]
    assert message in sent(response)["uploaded"][0]


def test_it_refuses_text_and_a_file_together(owner):
    file = SimpleUploadedFile("settings.json", json.dumps(DOCUMENT).encode())
    response = owner.post(url("classicdestination", "add"), {"uploaded": file, "pasted": "{}"})
    assert "not both" in sent(response)["uploaded"][0]


def test_it_requires_a_source_from_users_who_cannot_add_one(sign_in):
    client = sign_in("cleo", "add_classicdestination", "view_classicdestination")
    response = client.post(url("classicdestination", "add"), {"pasted": json.dumps(DOCUMENT)})
    assert list(sent(response)) == ["source"]
    assert not Source.objects.exists()


def test_it_edits_classic_settings_as_a_form(owner):
    classic = a_classic()
    page = url("classicdestination", "change", classic.pk)
    form = owner.get(page).context["adminform"].form
    assert {key: form[f"classic_{key}"].value() for key in CLASSIC_DEFAULTS} == {
        **CLASSIC_DEFAULTS,
        **SETTINGS,
    }
    response = owner.post(page, {"enabled": "on", "classic_org": "XYZ", "classic_debug": "on"})
    assert response.status_code == 302
    classic.refresh_from_db()
    assert (classic.setting("org"), classic.setting("debug"), classic.setting("trackAllPages")) == (
        "XYZ",
        True,
        False,
    )
    assert "classic_org" in errors(owner.post(page, {"enabled": "on", "classic_org": ""}))


def test_it_plans_the_outcome_of_every_setting(owner):
    classic = a_classic()
    response = owner.get(url("classicdestination", "migrate_classic", classic.pk))
    assert len(response.context["rows"]) >= len(CLASSIC_DEFAULTS)
    assert "Track Named Pages" in text(response)
    assert not Destination.objects.exists()


def test_it_migrates_to_drafts_and_shows_the_report(owner):
    classic = a_classic()
    response = owner.post(url("classicdestination", "migrate_classic", classic.pk), follow=True)
    migration = Migration.objects.get()
    assert response.redirect_chain[-1][0] == url("migration", "change", migration.pk)
    assert migration.created_by.username == "olga"
    assert migration.destination.settings["orgId"] == "ABC12"
    page = text(response)
    assert "Result for each setting" in page
    assert "Track All Pages" in page


def test_it_reports_settings_that_cannot_be_migrated(owner):
    classic = a_classic(org="")
    response = owner.post(url("classicdestination", "migrate_classic", classic.pk))
    assert response.status_code == 200
    assert "FS Org is required" in text(response)
    assert not Migration.objects.exists()


def test_it_announces_that_the_new_destination_starts_disabled(owner):
    classic = a_classic()
    a_destination(classic.source)
    page = url("classicdestination", "migrate_classic", classic.pk)
    assert "The destination starts disabled" in text(owner.get(page))
    owner.post(page)
    assert not Migration.objects.get().destination.enabled


def test_it_lets_a_viewer_see_the_plan_but_not_migrate(viewer):
    page = url("classicdestination", "migrate_classic", a_classic().pk)
    assert "You don't have permission to migrate" in text(viewer.get(page))
    assert viewer.post(page).status_code == 403
    assert viewer.get(url("classicdestination", "add")).status_code == 403


def test_it_keeps_a_migration_after_its_destination_is_deleted(owner):
    classic = a_classic()
    owner.post(url("classicdestination", "migrate_classic", classic.pk))
    migration = Migration.objects.get()
    migration.destination.delete()
    assert owner.get(url("migration", "change", migration.pk)).status_code == 200
    assert owner.get(url("migration")).status_code == 200
