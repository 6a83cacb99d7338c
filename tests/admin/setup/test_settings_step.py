"""The settings step of the setup: values, errors, and two users at once."""

import pytest
from django.contrib.auth.models import User

from fullstory_dest.models import Destination
from tests.admin.pages import text, version_of
from tests.admin.setup.wizard import NASTY, step, walk_to_mappings
from tests.factories import a_set_up_source, a_source


def test_it_saves_settings_as_a_draft_and_finds_them_again(owner):
    made = walk_to_mappings(owner)
    assert made.settings == {"orgId": "o-1"}
    assert 'value="o-1"' in text(owner.get(step("settings_again", made.source_id, made.pk)))
    # The browser sends the first form again, from its history.
    response = owner.post(step("settings", made.source_id), {"name": "FullStory", "setting_orgId": "o-2"})
    assert response.status_code == 302
    assert Destination.objects.get().settings == {"orgId": "o-2"}


def settings_of(made: Destination) -> dict[str, str]:
    """The form of the settings step of a destination, as opened now."""
    return {"name": made.name, "setting_orgId": made.settings["orgId"], "_version": version_of(made)}


def test_it_shows_both_versions_in_an_edit_conflict(owner, editor):
    made = walk_to_mappings(owner)
    page = step("settings_again", made.source_id, made.pk)
    opened = editor.get(page)
    assert f'name="_version" value="{version_of(made)}"' in text(opened)
    mine = {**settings_of(made), "setting_orgId": "o-eddy"}
    assert owner.post(page, {**settings_of(made), "setting_orgId": "o-olga"}).status_code == 302
    for _again in range(2):
        refused = editor.post(page, mine)
        shown = text(refused)
        assert "olga saved changes while you were editing" in shown
        assert "o-olga" in shown
        assert 'value="o-eddy"' in shown
        made.refresh_from_db()
        assert made.settings == {"orgId": "o-olga"}
    over = {**mine, "_over": refused.context["form"].conflict.version}
    assert editor.post(page, over).headers["Location"] == step("mappings", made.source_id, made.pk)
    made.refresh_from_db()
    assert made.settings == {"orgId": "o-eddy"}


def test_it_keeps_an_edit_conflict_until_it_is_resolved(owner, editor):
    made = walk_to_mappings(owner)
    page = step("settings_again", made.source_id, made.pk)
    mine = {**settings_of(made), "setting_orgId": "o-eddy", "back": "1"}
    owner.post(page, {**settings_of(made), "setting_orgId": "o-olga"})
    assert editor.post(page, mine).headers["Location"] == step("source")
    shown = text(editor.get(page))
    assert "olga saved changes while you were editing" in shown
    assert 'value="o-eddy"' in shown
    assert f'href="{page}?discard=1"' in shown
    shown = text(editor.get(f"{page}?discard=1", follow=True))
    assert "o-eddy" not in shown
    assert 'value="o-olga"' in shown


@pytest.mark.parametrize("name", ["settings", "settings_again"])
def test_it_refuses_settings_without_a_version(owner, editor, name):
    made = walk_to_mappings(owner)
    Destination.objects.get().history.update(history_user=User.objects.get(username="eddy"))
    keys = (made.source_id,) if name == "settings" else (made.source_id, made.pk)
    response = owner.post(step(name, *keys), {"name": "Mine", "setting_orgId": "o-2"})
    assert response.context["form"].conflict.who == "eddy"
    made.refresh_from_db()
    assert made.settings == {"orgId": "o-1"}


def test_it_creates_a_new_destination_for_a_deleted_one(owner):
    made = walk_to_mappings(owner)
    page = step("settings_again", made.source_id, made.pk)
    sent = {**settings_of(made), "setting_orgId": "o-typed"}
    made.delete()
    response = owner.post(page, sent, follow=True)
    assert response.redirect_chain[-1][0] == step("settings", made.source_id)
    assert "was deleted while you were editing" in text(response)
    assert 'value="o-typed"' in text(response)
    assert owner.post(step("settings", made.source_id), sent).status_code == 302
    assert Destination.objects.get().settings == {"orgId": "o-typed"}


def test_it_saves_valid_settings_on_back(owner):
    source = a_source()
    page = step("settings", source.pk)
    response = owner.post(page, {"name": "Mine", "setting_orgId": "o-1", "back": "1"})
    assert response.headers["Location"] == step("source")
    made = Destination.objects.get()
    again = owner.post(step("source"), {"source": source.pk}).headers["Location"]
    assert again == step("settings_again", source.pk, made.pk)
    assert 'value="o-1"' in text(owner.get(again))


def test_it_keeps_invalid_settings_on_back(owner):
    source = a_source()
    page = step("settings", source.pk)
    response = owner.post(page, {"name": "Mine", "setting_orgId": "not an org", "back": "1"})
    assert response.headers["Location"] == step("source")
    assert not Destination.objects.exists()
    assert 'value="not an org"' in text(owner.get(page))
    assert "not an org" not in text(owner.get(step("settings", a_source(name="Other").pk)))
    owner.post(page, {"name": "Mine", "setting_orgId": "o-1"})
    assert "not an org" not in text(owner.get(page))


def test_it_keeps_and_reports_nothing_on_back_from_blank_inputs(owner):
    page = step("settings", a_source().pk)
    owner.post(page, {"name": "FullStory", "setting_orgId": "", "back": "1"})
    assert not owner.get(page).context["form"].errors


@pytest.mark.parametrize("org", ["", "not an org", NASTY, "x" * 600])
def test_it_locates_wrong_settings_and_keeps_them(owner, org):
    source = a_source()
    response = owner.post(step("settings", source.pk), {"name": "FullStory", "setting_orgId": org})
    assert list(response.context["form"].errors) == ["setting_orgId"]
    assert response.context["form"]["setting_orgId"].value() == org
    assert NASTY not in text(response)
    assert not Destination.objects.exists()


def test_it_refuses_a_second_destination_on_a_namespace(owner):
    source = a_set_up_source()
    response = owner.post(step("settings", source.pk), {"name": "Second", "setting_orgId": "o-2"})
    assert "another enabled destination" in str(response.context["form"].errors).lower()
    assert 'class="fsd-section fsd-more" open' in text(response)
