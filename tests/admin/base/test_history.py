"""History pages: what changed, who changed it, and old versions."""

import re

import pytest

from fullstory_dest.models import ClassicDestination, Mapping
from fullstory_dest.services.previews.test_cases import save_test_case
from fullstory_dest.services.sources.archive import archive
from fullstory_dest.services.sources.rotate_key import rotate_key
from tests.admin.pages import text, url
from tests.factories import a_mapping, a_set_up_source, a_source, a_staging_environment

pytestmark = pytest.mark.django_db


def test_it_shows_when_a_source_was_archived(owner):
    source = a_source()
    archive(source)
    assert "Archived</span>" in text(owner.get(url("source", "history", source.pk)))


def test_it_shows_changes_of_the_write_key_and_api_host(owner):
    source = a_source(name="Shop")
    rotate_key(source.production)
    source.refresh_from_db()
    source.name, source.api_host = "Store", "api.example.com"
    source.save()
    versions = list(owner.get(url("source", "history", source.pk)).context["page_obj"])
    found = [[change.label for change in getattr(version, "changes", [])] for version in versions]
    assert found == [["API host"], ["Name"], ["Write key"], []]
    shown = text(owner.get(url("source", "history", source.pk)))
    assert "api.example.com" in shown
    assert "environment" not in re.sub(r"<[^>]*>", " ", shown[shown.index("History of") :]).lower()


def test_it_names_the_environment_of_a_change(owner):
    source = a_source(name="Shop")
    staging = a_staging_environment(source)
    rotate_key(staging)
    staging = source.environments.get(slug="staging")
    staging.api_host = "api.example.com"
    staging.save()
    page = owner.get(url("source", "history", source.pk))
    found = [
        (
            getattr(version, "environment_name", ""),
            [change.label for change in getattr(version, "changes", [])],
        )
        for version in page.context["page_obj"]
    ]
    assert found == [("Staging", ["API host"]), ("Staging", ["Write key"]), ("Staging", []), ("", [])]
    version = page.context["page_obj"][0]
    assert url("environment", "simple_history", staging.pk, version.pk) in text(page)


def test_it_compares_with_versions_that_it_leaves_out(owner):
    source = a_source(name="Shop")
    a_staging_environment(source)  # moves Production
    production = source.environments.get(slug="production")
    production.required_approvals = 2
    production.save()
    [newest, *_others] = owner.get(url("source", "history", source.pk)).context["page_obj"]
    assert newest.environment_name == "Production"
    assert [change.label for change in newest.changes] == ["Required approvals"]


def test_it_compares_the_oldest_version_of_a_page(owner):
    mapping = a_mapping(name="Version 0")
    for number in range(1, 22):
        mapping.name = f"Version {number}"
        mapping.save()
    oldest = list(owner.get(url("mapping", "history", mapping.pk)).context["page_obj"])[-1]
    assert (oldest.name, len(oldest.changes)) == ("Version 2", 1)
    last = owner.get(url("mapping", "history", mapping.pk), {"p": 2}).context["page_obj"]
    assert [record.name for record in last] == ["Version 1", "Version 0"]


def test_it_names_a_related_row_by_id_once_deleted(owner):
    mapping = a_mapping()
    first, gone = mapping.history.first(), mapping.destination_id
    mapping.destination.delete()
    page = text(owner.get(url("mapping", "simple_history", mapping.pk, first.pk)))
    assert f"<dd>#{gone}</dd>" in page


def test_it_shows_changes_field_by_field(viewer):
    mapping = a_mapping(fields={"name": {"@path": "$.event"}, "properties": {"a": 1}})
    mapping.trigger = 'type = "page"'
    mapping.fields = {"name": {"@path": "$.event"}, "properties": {"a": 2}}
    mapping.save()
    page = text(viewer.get(url("mapping", "history", mapping.pk)))
    assert "type = &quot;<ins>page</ins>&quot;" in page
    assert "&quot;a&quot;: <ins>2</ins>" in page
    assert "via Command" in page
    assert "OrderedDict" not in page


@pytest.mark.parametrize("key", ["abc", "9" * 30, "123456"])
def test_it_answers_404_for_unknown_rows(owner, key):
    assert owner.get(url("mapping", "change", "1").replace("/1/change", f"/{key}/history")).status_code == 404


@pytest.mark.parametrize("model", ["source", "destination", "mapping", "classicdestination", "testcase"])
def test_it_shows_the_history_of_deleted_rows(owner, model):
    source = a_set_up_source(name="Shop")
    classic = ClassicDestination(source=source, settings={"org": "ABC12"})
    classic.save()
    rows = {
        "source": source,
        "destination": source.destinations.get(),
        "mapping": Mapping.objects.first(),
        "classicdestination": classic,
        "testcase": save_test_case(source, name="A", event={"type": "track", "event": "A"}),
    }
    row = rows[model]
    key, name = row.pk, str(row)
    owner.post(url(model, "delete", key), {"post": "yes"})
    assert not type(row).objects.filter(pk=key).exists()
    response = owner.get(url(model, "history", key))
    assert f"History of {name}" in text(response)
    assert "Deleted" in text(response)
    for version in response.context["page_obj"]:
        assert owner.get(url(model, "simple_history", key, version.pk)).status_code == 200


def test_it_counts_positions_from_one(owner):
    mapping = a_mapping()
    assert mapping.position == 0
    mapping.position = 1
    mapping.save()
    page = text(owner.get(url("mapping", "history", mapping.pk)))
    change = page.split("Position</span>")[1].split("</li>")[0]
    assert "<del>1</del>" in change
    assert "<ins>2</ins>" in change


def test_it_describes_an_old_version_in_words_without_a_form(owner):
    mapping = a_mapping(name="Sold", trigger='event = "<i>"', fields={"name": {"@path": "$.event"}})
    mapping.name = "Bought"
    mapping.save()
    record = mapping.history.last()
    mapping.delete()
    page = text(owner.get(url("mapping", "simple_history", record.id, record.history_id)))
    assert "Version of Sold" in page
    assert "View version" in text(owner.get(url("mapping", "history", record.id)))
    assert "Event name is <code>&quot;&lt;i&gt;&quot;</code>" in page
    assert "Event variable <code>$.event</code>" in page.replace("</span>", "")
    assert "<form" not in page.partition('id="content"')[2]
