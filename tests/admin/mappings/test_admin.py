"""The form of a mapping."""

import json

import pytest

from fullstory_dest.catalog import ACTIONS, PRESETS
from fullstory_dest.models import Mapping
from tests.admin.mappings.drafts import PAGE_EVENT, draft, tried
from tests.admin.pages import errors, mapping_form, text, url
from tests.factories import a_destination, a_mapping, a_set_up_source


@pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.action.key)
def test_it_fills_a_new_mapping_from_its_preset_disabled(owner, preset):
    destination = a_destination()
    page = owner.get(url("mapping", "add"), {"destination": destination.pk, "action": preset.action.key})
    form = page.context["adminform"].form
    assert form["name"].value() == preset.name
    assert form["trigger"].value() == preset.trigger
    assert json.loads(form["fields"].value()) == preset.fields
    assert not form["enabled"].value()
    sent = {name: form[name].value() for name in ("name", "action", "trigger", "fields")}
    assert owner.post(url("mapping", "add"), {**sent, "destination": destination.pk}).status_code == 302
    mapping = Mapping.objects.get()
    assert (mapping.enabled, mapping.position, mapping.fields) == (False, 0, preset.fields)


def test_it_starts_with_a_blank_mapping(owner):
    destination = a_destination()
    page = owner.get(url("mapping", "add"), {"destination": destination.pk})
    form = page.context["adminform"].form
    assert [form[name].value() or "" for name in ("name", "action", "trigger")] == ["", "", ""]
    assert form["fields"].value() == "{}"
    assert form["destination"].value() == str(destination.pk)
    assert '<option value="" selected>Choose an action' in text(page)
    sent = {"destination": destination.pk, "name": "", "action": "", "trigger": "", "fields": "{}"}
    response = owner.post(url("mapping", "add"), sent)
    assert {"name", "action", "trigger"} <= errors(response).keys()
    assert not Mapping.objects.exists()


def test_it_documents_every_field_of_every_action(owner):
    page = owner.get(url("mapping", "change", a_mapping().pk))
    references = {reference["key"]: reference["fields"] for reference in page.context["references"]}
    for action in ACTIONS:
        assert [field["key"] for field in references[action.key]] == [field.key for field in action.fields]
    assert '<section data-action="trackEventV2" >' in text(page)
    assert '<section data-action="identifyUserV2" hidden>' in text(page)


def test_it_links_to_the_source_and_the_destination(owner):
    mapping = a_mapping()
    page = text(owner.get(url("mapping", "change", mapping.pk)))
    strip = page.split('<p class="fsd-strip-text">')[1].split("</p>")[0]
    assert f'href="{url("source", "overview", mapping.destination.source_id)}"' in strip
    assert f'href="{url("destination", "change", mapping.destination_id)}"' in strip


def test_it_returns_to_the_mappings_of_the_source_after_saving(owner):
    mapping = a_mapping()
    response = owner.post(url("mapping", "change", mapping.pk), mapping_form(mapping, name="Renamed"))
    assert response.url == url("source", "mappings", mapping.destination.source_id)
    mapping.refresh_from_db()
    assert mapping.name == "Renamed"


def test_it_shows_a_mistake_in_a_trigger_with_a_caret(owner):
    mapping = a_mapping()
    typed = 'type = "track" and ('
    response = owner.post(url("mapping", "change", mapping.pk), mapping_form(mapping, trigger=typed))
    assert list(errors(response)) == ["trigger"]
    excerpt = text(response).split('<pre class="fsd-excerpt">')[1].split("</pre>")[0]
    line, caret = excerpt.splitlines()
    assert line.startswith("type = &quot;track&quot; and (")
    assert caret.strip() == "^"
    assert response.context["adminform"].form["trigger"].value() == typed


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ('{\n  "name": x\n}', "line 2, column 11"),
        ("{", "Invalid JSON"),
        ('{"name": NaN}', "JSON doesn't allow NaN"),
        ('{"name": 1e999}', "too large"),
        ('{"name": 1, "name": 2}', "Duplicate key"),
        ('{"name": ' + "9" * 5000 + "}", "too large"),
        ("[" * 100_000, "100 nested levels"),
        ('{"name": "a", "nope": 1}', "“nope”: unknown field"),
        ('{"name": {"@pth": "$.event"}}', "@pth”: unknown directive"),
        ('{"properties": {"@path": "$.properties"}}', "Name is required"),
        ('{"name": "\\u0000"}', "U+0000"),
        ('{"name": "\\ud800"}', "U+D800"),
        ("", "Name is required"),
        ("[]", "object"),
        ("null", "object"),
        ('"text"', "object"),
        ('{"name": {"@template": "{{"}, "properties": 7}', "“Properties”: expected"),
    ],
)
def test_it_locates_a_mistake_in_fields_and_keeps_the_text(owner, typed, told):
    mapping = a_mapping()
    response = owner.post(url("mapping", "change", mapping.pk), mapping_form(mapping, fields=typed))
    assert response.status_code == 200
    assert list(errors(response)) == ["fields"]
    assert told in " ".join(errors(response)["fields"])
    assert not any(message.startswith("/") for message in errors(response)["fields"])
    assert response.context["adminform"].form["fields"].value() == typed
    mapping.refresh_from_db()
    assert mapping.fields == {"name": {"@path": "$.event"}}


def test_it_reports_every_mistake_together(owner):
    mapping = a_mapping()
    form = mapping_form(mapping, trigger="type = ", fields='{"nope": 1}', name="")
    assert sorted(errors(owner.post(url("mapping", "change", mapping.pk), form))) == [
        "fields",
        "name",
        "trigger",
    ]


def test_it_refuses_an_action_that_is_not_in_the_catalog(owner):
    mapping = a_mapping()
    response = owner.post(url("mapping", "change", mapping.pk), mapping_form(mapping, action="nope"))
    assert "action" in errors(response)


def test_it_refuses_a_51st_mapping(owner):
    destination = a_destination()
    for _ in range(50):
        a_mapping(destination)
    sent = {**mapping_form(destination.mappings.first()), "destination": destination.pk}
    response = owner.post(url("mapping", "add"), sent)
    assert "at most 50 mappings" in str(errors(response))


def test_it_keeps_line_breaks_of_a_trigger(owner):
    mapping = a_mapping()
    typed = 'type = "track"\r\nand event = "x"'
    assert (
        owner.post(url("mapping", "change", mapping.pk), mapping_form(mapping, trigger=typed)).status_code
        == 302
    )
    mapping.refresh_from_db()
    assert mapping.trigger == 'type = "track"\nand event = "x"'


def test_it_shows_both_versions_in_an_edit_conflict(owner, editor):
    mapping = a_mapping()
    page = url("mapping", "change", mapping.pk)
    version = owner.get(page).context["adminform"].form.version
    owner.post(page, mapping_form(mapping, name="First", _version=version))
    response = editor.post(page, mapping_form(mapping, name="Second", _version=version))
    assert "olga saved changes" in str(errors(response))
    assert "View history" in str(errors(response))
    assert response.context["adminform"].form["name"].value() == "Second"
    mapping.refresh_from_db()
    assert mapping.name == "First"
    conflict = response.context["adminform"].form.conflict
    assert {side.label: (side.theirs, side.mine) for side in conflict.sides if side.differs} == {
        "Name": ("First", "Second")
    }
    assert "Saved by olga" in text(response)


def test_it_overwrites_only_after_an_explicit_choice(owner, editor):
    mapping = a_mapping()
    page = url("mapping", "change", mapping.pk)
    version = owner.get(page).context["adminform"].form.version
    owner.post(page, mapping_form(mapping, name="First", _version=version))
    mine = mapping_form(mapping, name="Second", _version=version)
    refused = editor.post(page, mine)
    seen = refused.context["adminform"].form.conflict.version
    assert f'name="_version" value="{version}"' in text(refused)
    assert "olga saved changes" in str(errors(editor.post(page, mine))), "saving again is no choice"
    owner.post(page, mapping_form(mapping, name="Third", _version=seen))
    assert "olga saved changes" in str(errors(editor.post(page, {**mine, "_over": seen}))), (
        "nor of what was not seen"
    )
    seen = editor.post(page, mine).context["adminform"].form.conflict.version
    assert editor.post(page, {**mine, "_over": seen}).status_code == 302
    mapping.refresh_from_db()
    assert mapping.name == "Second"


def test_it_shows_invalid_values_in_an_edit_conflict(owner):
    mapping = a_mapping()
    typed = mapping_form(mapping, fields="{<script>", action="nope", enabled="", _version="then")
    response = owner.post(url("mapping", "change", mapping.pk), typed)
    sides = {side.label: side.mine for side in response.context["adminform"].form.conflict.sides}
    assert (sides["Fields"], sides["Action"], sides["Enabled"]) == ("{<script>", "nope", "No")
    assert "<script>&" not in text(response)
    assert "{&lt;script&gt;" in text(response)


def test_it_shows_trigger_and_fields_without_inputs_to_a_viewer(viewer):
    mapping = a_set_up_source().destinations.get().mappings.first()
    page = text(viewer.get(url("mapping", "change", mapping.pk)))
    assert "Event type is <code>&quot;identify&quot;</code>" in page
    assert "type = &quot;identify&quot;" in page
    assert "$.traits.email" in page
    assert 'name="trigger"' not in page
    assert viewer.post(url("mapping", "change", mapping.pk), mapping_form(mapping)).status_code == 403


def test_it_names_the_line_of_a_mistake_as_typed(owner):
    mapping = a_mapping()
    typed = '\r\n\r\ntype = "track"\r\nand event == "b"'
    response = owner.post(url("mapping", "change", mapping.pk), mapping_form(mapping, trigger=typed))
    (error,) = errors(response)["trigger"]
    assert error.startswith("Line 4: ")
    assert error.endswith("^")


def test_it_marks_a_trigger_that_segment_reads_differently(owner):
    mapping = a_mapping(trigger='type = "a" and event = "b" or event = "c"')
    badge = "different in Segment&#x27;s client"
    for page in (url("mapping", "changelist"), url("source", "mappings", mapping.destination.source_id)):
        assert badge in text(owner.get(page))
    page = text(owner.get(url("mapping", "change", mapping.pk)))
    assert "mixes &quot;and&quot; and &quot;or&quot;" in page
    publishing = text(owner.get(url("source", "publish", mapping.destination.source_id)))
    assert "mixes &quot;and&quot; and &quot;or&quot;" in publishing
    assert "Fix these problems before you publish" not in publishing


def test_it_marks_no_trigger_that_segment_reads_alike(owner):
    mapping = a_mapping()
    for page in (
        url("mapping", "changelist"),
        url("destination", "change", mapping.destination_id),
        url("source", "publish", mapping.destination.source_id),
    ):
        assert "own client" not in text(owner.get(page))
    assert "data-differences hidden" in text(owner.get(url("mapping", "change", mapping.pk)))


def test_it_shows_pages_with_a_broken_trigger(owner):
    mapping = a_mapping()
    Mapping.objects.filter(pk=mapping.pk).update(trigger="no trigger")
    for page in (url("mapping", "changelist"), url("mapping", "change", mapping.pk)):
        assert owner.get(page).status_code == 200


def test_it_reports_missing_values_in_words_of_the_form(owner):
    mapping = a_mapping()
    [problem] = tried(owner, PAGE_EVENT, **draft(action="trackEventV2", fields="{}"))["problems"]
    assert (problem["field"], problem["message"]) == ("fields", "Name is required")
    refused = owner.post(url("mapping", "change", mapping.pk), mapping_form(mapping, trigger=""))
    assert errors(refused)["trigger"] == ["Add a condition. Without one, the mapping never runs."]


def test_it_reports_a_conflict_for_a_form_without_a_version(owner):
    mapping = a_mapping(name="Orders")
    page = url("mapping", "change", mapping.pk)
    response = owner.post(page, mapping_form(mapping, name="Mine", _version=None))
    assert "saved changes" in str(errors(response))
    seen = response.context["adminform"].form.conflict.version
    assert owner.post(page, mapping_form(mapping, name="Mine", _version=None, _over=seen)).status_code == 302
    mapping.refresh_from_db()
    assert mapping.name == "Mine"


def test_it_announces_that_only_a_new_mapping_starts_disabled(owner):
    mapping = a_mapping()
    new = owner.get(url("mapping", "add"), {"destination": mapping.destination_id})
    assert "start disabled" in text(new)
    assert "start disabled" not in text(owner.get(url("mapping", "change", mapping.pk)))
