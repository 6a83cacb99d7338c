"""Setup of FullStory on a source: what each step accepts, saves and refuses."""

import re
from datetime import timedelta
from html import unescape

import pytest
from django.urls import reverse
from django.utils import timezone

from fullstory_dest.models import Destination, Mapping, Release, ScheduledDeployment, Source
from fullstory_dest.services.publishing.publish import publish
from tests.admin.pages import reviewed, text
from tests.admin.setup.wizard import NASTY, step, walk_to_mappings
from tests.factories import a_destination, a_mapping, a_set_up_source, a_source


def current_step(shown: str) -> str:
    """The step that the page's header marks as current."""
    (found,) = re.findall(r'aria-current="step">\s*<span[^>]*>[^<]*</span>([^<]*)<', shown)
    return found.strip()


def a_disabled_mapping(client) -> Mapping:
    """A mapping from the customized setup. New mappings start disabled."""
    return a_mapping(walk_to_mappings(client), name="Mine", enabled=False)


def test_it_creates_one_source_even_when_sent_twice(owner):
    for _again in range(2):
        response = owner.post(step("source"), {"name": "Shop", "source": "new"})
        assert response.headers["Location"] == step("settings", Source.objects.get().pk)


def test_it_focuses_the_first_input(owner):
    source = a_source()
    for page, key in ((step("source"), "id_name"), (step("settings", source.pk), "id_setting_orgId")):
        (focused,) = re.findall(r"<input[^>]*\bautofocus\b[^>]*>", text(owner.get(page)))
        assert f'id="{key}"' in focused
    made = a_destination(source)
    assert not re.search(
        r"<input[^>]*\bautofocus\b", text(owner.get(step("settings_again", source.pk, made.pk)))
    )


def test_it_chooses_an_existing_source(owner):
    source = a_source()
    assert owner.post(step("source"), {"source": source.pk}).headers["Location"] == step(
        "settings", source.pk
    )
    assert Source.objects.count() == 1


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({}, "enter a name for a new one"),
        ({"name": "  "}, "enter a name for a new one"),
        ({"name": "x" * 201}, "at most 200 characters"),
        ({"name": "a\0b"}, "Null characters"),
        ({"source": "999"}, "Source not found"),
        ({"source": "9" * 40}, "Source not found"),
        ({"source": NASTY}, "Source not found"),
        ({"source": "1", "name": "Both"}, "You chose a source and entered a name"),
    ],
)
def test_it_refuses_an_invalid_choice_of_source(owner, sent, said):
    response = owner.post(step("source"), sent)
    assert response.status_code == 200
    assert said in text(response)
    assert NASTY not in text(response)
    assert not Source.objects.exists()


def test_it_keeps_presets_that_others_changed(owner):
    made = walk_to_mappings(owner)
    page = step("mappings", made.source_id, made.pk)
    owner.post(page, {"preset": ["identifyUserV2", "trackEventV2"]})
    assert text(owner.get(page)).count('name="seen"') == 2
    opened = {"seen": ["identifyUserV2", "trackEventV2"]}
    owner.post(page, {**opened, "preset": ["trackEventV2", "viewedPageV2"]})
    owner.post(page, {**opened, "preset": ["identifyUserV2"]})
    assert set(made.mappings.values_list("action", flat=True)) == {"viewedPageV2"}


def test_it_keeps_chosen_presets_on_back_even_none(owner):
    made = walk_to_mappings(owner)
    page = step("mappings", made.source_id, made.pk)
    response = owner.post(page, {"preset": ["identifyUserV2"], "back": "1"})
    assert response.headers["Location"] == step("settings_again", made.source_id, made.pk)
    assert [each.chosen for each in owner.get(page).context["recommended"]] == [True, False, False]
    owner.post(page, {"back": "1", "seen": ["identifyUserV2"]})
    assert not any(each.chosen for each in owner.get(page).context["recommended"])


def test_it_changes_the_chosen_presets(owner):
    made = walk_to_mappings(owner)
    page = step("mappings", made.source_id, made.pk)
    shown = owner.get(page).context
    assert [each.chosen for each in shown["recommended"]] == [True, True, True]
    assert [each.chosen for each in shown["legacy"]] == [False, False, False]
    owner.post(page, {"preset": ["identifyUserV2", "trackEventV2", "nonsense"]})
    assert list(made.mappings.values_list("action", "enabled")) == [
        ("identifyUserV2", True),
        ("trackEventV2", True),
    ]
    changed = made.mappings.get(action="trackEventV2")
    changed.trigger = 'type = "track" and event = "Mine"'
    changed.save()
    a_mapping(made, name="My own")
    owner.post(page, {"preset": ["viewedPageV2"], "seen": ["identifyUserV2", "trackEventV2"]})
    names = set(made.mappings.values_list("name", flat=True))
    assert names == {"Track Custom Event V2", "My own", "Viewed Page V2"}, "what was changed by hand stays"


def test_it_starts_customized_setup_with_a_blank_mapping(owner):
    made = walk_to_mappings(owner)
    page = step("mappings", made.source_id, made.pk)
    response = owner.post(page, {"custom": "1", "preset": ["identifyUserV2"]})
    assert not Mapping.objects.exists()
    begun = owner.get(response.headers["Location"]).context["adminform"].form
    assert [begun[name].value() for name in ("action", "trigger", "fields")] == ["", "", "{}"]
    form = {
        "destination": made.pk,
        "name": "Mine",
        "action": "trackEventV2",
        "trigger": 'type = "track"',
        "fields": '{"name": "x"}',
    }
    assert owner.post(response.headers["Location"], form).headers["Location"] == page
    assert "Mine" in text(owner.get(page))


def test_it_enables_a_mapping_that_starts_disabled(owner):
    mapping = a_disabled_mapping(owner)
    page = step("mappings", mapping.destination.source_id, mapping.destination_id)
    assert "<b>Mine</b> is disabled" in text(owner.get(page))
    response = owner.post(page, {"enable": mapping.pk, "preset": ["viewedPageV2"]})
    assert response.headers["Location"] == page
    mapping.refresh_from_db()
    assert mapping.enabled
    assert "is disabled" not in text(owner.get(page))
    assert mapping.destination.mappings.count() == 2, "choices are kept"


def test_it_enables_only_mappings_of_the_destination(owner, viewer):
    mine, other = a_disabled_mapping(owner), a_mapping(a_destination(a_source(name="B")), enabled=False)
    page = step("mappings", mine.destination.source_id, mine.destination_id)
    for key in (other.pk, "9" * 30, NASTY):
        assert owner.post(page, {"enable": key}).status_code == 302
    assert viewer.post(page, {"enable": mine.pk}).status_code == 403
    assert not Mapping.objects.filter(enabled=True).exists()


def test_it_shows_the_form_of_a_blank_mapping_with_the_steps(owner):
    made = walk_to_mappings(owner)
    keys = (made.source_id, made.pk)
    address = step("add_mapping", *keys)
    shown = text(owner.get(address, {"destination": made.pk}))
    assert current_step(shown) == "Mappings"
    assert f'href="{step("mappings", *keys)}">Back to setup' in shown
    for destination in (NASTY, "", "9" * 30):
        assert owner.get(address, {"destination": destination}).status_code == 200
    refused = owner.post(address, {"destination": made.pk, "name": "Mine"})
    assert current_step(text(refused)) == "Mappings"
    assert "Steps" not in text(owner.get(reverse("admin:fullstory_dest_mapping_add")))


def test_it_uses_the_sources_test_and_publish_pages(owner):
    made = a_set_up_source().destinations.get()
    keys = (made.source_id, made.pk)
    for name, template, label, back in (
        ("test", "sources/test_tab.html", "Test", "mappings"),
        ("publish", "sources/publish.html", "Publish", "test"),
    ):
        response = owner.get(step(name, *keys))
        assert response.template_name == f"fullstory_dest/{template}"
        assert current_step(text(response)) == label
        assert f'href="{step(back, *keys)}">Back' in text(response)
        assert "fsd-tabs" not in text(response)
    assert f'href="{step("publish", *keys)}">Continue' in text(owner.get(step("test", *keys)))
    tried = owner.post(step("test", *keys), {"event": '{"type": "page"}'})
    assert tried.context["plain"]["run"]["others"], "it runs events without scripts, too"
    assert current_step(text(tried)) == "Test"


def test_it_stays_in_setup_after_scheduling_and_canceling(owner):
    made = a_set_up_source().destinations.get()
    page = step("publish", made.source_id, made.pk)
    tomorrow = f"{timezone.now() + timedelta(days=1):%Y-%m-%dT%H:%M}"
    response = owner.post(page, {**reviewed(made.source), "later": "1", "at": tomorrow})
    assert response.headers["Location"] == page
    shown = text(owner.get(page))
    assert current_step(shown) == "Publish"
    pending = ScheduledDeployment.objects.get()
    assert f'name="cancel" value="{pending.pk}"' in shown
    assert reverse("admin:fullstory_dest_source_publish", args=[made.source_id]) not in shown
    assert owner.post(page, {"cancel": pending.pk}).headers["Location"] == page
    pending.refresh_from_db()
    assert pending.state == "canceled"


def test_it_continues_with_install_after_a_publish(owner):
    made = walk_to_mappings(owner)
    owner.post(step("mappings", made.source_id, made.pk), {"preset": ["trackEventV2"]})
    page = step("publish", made.source_id, made.pk)
    refused = text(owner.post(page, {"reviewed": "other", "note": "Half a word"}))
    assert "changed after" in refused
    assert "Half a word" in refused
    assert not Release.objects.exists()
    assert owner.get("/admin/").context["resume_url"] == page
    response = owner.post(page, {**reviewed(made.source), "note": "Hello"}, follow=True)
    install = reverse("admin:fullstory_dest_source_install", args=[made.source_id])
    assert response.redirect_chain[-1][0] == f"{install}?published=1"
    assert "Published as release #1." in text(response)
    assert "data-live-check" in text(response), "it is looked at"
    assert "data-live-check" not in text(owner.get(install))
    assert Release.objects.get().note == "Hello"
    assert owner.get("/admin/").context["resumed"] is None


@pytest.mark.parametrize("name", ["settings_again", "mappings", "add_mapping", "test", "publish"])
def test_it_answers_404_for_rows_of_other_sources(owner, name):
    other, made = a_source(), a_destination(a_source())
    assert owner.get(step(name, other.pk, made.pk)).status_code == 404
    assert owner.post(step(name, other.pk, made.pk), {}).status_code == 404
    assert owner.get(step(name, 10**18, 10**30)).status_code == 404


def test_it_refuses_a_viewer(viewer):
    made = a_set_up_source().destinations.get()
    keys = (made.source_id, made.pk)
    assert "Configure" not in text(viewer.get(reverse("admin:fullstory_dest_catalog_entry")))
    assert viewer.get(step("source")).status_code == 403
    for address in (step("settings", keys[0]), step("settings_again", *keys), step("mappings", *keys)):
        assert viewer.post(address, {"preset": ["viewedPage"]}).status_code == 403
    assert viewer.post(step("publish", *keys), {}).status_code == 403
    assert not Release.objects.exists()


def test_it_lets_an_editor_prepare_but_not_publish(editor):
    made = walk_to_mappings(editor)
    page = step("publish", made.source_id, made.pk)
    shown = text(editor.get(page))
    assert "You don't have permission to publish" in unescape(shown)
    install = reverse("admin:fullstory_dest_source_install", args=[made.source_id])
    assert f'href="{install}">Continue' in shown
    assert editor.post(page, {}).status_code == 403


def test_it_refuses_a_user_without_permissions(sign_in):
    stranger = sign_in("sam")
    assert stranger.get(step("source")).status_code == 403
    assert stranger.get(reverse("admin:fullstory_dest_catalog")).status_code == 403


def test_it_takes_few_queries_on_each_step(owner, django_assert_max_num_queries):
    for number in range(12):
        publish(a_set_up_source(name=f"Shop {number}").production)
    made = Destination.objects.first()
    for address in (
        step("source"),
        step("settings_again", made.source_id, made.pk),
        step("mappings", made.source_id, made.pk),
        step("test", made.source_id, made.pk),
        step("publish", made.source_id, made.pk),
    ):
        with django_assert_max_num_queries(15):
            assert owner.get(address).status_code == 200
