"""The settings step of a set-up: what it takes, keeps and refuses, also of two people at once."""

import pytest
from django.contrib.auth.models import User

from fullstory_dest.models import Destination
from tests.admin.pages import text, version_of
from tests.admin.setup.wizard import NASTY, step, walk_to_mappings
from tests.factories import a_set_up_source, a_source


def test_settings_are_saved_as_a_draft_and_found_again(owner):
    made = walk_to_mappings(owner)
    assert made.settings == {"orgId": "o-1"}
    assert 'value="o-1"' in text(owner.get(step("settings_again", made.source_id, made.pk)))
    # The page that made it, sent again from the browser's history.
    response = owner.post(step("settings", made.source_id), {"name": "FullStory", "setting_orgId": "o-2"})
    assert response.status_code == 302
    assert Destination.objects.get().settings == {"orgId": "o-2"}


def settings_of(made: Destination) -> dict[str, str]:
    """What the settings step of a destination sends that is opened now."""
    return {"name": made.name, "setting_orgId": made.settings["orgId"], "_version": version_of(made)}


def test_of_two_who_set_up_one_source_the_second_sees_both_versions_and_chooses(owner, editor):
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


def test_a_conflict_that_is_left_comes_back_until_it_is_dropped(owner, editor):
    made = walk_to_mappings(owner)
    page = step("settings_again", made.source_id, made.pk)
    mine = {**settings_of(made), "setting_orgId": "o-eddy", "back": "1"}
    owner.post(page, {**settings_of(made), "setting_orgId": "o-olga"})
    assert editor.post(page, mine).headers["Location"] == step("source")
    shown = text(editor.get(page))
    assert "olga saved changes while you were editing" in shown
    assert 'value="o-eddy"' in shown
    assert f'href="{page}?theirs=1"' in shown
    shown = text(editor.get(f"{page}?theirs=1", follow=True))
    assert "o-eddy" not in shown
    assert 'value="o-olga"' in shown


@pytest.mark.parametrize("name", ["settings", "settings_again"])
def test_settings_that_do_not_say_what_they_were_typed_over_write_over_nobody(owner, editor, name):
    made = walk_to_mappings(owner)
    Destination.objects.get().history.update(history_user=User.objects.get(username="eddy"))
    keys = (made.source_id,) if name == "settings" else (made.source_id, made.pk)
    response = owner.post(step(name, *keys), {"name": "Mine", "setting_orgId": "o-2"})
    assert response.context["form"].conflict.who == "eddy"
    made.refresh_from_db()
    assert made.settings == {"orgId": "o-1"}


def test_settings_of_a_destination_that_is_gone_make_a_new_one(owner):
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


def test_going_back_from_the_settings_saves_what_is_right(owner):
    source = a_source()
    page = step("settings", source.pk)
    response = owner.post(page, {"name": "Mine", "setting_orgId": "o-1", "back": "1"})
    assert response.headers["Location"] == step("source")
    made = Destination.objects.get()
    again = owner.post(step("source"), {"source": source.pk}).headers["Location"]
    assert again == step("settings_again", source.pk, made.pk)
    assert 'value="o-1"' in text(owner.get(again))


def test_going_back_from_the_settings_keeps_what_cannot_be_saved(owner):
    source = a_source()
    page = step("settings", source.pk)
    response = owner.post(page, {"name": "Mine", "setting_orgId": "not an org", "back": "1"})
    assert response.headers["Location"] == step("source")
    assert not Destination.objects.exists()
    assert 'value="not an org"' in text(owner.get(page))
    assert "not an org" not in text(owner.get(step("settings", a_source(name="Other").pk)))
    owner.post(page, {"name": "Mine", "setting_orgId": "o-1"})
    assert "not an org" not in text(owner.get(page))


def test_going_back_from_untouched_settings_keeps_and_says_nothing(owner):
    page = step("settings", a_source().pk)
    owner.post(page, {"name": "FullStory", "setting_orgId": "", "back": "1"})
    assert not owner.get(page).context["form"].errors


@pytest.mark.parametrize("org", ["", "not an org", NASTY, "x" * 600])
def test_wrong_settings_are_told_at_their_input_and_kept(owner, org):
    source = a_source()
    response = owner.post(step("settings", source.pk), {"name": "FullStory", "setting_orgId": org})
    assert list(response.context["form"].errors) == ["setting_orgId"]
    assert response.context["form"]["setting_orgId"].value() == org
    assert NASTY not in text(response)
    assert not Destination.objects.exists()


def test_a_second_destination_in_the_same_place_is_refused_in_words(owner):
    source = a_set_up_source()
    response = owner.post(step("settings", source.pk), {"name": "Second", "setting_orgId": "o-2"})
    assert "another enabled destination" in str(response.context["form"].errors).lower()
    assert 'class="fsd-section fsd-more" open' in text(response)
